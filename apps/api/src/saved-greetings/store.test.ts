import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SavedGreeting } from '@spa-on-aws/shared-types';
import { openSavedGreetings, serveHistoryTable } from '../../test/history-table';
import { positionOf, SavedGreetings } from './store';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const DAY = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
afterEach(() => void vi.useRealTimers());

/** Returns a greeting of this age. */
const greeting = (id: number, ageMs = 0): SavedGreeting => ({
  id,
  content: `Hello, ${id}!`,
  greetedAt: new Date(NOW - ageMs).toISOString(),
});

const ids = (items: readonly SavedGreeting[]): number[] => items.map(({ id }) => id);

test('list() sorts by time, newest first, whatever the ids and the order of creation', async () => {
  const history = await openSavedGreetings();
  await history.save('ada', greeting(105, 3_000));
  await history.save('ada', greeting(7, 1_000));
  await history.save('ada', greeting(106, 2_000));
  expect(await history.list('ada', 10)).toEqual([
    greeting(7, 1_000),
    greeting(106, 2_000),
    greeting(105, 3_000),
  ]);
});

test('list() sorts greetings of the same time by id, as numbers', async () => {
  const history = await openSavedGreetings();
  for (const id of [9, 10, 9_007_199_254_740_991, 100]) await history.save('ada', greeting(id));
  expect(ids(await history.list('ada', 10))).toEqual([9_007_199_254_740_991, 100, 10, 9]);
});

test('list() returns consecutive pages of the requested length while greetings are added', async () => {
  const history = await openSavedGreetings();
  for (let id = 1; id <= 5; id += 1) await history.save('ada', greeting(id, 10_000 - id));
  const first = await history.list('ada', 2);
  expect(ids(first)).toEqual([5, 4]);
  await history.save('ada', greeting(6));
  const [, last] = first;
  if (last === undefined) throw new Error('The page does not have two greetings');
  const second = await history.list('ada', 3, positionOf(last));
  expect(ids(second)).toEqual([3, 2, 1]);
});

test('list() continues after a deleted greeting', async () => {
  const history = await openSavedGreetings();
  for (let id = 1; id <= 3; id += 1) await history.save('ada', greeting(id, 10 - id));
  expect(await history.delete('ada', 2)).toBe(true);
  expect(ids(await history.list('ada', 10, positionOf(greeting(2, 8))))).toEqual([1]);
});

test('a user cannot list or delete the greetings of another user', async () => {
  const history = await openSavedGreetings();
  await history.save('ada', greeting(1));
  await history.save('bob', greeting(2));
  expect(ids(await history.list('ada', 10))).toEqual([1]);
  expect(await history.delete('bob', 1)).toBe(false);
  expect(ids(await history.list('ada', 10))).toEqual([1]);
  expect(await history.list('cem', 10)).toEqual([]);
});

test('delete() returns true only once', async () => {
  const history = await openSavedGreetings();
  await history.save('ada', greeting(1));
  expect(await history.delete('ada', 1)).toBe(true);
  expect(await history.delete('ada', 1)).toBe(false);
  expect(await history.list('ada', 10)).toEqual([]);
});

test('list() and delete() ignore greetings that are older than 90 days', async () => {
  const history = await openSavedGreetings();
  await history.save('ada', greeting(1));
  vi.setSystemTime(NOW + 90 * DAY);
  expect(ids(await history.list('ada', 10))).toEqual([1]);
  vi.setSystemTime(NOW + 90 * DAY + 1);
  expect(await history.list('ada', 10)).toEqual([]);
  expect(await history.delete('ada', 1)).toBe(false);
});

test('save() sets the expiry in seconds since 1970', async () => {
  const { client, table } = await serveHistoryTable();
  await new SavedGreetings(client, table).save('ada', greeting(7));
  const key = { sub: { S: 'ada' }, id: { N: '7' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key }));
  expect(Item).toEqual({
    sub: { S: 'ada' },
    id: { N: '7' },
    position: { S: '2026-11-22T12:00:00.000Z#0000000000000007' },
    content: { S: 'Hello, 7!' },
    greetedAt: { S: '2026-11-22T12:00:00.000Z' },
    expiresAt: { N: String((NOW + 90 * DAY) / 1_000) },
  });
});

test('save(), list() and delete() reject when the table is down', async () => {
  const { client, table } = await serveHistoryTable();
  const history = new SavedGreetings(client, table);
  client.send = () => Promise.reject(new Error('ECONNREFUSED'));
  const unavailable = { code: 'ERR_STORE_UNAVAILABLE', cause: { message: 'ECONNREFUSED' } };
  await expect(history.save('ada', greeting(1))).rejects.toMatchObject(unavailable);
  await expect(history.list('ada', 1)).rejects.toMatchObject(unavailable);
  await expect(history.delete('ada', 1)).rejects.toMatchObject(unavailable);
});
