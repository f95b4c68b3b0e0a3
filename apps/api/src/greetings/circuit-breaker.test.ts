import { expect, test } from 'vitest';
import { settled, TestClock } from '../../test/test-clock';
import { StoreUnavailableError } from '../errors';
import { CircuitBreaker } from './circuit-breaker';
import type { GreetingHistory } from './history';

/** Creates a circuit breaker with a store that the test takes down and brings back. */
function createCircuitBreaker() {
  const store = { isUp: true, calls: 0, probes: 0 };
  const call = async <T>(result: T): Promise<T> => {
    if (!store.isUp) throw new Error('unreachable');
    return result;
  };
  const history: GreetingHistory = {
    save: () => call(undefined),
    list: (sub) => {
      store[sub === '-' ? 'probes' : 'calls'] += 1;
      return call({ items: [], hasMore: false });
    },
    delete: () => call(true),
  };
  const clock = new TestClock();
  const downEvents: boolean[] = [];
  const lines: string[] = [];
  const logger = {
    warn: (_: object, message: string) => lines.push(message),
    info: (message: string) => lines.push(message),
  } as never;
  const onDown = (isDown: boolean): void => void downEvents.push(isDown);
  return { history: new CircuitBreaker(history, { onDown, clock, logger }), store, clock, downEvents, lines };
}

const list = (history: GreetingHistory) => history.list('ada', { limit: 1 });

async function fail(history: GreetingHistory, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await expect(list(history)).rejects.toThrow(StoreUnavailableError);
}

test('the circuit stays closed after two consecutive failures', async () => {
  const { history, store, downEvents } = createCircuitBreaker();
  store.isUp = false;
  await fail(history, 2);
  store.isUp = true;
  await list(history);
  store.isUp = false;
  await fail(history, 2);
  expect(downEvents).toEqual([]);
  expect(store.calls).toBe(5);
});

test('the circuit opens after three consecutive failures, and closes after a successful probe', async () => {
  const { history, store, clock, downEvents, lines } = createCircuitBreaker();
  store.isUp = false;
  await fail(history, 3);
  expect(downEvents).toEqual([true]);
  await fail(history, 10);
  expect(store.calls).toBe(3);
  await clock.advance(500);
  expect([store.probes, downEvents]).toEqual([1, [true]]);
  store.isUp = true;
  expect(clock.sleeping).toEqual([1_000]);
  await clock.advance(1_000);
  expect(downEvents).toEqual([true, false]);
  await list(history);
  expect(lines).toEqual(['the greeting store is down', 'the greeting store is up again']);
  store.isUp = false;
  await fail(history, 2);
  expect(downEvents).toHaveLength(2);
});

test('the time between probes doubles up to five seconds', async () => {
  const { history, store, clock } = createCircuitBreaker();
  store.isUp = false;
  await fail(history, 3);
  const delays: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    await settled();
    delays.push(clock.sleeping[0] ?? NaN);
    await clock.advance(clock.sleeping[0] ?? 0);
  }
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
});

test('Retry-After is the time until the next probe', async () => {
  const { history, store, clock } = createCircuitBreaker();
  store.isUp = false;
  await fail(history, 3);
  for (const delayMs of [500, 1_000, 2_000, 4_000]) await clock.advance(delayMs);
  await expect(list(history)).rejects.toMatchObject({ headers: { 'Retry-After': '5' } });
  await clock.advance(3_500);
  await expect(list(history)).rejects.toMatchObject({ headers: { 'Retry-After': '2' } });
});
