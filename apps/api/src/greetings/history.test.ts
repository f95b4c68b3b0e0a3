import { expect, onTestFinished, test } from 'vitest';
import type { SavedGreeting } from '@spa-on-aws/shared-types';
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
      return new DynamoDbHistory(client, historyTable, now);
    },
  ],
];

/** Returns a greeting of this age. */
const greeting = (id: number, ageMs = 0): SavedGreeting => ({
  id,
  content: `Hello, ${id}!`,
  greetedAt: new Date(NOW - ageMs).toISOString(),
});

const ids = ({ items }: { items: readonly SavedGreeting[] }): number[] => items.map(({ id }) => id);

test.each(HISTORIES)(
  'list() in %s sorts by time, newest first, whatever the ids and the order of creation',
  async (_, open) => {
    const history = await open(() => NOW);
    await history.save('ada', greeting(105, 3_000));
    await history.save('ada', greeting(7, 1_000));
    await history.save('ada', greeting(106, 2_000));
    expect(await history.list('ada', { limit: 10 })).toEqual({
      items: [greeting(7, 1_000), greeting(106, 2_000), greeting(105, 3_000)],
      hasMore: false,
    });
  },
);

test.each(HISTORIES)('list() in %s sorts greetings of the same time by id, as numbers', async (_, open) => {
  const history = await open(() => NOW);
  for (const id of [9, 10, 9_007_199_254_740_991, 100]) await history.save('ada', greeting(id));
  expect(ids(await history.list('ada', { limit: 10 }))).toEqual([9_007_199_254_740_991, 100, 10, 9]);
});

test.each(HISTORIES)(
  'list() in %s returns consecutive pages of the requested length while greetings are added',
  async (_, open) => {
    const history = await open(() => NOW);
    for (let id = 1; id <= 5; id += 1) await history.save('ada', greeting(id, 10_000 - id));
    const first = await history.list('ada', { limit: 2 });
    expect([ids(first), first.hasMore]).toEqual([[5, 4], true]);
    await history.save('ada', greeting(6));
    const [, last] = first.items;
    if (last === undefined) throw new Error('The page does not have two greetings');
    const second = await history.list('ada', { limit: 3, after: last });
    expect([ids(second), second.hasMore]).toEqual([[3, 2, 1], false]);
  },
);

test.each(HISTORIES)('list() in %s continues after a deleted greeting', async (_, open) => {
  const history = await open(() => NOW);
  for (let id = 1; id <= 3; id += 1) await history.save('ada', greeting(id, 10 - id));
  expect(await history.delete('ada', 2)).toBe(true);
  expect(ids(await history.list('ada', { limit: 10, after: greeting(2, 8) }))).toEqual([1]);
});

test.each(HISTORIES)('a user of %s cannot list or delete the greetings of another user', async (_, open) => {
  const history = await open(() => NOW);
  await history.save('ada', greeting(1));
  await history.save('bob', greeting(2));
  expect(ids(await history.list('ada', { limit: 10 }))).toEqual([1]);
  expect(await history.delete('bob', 1)).toBe(false);
  expect(ids(await history.list('ada', { limit: 10 }))).toEqual([1]);
  expect((await history.list('cem', { limit: 10 })).items).toEqual([]);
});

test.each(HISTORIES)('delete() in %s returns true only once', async (_, open) => {
  const history = await open(() => NOW);
  await history.save('ada', greeting(1));
  expect(await history.delete('ada', 1)).toBe(true);
  expect(await history.delete('ada', 1)).toBe(false);
  expect((await history.list('ada', { limit: 10 })).items).toEqual([]);
});

test.each(HISTORIES)(
  'list() and delete() in %s ignore greetings that are older than 90 days',
  async (_, open) => {
    let now = NOW;
    const history = await open(() => now);
    await history.save('ada', greeting(1));
    now += 90 * DAY;
    expect(ids(await history.list('ada', { limit: 10 }))).toEqual([1]);
    now += 1;
    expect((await history.list('ada', { limit: 10 })).items).toEqual([]);
    expect(await history.delete('ada', 1)).toBe(false);
  },
);

test('save() in DynamoDB sets the expiry in seconds since 1970', async () => {
  const { client, historyTable: table, item } = await serveTables();
  await new DynamoDbHistory(client, table, () => NOW).save('ada', greeting(7));
  expect(await item('ada', 7)).toEqual({
    sub: { S: 'ada' },
    id: { N: '7' },
    position: { S: '2026-11-22T12:00:00.000Z#0000000000000007' },
    content: { S: 'Hello, 7!' },
    greetedAt: { S: '2026-11-22T12:00:00.000Z' },
    expiresAt: { N: String((NOW + 90 * DAY) / 1_000) },
  });
});

test('list() in DynamoDB rejects after the timeout', async () => {
  const { client, historyTable: table } = await serveTables();
  const history = new DynamoDbHistory(client, table, Date.now, 0);
  onTestFinished(() => client.destroy());
  await expect(history.list('ada', { limit: 1 })).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('save() in memory removes the oldest greetings above the capacity', async () => {
  const history = new InMemoryHistory(() => NOW, 2);
  for (let id = 1; id <= 3; id += 1) await history.save('ada', greeting(id, 10 - id));
  expect(ids(await history.list('ada', { limit: 10 }))).toEqual([3]);
});
