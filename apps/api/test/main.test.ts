import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { run, startApi } from './api-process';
import { environmentOf, serveTables } from './tables';

/** Begins a request and leaves it unfinished: the server waits for the rest of its headers. */
async function beginRequest(port: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /api/greeting HTTP/1.1\r\nHost: 127.0.0.1\r\n');
  return {
    /** Sends the rest; gives the whole answer once the server has closed the connection. */
    finish: () => {
      socket.write('\r\n');
      return text(socket);
    },
  };
}

test('the built API greets', async () => {
  const { url } = await startApi();
  expect(await (await fetch(`${url}/api/greeting?name=Ada`)).json()).toEqual({
    id: 1,
    content: 'Hello, Ada!',
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'on %s a request that has begun is answered, then the exit code is 0',
  async (signal) => {
    const { child, ended, logged, port, url } = await startApi();
    const begun = await beginRequest(port);
    // The server has seen the begun request once it answers a later one.
    await (await fetch(`${url}/health`)).arrayBuffer();
    child.kill(signal);
    expect(await logged('stopping')).toMatchObject({ signal });
    const answer = await begun.finish();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(answer).toContain('{"id":1,"content":"Hello, World!"}');
    expect(await ended).toEqual({ code: 0, stderr: '' });
  },
);

test('a second signal ends the process at once', async () => {
  const { child, ended, logged, port, url } = await startApi();
  await beginRequest(port);
  await (await fetch(`${url}/health`)).arrayBuffer();
  child.kill('SIGTERM');
  await logged('stopping');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(143);
});

test('all faults of the configuration are told at once', async () => {
  const { code, stderr } = await run('main.js', { PORT: 'http', LOG_LEVEL: 'loud' }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('PORT is "http"');
  expect(stderr).toContain('LOG_LEVEL is "loud"');
});

test('a port in use is one clear line', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void occupant.close());
  await once(occupant, 'listening');
  const { port } = occupant.address() as AddressInfo;
  const { code, stderr } = await run('main.js', {
    TOKEN_VERIFICATION: 'off',
    PORT: String(port),
    HOST: '127.0.0.1',
  }).ended;
  expect(code).toBe(1);
  expect(stderr).toBe(
    `The API cannot listen on 127.0.0.1 port ${port}: another process has it. Stop that one or set PORT.\n`,
  );
});

test('the health check of the container passes while the API runs', async () => {
  const { port } = await startApi();
  expect(await run('healthcheck.js', { PORT: String(port) }).ended).toEqual({ code: 0, stderr: '' });
});

test('the health check of the container fails when nothing listens, and when the answer is not 200', async () => {
  const broken = createServer((_request, response) => response.writeHead(503).end());
  broken.listen(0, '127.0.0.1');
  await once(broken, 'listening');
  const { port } = broken.address() as AddressInfo;
  const answering = await run('healthcheck.js', { PORT: String(port) }).ended;
  expect(answering).toMatchObject({ code: 1, stderr: expect.stringContaining('/health answers 503') });
  broken.close();
  await once(broken, 'close');
  const silent = await run('healthcheck.js', { PORT: String(port) }).ended;
  expect(silent).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
});

test('with a table it is ready once it has ids, and goes on where the last process reserved', async () => {
  const { environment } = await serveTables();
  const env = { ...environment, GREETING_ID_BLOCK: '5' };
  for (const id of [1, 6]) {
    const { child, ended, url } = await startApi(env);
    await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 10_000 }).toBe(200);
    expect(await (await fetch(`${url}/api/greeting`)).json()).toMatchObject({ id });
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  }
}, 20_000);

test('without its table it is alive and not ready, says why in its log, and stops when told', async () => {
  const nobody = createServer().listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  await once(nobody, 'close');
  const env = {
    ...environmentOf(`http://127.0.0.1:${port}`),
    GREETING_TABLE: 'greetings',
    HISTORY_TABLE: 'history',
  };
  const { child, ended, logged, url } = await startApi(env);
  const line = await logged('no greeting ids could be reserved');
  expect(line).toMatchObject({ level: 'warn', err: { message: expect.stringContaining('ECONNREFUSED') } });
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const answer = await fetch(`${url}/ready`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ detail: 'The API is starting: ask again in 1 s' });
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('tables without a region are one clear line', async () => {
  const env = {
    ...environmentOf('http://127.0.0.1:1'),
    TOKEN_VERIFICATION: 'off',
    AWS_REGION: '',
    GREETING_TABLE: 'greetings',
    HISTORY_TABLE: 'history',
  };
  const { code, stderr } = await run('main.js', env).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('The tables need a region: set AWS_REGION');
});
