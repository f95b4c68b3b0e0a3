import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Greeting } from '@spa-on-aws/shared-types';
import { startApi } from './api-process';
import { serveTables } from './tables';

const BLOCK = 10;
const CLIENTS_PER_API = 8;

/** Asks an API for greetings, many at a time, until the test is over, and keeps the ids of all answers. */
function traffic(url: string) {
  const ids: number[] = [];
  const unexpected: string[] = [];
  let unanswered = 0;
  let over = false;
  const client = async (): Promise<void> => {
    while (!over) {
      try {
        const answer = await fetch(`${url}/api/greeting`);
        if (answer.status === 200) ids.push(Greeting.parse(await answer.json()).id);
        else unexpected.push(`${answer.status} ${await answer.text()}`);
      } catch {
        unanswered += 1;
        await delay(5);
      }
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS_PER_API }, client));
  const stop = async (): Promise<void> => {
    over = true;
    await clients;
  };
  onTestFinished(stop);
  return {
    ids,
    unexpected,
    unanswered: () => unanswered,
    stop,
    /** Settles once so many more answers have come. */
    answers: (count: number) => {
      const enough = ids.length + count;
      return expect.poll(() => ids.length, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(enough);
    },
  };
}

test('two APIs on one table, one of them killed in the middle of traffic and started again, give no id twice', async () => {
  const { environment, lastId } = await serveTables();
  const env = { ...environment, GREETING_ID_BLOCK: String(BLOCK) };
  const [steady, killed] = await Promise.all([startApi(env), startApi(env)]);
  const throughout = traffic(steady.url);
  const before = traffic(killed.url);
  await Promise.all([throughout.answers(200), before.answers(200)]);

  killed.child.kill('SIGKILL');
  expect((await killed.ended).code).toBeNull();
  await expect.poll(before.unanswered, { timeout: 20_000 }).toBeGreaterThan(0);
  await before.stop();

  const started = await startApi(env);
  const after = traffic(started.url);
  await Promise.all([throughout.answers(200), after.answers(200)]);
  await Promise.all([throughout.stop(), after.stop()]);

  const ids = [throughout, before, after].flatMap((one) => one.ids);
  expect([throughout, before, after].flatMap((one) => one.unexpected)).toEqual([]);
  expect([throughout.unanswered(), after.unanswered()]).toEqual([0, 0]);
  expect(new Set(ids).size).toBe(ids.length);
  // All of them come from blocks of this one table.
  expect(Math.min(...ids)).toBe(1);
  expect(Math.max(...ids)).toBeLessThanOrEqual(Number(await lastId()));
}, 60_000);
