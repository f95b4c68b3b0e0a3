import { expect, test } from 'vitest';
import { settled, TestClock } from '../../test/test-clock';
import { GreetingIdsUnavailableError } from '../errors';
import { BlockSequence } from './block-sequence';
import type { BlockStore } from './block-sequence';

/** A store whose reservations a test answers one by one; without a test's answer they are under way. */
class TestStore implements BlockStore {
  /** Sizes that were asked for. */
  readonly asked: number[] = [];
  readonly #underWay: { give(last: number): void; fail(error: Error): void }[] = [];
  #last = 0;

  get underWay(): number {
    return this.#underWay.length;
  }

  reserve(size: number): Promise<number> {
    this.asked.push(size);
    return new Promise((give, fail) => this.#underWay.push({ give, fail }));
  }

  /** Answers the oldest reservation under way: with the next block, or what is given. */
  async give(last?: number): Promise<void> {
    this.#last = last ?? this.#last + (this.asked.at(-1) ?? 0);
    this.#underWay.shift()?.give(this.#last);
    await settled();
  }

  async fail(message = 'unreachable'): Promise<void> {
    this.#underWay.shift()?.fail(new Error(message));
    await settled();
  }
}

function sequence(blockSize: number) {
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

/** The outcome of promises so far: a value, an error, or `waiting`. */
async function outcomes(promises: readonly Promise<number>[]): Promise<unknown[]> {
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

test('it starts once the first block is there, and ids begin with 1', async () => {
  const { ids, store } = sequence(4);
  let started = false;
  void ids.start().then(() => (started = true));
  await settled();
  expect([started, store.asked]).toEqual([false, [4]]);
  await store.give();
  expect(started).toBe(true);
  expect(await outcomes(take(ids, 2))).toEqual([1, 2]);
});

test('the next block is reserved when half of one is used, once, and before anybody waits', async () => {
  const { ids, store } = sequence(4);
  void ids.start();
  await store.give();
  expect(await ids.next()).toBe(1);
  expect(store.asked).toHaveLength(1);
  expect(await ids.next()).toBe(2);
  expect(store.asked).toHaveLength(2);
  expect(await outcomes(take(ids, 1))).toEqual([3]);
  expect(store.asked).toHaveLength(2);
  await store.give();
  expect(await outcomes(take(ids, 3))).toEqual([4, 5, 6]);
  expect(store.asked).toHaveLength(3);
});

test('many requests without an id make one reservation after the other, and are served in turn', async () => {
  const { ids, store } = sequence(3);
  const requests = take(ids, 8);
  expect([store.asked.length, store.underWay]).toEqual([1, 1]);
  await store.give();
  expect(await outcomes(requests)).toEqual([1, 2, 3, ...Array<string>(5).fill('waiting')]);
  expect([store.asked.length, store.underWay]).toEqual([2, 1]);
  await store.give();
  await store.give();
  expect(await outcomes(requests)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(store.underWay).toBe(1);
});

test('blocks of one id work too', async () => {
  const { ids, store } = sequence(1);
  void ids.start();
  await store.give();
  const requests = take(ids, 3);
  await store.give();
  await store.give();
  expect(await outcomes(requests)).toEqual([1, 2, 3]);
});

test('blocks of other processes lie between, and are left out', async () => {
  const { ids, store } = sequence(2);
  void ids.start();
  await store.give(2);
  const requests = take(ids, 4);
  await store.give(40);
  expect(await outcomes(requests)).toEqual([1, 2, 39, 40]);
});

test('ids of the block in use are given while the next one cannot be reserved', async () => {
  const { ids, store, lines } = sequence(4);
  void ids.start();
  await store.give();
  await Promise.all(take(ids, 2));
  await store.fail('throttled');
  expect(await outcomes(take(ids, 2))).toEqual([3, 4]);
  expect(lines.at(-1)).toMatchObject([
    'warn',
    'no greeting ids could be reserved',
    { err: { message: 'throttled' } },
  ]);
});

test('a short failure is bridged: who waits is served by a later attempt', async () => {
  const { ids, store, clock, lines } = sequence(10);
  const requests = take(ids, 2);
  await store.fail();
  await clock.advance(99);
  expect(store.underWay).toBe(0);
  await clock.advance(1);
  expect(store.underWay).toBe(1);
  await store.fail();
  expect(clock.sleeping).toEqual([200]);
  await clock.advance(200);
  await store.give();
  expect(await outcomes(requests)).toEqual([1, 2]);
  expect(lines).toContainEqual(['info', 'greeting ids can be reserved again', { failures: 2 }]);
});

test('pauses double up to five seconds, and begin anew after a success', async () => {
  const { ids, store, clock } = sequence(10);
  void ids.start();
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await store.fail();
    const [pause = 0] = clock.sleeping;
    pauses.push(pause);
    await clock.advance(pause);
  }
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  await store.give();
  await Promise.all(take(ids, 5));
  await store.fail();
  expect(clock.sleeping).toEqual([100]);
});

test('who cannot be served in time is refused with when to ask again, and so is who comes after', async () => {
  const { ids, store, clock } = sequence(10);
  const early = take(ids, 1);
  // Pauses of 0.1, 0.2, 0.4, 0.8 and 1.6 s: the attempt after the fifth failure would come 3.1 s after the request.
  for (const pause of [100, 200, 400, 800]) {
    await store.fail();
    await clock.advance(pause);
  }
  expect(await outcomes(early)).toEqual(['waiting']);
  await store.fail();
  expect(clock.sleeping).toEqual([1600]);
  const [refusal] = await outcomes(early);
  expect(refusal).toBeInstanceOf(GreetingIdsUnavailableError);
  expect(refusal).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });

  const patient = take(ids, 1);
  await clock.advance(1600);
  await store.fail();
  const [another] = await outcomes(patient);
  expect(another).toMatchObject({ headers: { 'Retry-After': '4' } });
  await expect(ids.next()).rejects.toMatchObject({ headers: { 'Retry-After': '4' } });
  expect(store.underWay).toBe(0);
});

test('after an outage it gives ids again, without being asked', async () => {
  const { ids, store, clock } = sequence(10);
  let started = false;
  void ids.start().then(() => (started = true));
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await store.fail();
    await clock.advance(5_000);
  }
  await expect(Promise.race([ids.next(), Promise.resolve('waiting')])).resolves.toBe('waiting');
  await store.give();
  expect(started).toBe(true);
  expect(await ids.next()).toBe(2);
});

test.each([
  ['a block that was given before', 4],
  ['a block that overlaps one given before', 6],
  ['a block before the first', 0],
  ['a negative number', -4],
  ['no number', Number.NaN],
  ['a fraction', 8.5],
  ['a number beyond what can be counted', 2 ** 53],
])('%s is not used, and another is asked for', async (_, last) => {
  const { ids, store, clock, lines } = sequence(4);
  void ids.start();
  await store.give(4);
  await Promise.all(take(ids, 3));
  await store.give(last);
  expect(lines.at(-1)).toMatchObject(['warn', expect.any(String), { err: { code: 'ERR_BAD_BLOCK' } }]);
  await clock.advance(100);
  await store.give(12);
  expect(await outcomes(take(ids, 3))).toEqual([4, 9, 10]);
});
