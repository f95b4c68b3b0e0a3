import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { Problem } from '@spa-on-aws/shared-types';
import { serveApp } from '../../test/serve-app';
import { TestClock } from '../../test/test-clock';
import { Load } from './load';

test('more than are answered at once are turned away at once, health checks excepted, and later ones are welcome', async () => {
  const released = new EventEmitter();
  let asked = 0;
  const greetingIds = {
    next: async () => {
      asked += 1;
      await once(released, 'all');
      return asked;
    },
  };
  released.setMaxListeners(0);
  const { url } = await serveApp({ greetingIds, load: new Load(2) });
  const answering = [1, 2].map(() => fetch(`${url}/api/greeting`));
  await expect.poll(() => asked).toBe(2);
  const refused = await Promise.all([1, 2, 3].map(() => fetch(`${url}/api/greeting`)));
  for (const answer of refused) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(Problem.parse(await answer.json()).detail).toBe(
      'Too much is asked at the moment: ask again in 1 s',
    );
  }
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  released.emit('all');
  for (const answer of await Promise.all(answering)) expect(answer.status).toBe(200);
  await expect.poll(async () => (await fetch(`${url}/api/greetings`)).status).toBe(200);
});

test('a request whose client is gone is no load any more', async () => {
  const never = new EventEmitter();
  let asked = 0;
  const greetingIds = {
    next: async () => {
      asked += 1;
      await once(never, 'never');
      return 1;
    },
  };
  const { url } = await serveApp({ greetingIds, load: new Load(1) });
  const leaving = new AbortController();
  const left = expect(fetch(`${url}/api/greeting`, { signal: leaving.signal })).rejects.toThrow();
  await expect.poll(() => asked).toBe(1);
  leaving.abort();
  await left;
  await expect.poll(async () => (await fetch(`${url}/api/greetings`)).status).toBe(200);
});

test('an event loop that is late again and again is too much load, and once is not', async () => {
  const clock = new TestClock();
  const load = new Load(10);
  const over = new AbortController();
  const watching = load.watchEventLoop(clock, over.signal);
  const seen: boolean[] = [];
  for (const lateBy of [0, 5_000, 0, 251, 251, 251, 251, 250]) {
    await clock.advance(100 + lateBy);
    seen.push(load.isTooHigh);
  }
  expect(seen).toEqual([false, false, false, false, false, true, true, false]);
  over.abort();
  await clock.advance(100);
  await watching;
});
