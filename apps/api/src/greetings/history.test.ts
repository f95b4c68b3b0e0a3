import { expect, onTestFinished, test } from 'vitest';
import type { KeptGreeting } from '@spa-on-aws/shared-types';
import { serveTables } from '../../test/tables';
import { DynamoDbHistory } from './dynamodb-history';
import type { GreetingHistory } from './history';
import { InMemoryHistory } from './in-memory-history';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const DAY = 86_400_000;

type Open = (now: () => number) => Promise<GreetingHistory>;

const HISTORIES: readonly (readonly [string, Open])[] = [
  ['memory', async (now) => new InMemoryHistory(now)],
  [
    'DynamoDB',
    async (now) => {
      const { client, historyTable } = await serveTables();
      return new DynamoDbHistory({ client, table: historyTable, now });
    },
  ],
];

/** A greeting that was made so many milliseconds ago. */
const greeting = (id: number, ageMs = 0): KeptGreeting => ({
  id,
  content: `Hello, ${id}!`,
  greetedAt: new Date(NOW - ageMs).toISOString(),
});

const ids = ({ items }: { items: readonly KeptGreeting[] }): number[] => items.map(({ id }) => id);

test.each(HISTORIES)(
  'in %s greetings are newest first, whatever their ids and the order they came in',
  async (_, open) => {
    const history = await open(() => NOW);
    await history.keep('ada', greeting(105, 3_000));
    await history.keep('ada', greeting(7, 1_000));
    await history.keep('ada', greeting(106, 2_000));
    expect(await history.list('ada', { limit: 10 })).toEqual({
      items: [greeting(7, 1_000), greeting(106, 2_000), greeting(105, 3_000)],
      hasMore: false,
    });
  },
);

test.each(HISTORIES)(
  'in %s greetings of one moment are in the order of their ids, numbers and not words',
  async (_, open) => {
    const history = await open(() => NOW);
    for (const id of [9, 10, 9_007_199_254_740_991, 100]) await history.keep('ada', greeting(id));
    expect(ids(await history.list('ada', { limit: 10 }))).toEqual([9_007_199_254_740_991, 100, 10, 9]);
  },
);

test.each(HISTORIES)(
  'in %s pages are as long as asked for, and join without a gap while more come',
  async (_, open) => {
    const history = await open(() => NOW);
    for (let id = 1; id <= 5; id += 1) await history.keep('ada', greeting(id, 10_000 - id));
    const first = await history.list('ada', { limit: 2 });
    expect([ids(first), first.hasMore]).toEqual([[5, 4], true]);
    await history.keep('ada', greeting(6));
    const [, last] = first.items;
    if (last === undefined) throw new Error('The page has two');
    const second = await history.list('ada', { limit: 3, after: last });
    expect([ids(second), second.hasMore]).toEqual([[3, 2, 1], false]);
  },
);

test.each(HISTORIES)('in %s a page goes on after a greeting that was deleted', async (_, open) => {
  const history = await open(() => NOW);
  for (let id = 1; id <= 3; id += 1) await history.keep('ada', greeting(id, 10 - id));
  expect(await history.delete('ada', 2)).toBe(true);
  expect(ids(await history.list('ada', { limit: 10, after: greeting(2, 8) }))).toEqual([1]);
});

test.each(HISTORIES)('in %s nobody sees or deletes what is somebody else’s', async (_, open) => {
  const history = await open(() => NOW);
  await history.keep('ada', greeting(1));
  await history.keep('bob', greeting(2));
  expect(ids(await history.list('ada', { limit: 10 }))).toEqual([1]);
  expect(await history.delete('bob', 1)).toBe(false);
  expect(ids(await history.list('ada', { limit: 10 }))).toEqual([1]);
  expect((await history.list('nobody', { limit: 10 })).items).toEqual([]);
});

test.each(HISTORIES)('in %s a greeting is deleted once', async (_, open) => {
  const history = await open(() => NOW);
  await history.keep('ada', greeting(1));
  expect(await history.delete('ada', 1)).toBe(true);
  expect(await history.delete('ada', 1)).toBe(false);
  expect((await history.list('ada', { limit: 10 })).items).toEqual([]);
});

test.each(HISTORIES)('in %s greetings are gone after ninety days', async (_, open) => {
  let now = NOW;
  const history = await open(() => now);
  await history.keep('ada', greeting(1));
  now += 90 * DAY;
  expect(ids(await history.list('ada', { limit: 10 }))).toEqual([1]);
  now += 1;
  expect((await history.list('ada', { limit: 10 })).items).toEqual([]);
  expect(await history.delete('ada', 1)).toBe(false);
});

test('an item of the table says when it is to go, in seconds', async () => {
  const { client, historyTable: table, item } = await serveTables();
  await new DynamoDbHistory({ client, table, now: () => NOW }).keep('ada', greeting(7));
  expect(await item('ada', 7)).toEqual({
    sub: { S: 'ada' },
    id: { N: '7' },
    position: { S: '2026-11-22T12:00:00.000Z#0000000000000007' },
    content: { S: 'Hello, 7!' },
    greetedAt: { S: '2026-11-22T12:00:00.000Z' },
    expiresAt: { N: String((NOW + 90 * DAY) / 1_000) },
  });
});

test('a table that does not answer fails within the limit', async () => {
  const { client, historyTable: table } = await serveTables();
  const history = new DynamoDbHistory({ client, table, limitMs: 0 });
  onTestFinished(() => client.destroy());
  await expect(history.list('ada', { limit: 1 })).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('memory keeps no more than it has room for', async () => {
  const history = new InMemoryHistory(() => NOW, 2);
  for (let id = 1; id <= 3; id += 1) await history.keep('ada', greeting(id, 10 - id));
  expect(ids(await history.list('ada', { limit: 10 }))).toEqual([3]);
});
