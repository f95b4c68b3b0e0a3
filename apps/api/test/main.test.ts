import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { run, startApi } from './api-process';

/** Sends the first part of a request; the server waits for the rest of the headers. */
async function startRequest(port: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n');
  return {
    /** Sends the rest, and returns the response when the server has closed the connection. */
    finish: () => {
      socket.write('\r\n');
      return text(socket);
    },
  };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s completes in-flight requests, then exits with code 0',
  async (signal) => {
    const { child, ended, logged, port, url } = await startApi();
    const inFlight = await startRequest(port);
    // When the server responds to a later request, it has received the first part of the earlier one.
    await (await fetch(`${url}/health`)).arrayBuffer();
    child.kill(signal);
    expect(await logged('stopping')).toMatchObject({ signal });
    const response = await inFlight.finish();
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(response).toMatch(/\r\nConnection: close\r\n/i);
    expect(response).toContain('{"status":"ok"}');
    expect(await ended).toEqual({ code: 0, stderr: '' });
  },
);

test('a second signal ends the process immediately', async () => {
  const { child, ended, logged, port, url } = await startApi();
  await startRequest(port);
  await (await fetch(`${url}/health`)).arrayBuffer();
  child.kill('SIGTERM');
  await logged('stopping');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(1);
});

test('the API reports all configuration errors together', async () => {
  const { code, stderr } = await run(['main.js'], { PORT: 'http', LOG_LEVEL: 'loud' }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('PORT is "http"');
  expect(stderr).toContain('LOG_LEVEL is "loud"');
});

test('the API reports a port that is in use in one line', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void occupant.close());
  await once(occupant, 'listening');
  const { port } = occupant.address() as AddressInfo;
  const { code, stderr } = await run(['main.js'], {
    TOKEN_VERIFICATION: 'off',
    PORT: String(port),
    HOST: '127.0.0.1',
  }).ended;
  expect(code).toBe(1);
  expect(stderr).toBe(
    `The API cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Stop the process that uses the port, or set HOST and PORT.\n`,
  );
});
