import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startApi } from './api-process';
import { serveIssuer } from './issuer';
import { serveRoundRobin } from './round-robin';
import { serveTables } from './tables';

const CLIENTS = 12;

/** Asks for greetings all the time, many at once, until told to stop. */
function traffic(url: string, authorization: string) {
  const answers: string[] = [];
  let over = false;
  const client = async (): Promise<void> => {
    while (!over) {
      answers.push(
        await fetch(`${url}/api/greeting`, { headers: { authorization } }).then(
          async (answer) => `${answer.status} ${await answer.text()}`,
          (error: unknown) => `lost: ${String(error)}`,
        ),
      );
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  const stop = async (): Promise<void> => {
    over = true;
    await clients;
  };
  onTestFinished(stop);
  return {
    answers,
    stop,
    more: (count: number) => {
      const enough = answers.length + count;
      return expect
        .poll(() => answers.length, { timeout: 30_000, interval: 5 })
        .toBeGreaterThanOrEqual(enough);
    },
  };
}

test('two processes are replaced one after the other under load, and every request is answered with a greeting of its own', async () => {
  const [{ environment: tables }, issuer, balancer] = await Promise.all([
    serveTables(),
    serveIssuer(),
    serveRoundRobin(),
  ]);
  const environment = { ...tables, ...issuer.environment, STOP_DELAY_MS: '500' };
  const start = async () => {
    const api = await startApi(environment);
    balancer.add(api.port);
    return api;
  };
  const isAt = (count: number) =>
    expect.poll(balancer.readyTargets, { timeout: 30_000, interval: 20 }).toBe(count);

  const first = await Promise.all([start(), start()]);
  await isAt(2);
  const asked = traffic(balancer.url, `Bearer ${await issuer.token()}`);
  await asked.more(100);
  const all = [...first];
  for (const old of first) {
    all.push(await start());
    await isAt(3);
    await asked.more(50);
    old.child.kill('SIGTERM');
    expect((await old.ended).code).toBe(0);
    balancer.remove(old.port);
    await isAt(2);
    await asked.more(50);
  }
  await asked.stop();

  const ids = asked.answers.map(
    (answer) => /^200 \{"id":(\d+),"content":"Hello, World!"\}$/.exec(answer)?.[1] ?? answer,
  );
  expect(ids.filter((id) => !/^\d+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  // Each was answered once: by one of the four, as its log says, which may come a moment after the answer.
  const logged = () => all.flatMap(({ log }) => log.filter(({ route }) => route === '/api/greeting'));
  await expect.poll(() => logged().length).toBe(ids.length);
  expect(logged().filter(({ status }) => status !== 200)).toEqual([]);
  for (const { log } of all) expect(log.some(({ status }) => status === 200)).toBe(true);
}, 90_000);

/** Sends requests on one connection, the next when the last is answered, until the server says that it closes. */
async function keepAsking(port: number): Promise<{ sent: number; answered: number }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let [sent, answered, text] = [0, 0, ''];
  const ask = (): void => {
    sent += 1;
    socket.write('GET /api/greeting HTTP/1.1\r\nHost: api\r\n\r\n');
  };
  socket.on('data', (chunk) => {
    text += chunk.toString();
    if (!text.endsWith('"Hello, World!"}')) return;
    answered += 1;
    const isLast = /\r\nConnection: close\r\n/i.test(text);
    text = '';
    if (!isLast) ask();
  });
  ask();
  await once(socket, 'close');
  return { sent, answered };
}

test('who asks without end when the process is told to stop has every answer, the last of which says so', async () => {
  const { child, ended, port, log } = await startApi({ STOP_DELAY_MS: '300' });
  const asking = Array.from({ length: CLIENTS }, () => keepAsking(port));
  await expect.poll(() => log.filter(({ msg }) => msg === 'request').length).toBeGreaterThan(200);
  child.kill('SIGTERM');
  for (const { sent, answered } of await Promise.all(asking)) {
    expect(answered).toBe(sent);
    expect(answered).toBeGreaterThan(0);
  }
  expect(await ended).toEqual({ code: 0, stderr: '' });
});

test('until it stops it takes new connections, so that who has not heard of it is answered', async () => {
  const { child, ended, logged, url } = await startApi({ STOP_DELAY_MS: '1000' });
  child.kill('SIGTERM');
  await logged('stopping');
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  const answer = await fetch(`${url}/api/greeting`);
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
  expect((await ended).code).toBe(0);
  await delay(0);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});
