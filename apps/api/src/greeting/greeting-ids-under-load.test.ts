import { expect, test } from 'vitest';
import { startApi } from '../../test/api-process';
import { serveTables } from '../../test/tables';
import { sendTraffic } from '../../test/traffic';

const CLIENTS = 8;

test('two processes with one table never return the same id, even if one is killed under load and restarted', async () => {
  const { environment, lastId } = await serveTables();
  const env = { ...environment, GREETING_ID_BLOCK: '10' };
  const [steady, killed] = await Promise.all([startApi(env), startApi(env)]);
  const throughout = sendTraffic(steady.url, CLIENTS);
  const before = sendTraffic(killed.url, CLIENTS);
  await Promise.all([throughout.more(200), before.more(200)]);

  killed.child.kill('SIGKILL');
  expect((await killed.ended).code).toBeNull();
  await expect.poll(() => before.errors.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await before.stop();

  const restarted = await startApi(env);
  const after = sendTraffic(restarted.url, CLIENTS);
  await Promise.all([throughout.more(200), after.more(200)]);
  await Promise.all([throughout.stop(), after.stop()]);

  const responses = [throughout, before, after].flatMap((traffic) => traffic.responses);
  expect(responses.filter(({ status }) => status !== 200)).toEqual([]);
  expect([throughout.errors, after.errors]).toEqual([[], []]);
  const ids = responses.map(({ body }) => JSON.parse(body).id);
  expect(new Set(ids).size).toBe(ids.length);
  // All ids come from blocks of this table.
  expect(Math.min(...ids)).toBe(1);
  expect(Math.max(...ids)).toBeLessThanOrEqual(Number(await lastId()));
}, 60_000);
