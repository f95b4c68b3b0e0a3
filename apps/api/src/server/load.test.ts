import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { Problem } from '@spa-on-aws/shared-types';
import { serveApp } from '../../test/serve-app';
import { TestClock } from '../../test/test-clock';
import { Load } from './load';

test('requests above the limit are rejected at once, except health checks, until others complete', async () => {
  const released = new EventEmitter();
  let requested = 0;
  const greetingIds = {
    next: async () => {
      requested += 1;
      await once(released, 'all');
      return requested;
    },
  };
  released.setMaxListeners(0);
  const { url } = await serveApp({ greetingIds, load: new Load(2) });
  const inFlight = [1, 2].map(() => fetch(`${url}/api/greeting`));
  await expect.poll(() => requested).toBe(2);
  const rejected = await Promise.all([1, 2, 3].map(() => fetch(`${url}/api/greeting`)));
  for (const response of rejected) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(Problem.parse(await response.json()).detail).toBe('Server overloaded; retry in 1 s');
  }
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  released.emit('all');
  for (const response of await Promise.all(inFlight)) expect(response.status).toBe(200);
  await expect.poll(async () => (await fetch(`${url}/api/greetings`)).status).toBe(200);
});

test('a request does not count after its client has closed the connection', async () => {
  const never = new EventEmitter();
  let requested = 0;
  const greetingIds = {
    next: async () => {
      requested += 1;
      await once(never, 'never');
      return 1;
    },
  };
  const { url } = await serveApp({ greetingIds, load: new Load(1) });
  const controller = new AbortController();
  const aborted = expect(fetch(`${url}/api/greeting`, { signal: controller.signal })).rejects.toThrow();
  await expect.poll(() => requested).toBe(1);
  controller.abort();
  await aborted;
  await expect.poll(async () => (await fetch(`${url}/api/greetings`)).status).toBe(200);
});

test('the load is too high when the event loop is late three times in a row', async () => {
  const clock = new TestClock();
  const load = new Load(10);
  const watch = new AbortController();
  const watched = load.watchEventLoop(clock, watch.signal);
  const results: boolean[] = [];
  for (const delayMs of [0, 5_000, 0, 251, 251, 251, 251, 250]) {
    await clock.advance(100 + delayMs);
    results.push(load.isTooHigh);
  }
  expect(results).toEqual([false, false, false, false, false, true, true, false]);
  watch.abort();
  await clock.advance(100);
  await watched;
});
