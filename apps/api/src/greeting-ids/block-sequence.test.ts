import { expect, test } from 'vitest';
import { settled, TestClock } from '../../test/test-clock';
import { GreetingIdsUnavailableError } from '../errors';
import { BlockSequence } from './block-sequence';
import type { BlockStore } from './block-sequence';

/** A store whose reservations are pending until the test resolves or rejects them. */
class TestStore implements BlockStore {
  /** Requested sizes. */
  readonly sizes: number[] = [];
  readonly #pending: { resolve(last: number): void; reject(error: Error): void }[] = [];
  #last = 0;

  get pending(): number {
    return this.#pending.length;
  }

  reserve(size: number): Promise<number> {
    this.sizes.push(size);
    return new Promise((resolve, reject) => this.#pending.push({ resolve, reject }));
  }

  /** Resolves the oldest reservation: with the next block, or with this number. */
  async resolve(last?: number): Promise<void> {
    this.#last = last ?? this.#last + (this.sizes.at(-1) ?? 0);
    this.#pending.shift()?.resolve(this.#last);
    await settled();
  }

  async reject(message = 'unreachable'): Promise<void> {
    this.#pending.shift()?.reject(new Error(message));
    await settled();
  }
}

function createSequence(blockSize: number) {
  const store = new TestStore();
  const clock = new TestClock();
  const lines: [level: string, message: string, line: Record<string, unknown>][] = [];
  const write = (level: string) => (line: object, message: string) => {
    lines.push([level, message, line as Record<string, unknown>]);
  };
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn') } as never;
  const ids = new BlockSequence({ store, blockSize, clock, random: () => 0.999_999, logger });
  return { ids, store, clock, lines };
}

/** Returns the state of each promise: its value, its error, or `waiting`. */
async function statesOf(promises: readonly Promise<number>[]): Promise<unknown[]> {
  await settled();
  return Promise.all(
    promises.map((promise) => Promise.race([promise, Promise.resolve('waiting')]).catch((e: unknown) => e)),
  );
}

const take = (ids: BlockSequence, count: number): Promise<number>[] =>
  Array.from({ length: count }, () => {
    const id = ids.next();
    id.catch(() => undefined);
    return id;
  });

test('start() resolves with the first block; ids start at 1', async () => {
  const { ids, store } = createSequence(4);
  let started = false;
  void ids.start().then(() => (started = true));
  await settled();
  expect([started, store.sizes]).toEqual([false, [4]]);
  await store.resolve();
  expect(started).toBe(true);
  expect(await statesOf(take(ids, 2))).toEqual([1, 2]);
});

test('the next block is reserved once, when half of the current block is used', async () => {
  const { ids, store } = createSequence(4);
  void ids.start();
  await store.resolve();
  expect(await ids.next()).toBe(1);
  expect(store.sizes).toHaveLength(1);
  expect(await ids.next()).toBe(2);
  expect(store.sizes).toHaveLength(2);
  expect(await statesOf(take(ids, 1))).toEqual([3]);
  expect(store.sizes).toHaveLength(2);
  await store.resolve();
  expect(await statesOf(take(ids, 3))).toEqual([4, 5, 6]);
  expect(store.sizes).toHaveLength(3);
});

test('waiting requests cause one reservation at a time, and get their ids in order', async () => {
  const { ids, store } = createSequence(3);
  const requests = take(ids, 8);
  expect([store.sizes.length, store.pending]).toEqual([1, 1]);
  await store.resolve();
  expect(await statesOf(requests)).toEqual([1, 2, 3, ...Array<string>(5).fill('waiting')]);
  expect([store.sizes.length, store.pending]).toEqual([2, 1]);
  await store.resolve();
  await store.resolve();
  expect(await statesOf(requests)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(store.pending).toBe(1);
});

test('blocks can have one id', async () => {
  const { ids, store } = createSequence(1);
  void ids.start();
  await store.resolve();
  const requests = take(ids, 3);
  await store.resolve();
  await store.resolve();
  expect(await statesOf(requests)).toEqual([1, 2, 3]);
});

test('ids of other processes are skipped', async () => {
  const { ids, store } = createSequence(2);
  void ids.start();
  await store.resolve(2);
  const requests = take(ids, 4);
  await store.resolve(40);
  expect(await statesOf(requests)).toEqual([1, 2, 39, 40]);
});

test('the ids of the current block are available while the next block cannot be reserved', async () => {
  const { ids, store, lines } = createSequence(4);
  void ids.start();
  await store.resolve();
  await Promise.all(take(ids, 2));
  await store.reject('throttled');
  expect(await statesOf(take(ids, 2))).toEqual([3, 4]);
  expect(lines.at(-1)).toMatchObject([
    'warn',
    'could not reserve greeting ids',
    { err: { message: 'throttled' } },
  ]);
});

test('requests wait for a later attempt after a short failure', async () => {
  const { ids, store, clock, lines } = createSequence(10);
  const requests = take(ids, 2);
  await store.reject();
  await clock.advance(99);
  expect(store.pending).toBe(0);
  await clock.advance(1);
  expect(store.pending).toBe(1);
  await store.reject();
  expect(clock.sleeping).toEqual([200]);
  await clock.advance(200);
  await store.resolve();
  expect(await statesOf(requests)).toEqual([1, 2]);
  expect(lines).toContainEqual(['info', 'reserving greeting ids works again', { failures: 2 }]);
});

test('delays double up to five seconds, and start again after a success', async () => {
  const { ids, store, clock } = createSequence(10);
  void ids.start();
  const delays: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await store.reject();
    const [delayMs = 0] = clock.sleeping;
    delays.push(delayMs);
    await clock.advance(delayMs);
  }
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  await store.resolve();
  await Promise.all(take(ids, 5));
  await store.reject();
  expect(clock.sleeping).toEqual([100]);
});

test('requests that would wait too long are rejected with Retry-After', async () => {
  const { ids, store, clock } = createSequence(10);
  const early = take(ids, 1);
  // Delays of 0.1, 0.2, 0.4, 0.8 and 1.6 s: the attempt after the fifth failure would be 3.1 s after the request.
  for (const delayMs of [100, 200, 400, 800]) {
    await store.reject();
    await clock.advance(delayMs);
  }
  expect(await statesOf(early)).toEqual(['waiting']);
  await store.reject();
  expect(clock.sleeping).toEqual([1600]);
  const [error] = await statesOf(early);
  expect(error).toBeInstanceOf(GreetingIdsUnavailableError);
  expect(error).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });

  const later = take(ids, 1);
  await clock.advance(1600);
  await store.reject();
  const [laterError] = await statesOf(later);
  expect(laterError).toMatchObject({ headers: { 'Retry-After': '4' } });
  await expect(ids.next()).rejects.toMatchObject({ headers: { 'Retry-After': '4' } });
  expect(store.pending).toBe(0);
});

test('the sequence recovers from an outage without requests', async () => {
  const { ids, store, clock } = createSequence(10);
  let started = false;
  void ids.start().then(() => (started = true));
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await store.reject();
    await clock.advance(5_000);
  }
  await expect(Promise.race([ids.next(), Promise.resolve('waiting')])).resolves.toBe('waiting');
  await store.resolve();
  expect(started).toBe(true);
  expect(await ids.next()).toBe(2);
});

test.each([
  ['a block that was returned before', 4],
  ['a block that overlaps an earlier one', 6],
  ['a block before the first', 0],
  ['a negative number', -4],
  ['not a number', Number.NaN],
  ['a fraction', 8.5],
  ['a number above the safe integers', 2 ** 53],
])('%s is ignored, and another block is reserved', async (_, last) => {
  const { ids, store, clock, lines } = createSequence(4);
  void ids.start();
  await store.resolve(4);
  await Promise.all(take(ids, 3));
  await store.resolve(last);
  expect(lines.at(-1)).toMatchObject(['warn', expect.any(String), { err: { code: 'ERR_BAD_BLOCK' } }]);
  await clock.advance(100);
  await store.resolve(12);
  expect(await statesOf(take(ids, 3))).toEqual([4, 9, 10]);
});
