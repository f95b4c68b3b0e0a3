import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startApi } from '../../test/api-process';
import { serveIssuer } from '../../test/issuer';
import type { LogLine } from '../../test/serve-app';
import { serveRoundRobin } from '../../test/round-robin';
import { serveTables } from '../../test/tables';
import { sendTraffic } from '../../test/traffic';

const CLIENTS = 12;

const statusOf = ({ res }: LogLine): unknown => (res as { statusCode?: number } | undefined)?.statusCode;

test('no request is lost, and no id repeated, when two processes are replaced under load', async () => {
  const [{ environment: tables }, issuer, balancer] = await Promise.all([
    serveTables(),
    serveIssuer(),
    serveRoundRobin(),
  ]);
  const environment = { ...tables, ...issuer.environment, STOP_DELAY_MS: '2000' };
  const start = async () => {
    const api = await startApi(environment);
    balancer.add(api.port);
    return api;
  };
  const untilReady = (count: number) =>
    expect.poll(balancer.readyTargets, { timeout: 30_000, interval: 20 }).toBe(count);

  const old = await Promise.all([start(), start()]);
  await untilReady(2);
  const traffic = sendTraffic(balancer.url, CLIENTS, { authorization: `Bearer ${await issuer.token()}` });
  await traffic.more(100);
  const all = [...old];
  for (const api of old) {
    all.push(await start());
    await untilReady(3);
    await traffic.more(50);
    api.child.kill('SIGTERM');
    expect((await api.ended).code).toBe(0);
    balancer.remove(api.port);
    await untilReady(2);
    await traffic.more(50);
  }
  await traffic.stop();

  expect(traffic.errors).toEqual([]);
  const ids = traffic.responses.map(
    ({ status, body }) =>
      /^200 \{"id":(\d+),"content":"Hello, World!"\}$/.exec(`${status} ${body}`)?.[1] ?? `${status} ${body}`,
  );
  expect(ids.filter((id) => !/^\d+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  // The logs show that each request reached one process, once. A log line may come a moment after its response.
  const logged = () => all.flatMap(({ log }) => log.filter(({ route }) => route === '/api/greeting'));
  await expect.poll(() => logged().length).toBe(ids.length);
  expect(logged().filter((line) => statusOf(line) !== 200)).toEqual([]);
  for (const { log } of all) expect(log.some((line) => statusOf(line) === 200)).toBe(true);
}, 90_000);

/** Sends requests one by one on one connection until a response has `Connection: close`. */
async function sendUntilClosed(port: number): Promise<{ sent: number; received: number }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let [sent, received, text] = [0, 0, ''];
  const send = (): void => {
    sent += 1;
    socket.write('GET /api/greeting HTTP/1.1\r\nHost: api\r\n\r\n');
  };
  socket.on('data', (chunk) => {
    text += chunk.toString();
    if (!text.endsWith('"Hello, World!"}')) return;
    received += 1;
    const isLast = /\r\nConnection: close\r\n/i.test(text);
    text = '';
    if (!isLast) send();
  });
  send();
  await once(socket, 'close');
  return { sent, received };
}

test('the last response on each connection has "Connection: close" when the process stops under load', async () => {
  const { child, ended, port, log } = await startApi({ STOP_DELAY_MS: '3000' });
  const connections = Array.from({ length: CLIENTS }, () => sendUntilClosed(port));
  await expect
    .poll(() => log.filter(({ msg }) => msg === 'request completed').length, { timeout: 30_000 })
    .toBeGreaterThan(200);
  child.kill('SIGTERM');
  for (const { sent, received } of await Promise.all(connections)) {
    expect(received).toBe(sent);
    expect(received).toBeGreaterThan(0);
  }
  expect(await ended).toEqual({ code: 0, stderr: '' });
}, 60_000);

test('the process accepts new connections during STOP_DELAY_MS, for clients that do not know that it stops', async () => {
  const { child, ended, logged, url } = await startApi({ STOP_DELAY_MS: '3000' });
  child.kill('SIGTERM');
  await logged('stopping');
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  const response = await fetch(`${url}/api/greeting`);
  expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
  expect((await ended).code).toBe(0);
  await delay(0);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});
