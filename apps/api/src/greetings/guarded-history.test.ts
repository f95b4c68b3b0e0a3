import { expect, test } from 'vitest';
import { settled, TestClock } from '../../test/test-clock';
import { StoreUnavailableError } from '../errors';
import { GuardedHistory } from './guarded-history';
import type { GreetingHistory } from './history';

/** A guarded history whose store a test takes down and brings back. */
function guarded() {
  const store = { isUp: true, asked: 0, probed: 0 };
  const ask = async <T>(answer: T): Promise<T> => {
    store.asked += 1;
    if (!store.isUp) throw new Error('unreachable');
    return answer;
  };
  const history: GreetingHistory = {
    keep: () => ask(undefined),
    list: () => ask({ items: [], hasMore: false }),
    delete: () => ask(true),
  };
  const probe = async (): Promise<void> => {
    store.probed += 1;
    if (!store.isUp) throw new Error('unreachable');
  };
  const clock = new TestClock();
  const told: boolean[] = [];
  const lines: string[] = [];
  const logger = {
    warn: (_: object, message: string) => lines.push(message),
    info: (message: string) => lines.push(message),
  } as never;
  const onDown = (isDown: boolean): void => void told.push(isDown);
  return {
    history: new GuardedHistory({ history, probe, onDown, clock, logger }),
    store,
    clock,
    told,
    lines,
  };
}

const list = (history: GreetingHistory) => history.list('ada', { limit: 1 });

async function fail(history: GreetingHistory, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await expect(list(history)).rejects.toThrow(StoreUnavailableError);
}

test('a failure or two is told to who asked, and nothing else happens', async () => {
  const { history, store, told } = guarded();
  store.isUp = false;
  await fail(history, 2);
  store.isUp = true;
  await list(history);
  store.isUp = false;
  await fail(history, 2);
  expect(told).toEqual([]);
  expect(store.asked).toBe(5);
});

test('after three failures in a row the store is left alone, until a probe is answered', async () => {
  const { history, store, clock, told, lines } = guarded();
  store.isUp = false;
  await fail(history, 3);
  expect(told).toEqual([true]);
  await fail(history, 10);
  expect(store.asked).toBe(3);
  await clock.advance(500);
  expect([store.probed, told]).toEqual([1, [true]]);
  store.isUp = true;
  expect(clock.sleeping).toEqual([1_000]);
  await clock.advance(1_000);
  expect(told).toEqual([true, false]);
  await list(history);
  expect(lines).toEqual(['the store of greetings is down', 'the store of greetings is up again']);
  store.isUp = false;
  await fail(history, 2);
  expect(told).toHaveLength(2);
});

test('probes come every five seconds in the end', async () => {
  const { history, store, clock } = guarded();
  store.isUp = false;
  await fail(history, 3);
  const pauses: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    await settled();
    pauses.push(clock.sleeping[0] ?? NaN);
    await clock.advance(clock.sleeping[0] ?? 0);
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
});

test('who is refused is told when the next probe is', async () => {
  const { history, store, clock } = guarded();
  store.isUp = false;
  await fail(history, 3);
  for (const pause of [500, 1_000, 2_000, 4_000]) await clock.advance(pause);
  await expect(list(history)).rejects.toMatchObject({ headers: { 'Retry-After': '5' } });
  await clock.advance(3_500);
  await expect(list(history)).rejects.toMatchObject({ headers: { 'Retry-After': '2' } });
});
