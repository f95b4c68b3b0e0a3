import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { type EdgeChange, CACHING_DISABLED, testEdge } from '../../../../../test/edge';
import { dataOf, eventsOf, request, text } from '../../../../../test/requests';
import { Upstream } from '../../../../http/upstream';
import { httpOriginServer } from './http-origin';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function portOf(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function edgeBefore(url: string, change: EdgeChange = {}) {
  const upstream = new Upstream();
  closers.push(() => upstream.close());
  return testEdge({
    ...change,
    behavior: {
      CachePolicyId: CACHING_DISABLED,
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      ...change.behavior,
    },
    servers: { 'origin.example': httpOriginServer(new URL(url), upstream) },
  });
}

async function edgeBeforeServer(listener: RequestListener, change: EdgeChange & { path?: string } = {}) {
  const port = await portOf(createServer(listener));
  return edgeBefore(`http://127.0.0.1:${port}${change.path ?? ''}`, change);
}

test('a local server gets the origin’s request below its own path [CF-PATH-09, CF-REQ-01, CF-REQ-12]', async () => {
  let seen: IncomingMessage | undefined;
  const { ask } = await edgeBeforeServer(
    (received, response) => {
      seen = received;
      response.setHeader('X-Answer', 'yes').end('body');
    },
    {
      path: '/base/',
      origin: { OriginPath: '/live' },
      behavior: { OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac' },
    },
  );
  const { status, headers, body, cache } = await ask('/a%20b?c=d');
  expect([seen?.method, seen?.url, seen?.headers.host, seen?.httpVersion]).toEqual([
    'GET',
    '/base/live/a%20b?c=d',
    'origin.example',
    '1.1',
  ]);
  expect([status, headers.get('x-answer'), body, cache]).toEqual([200, 'yes', 'body', 'Miss']);
});

test('rejects a local server with https', () => {
  expect(() => edgeBefore('https://127.0.0.1:1')).toThrowError(
    expect.objectContaining({
      code: 'ERR_OPTIONS',
      message: expect.stringContaining('https://127.0.0.1:1/'),
    }),
  );
});

test('streams bodies in both directions [CF-LIM-03]', async () => {
  const { handle } = await edgeBeforeServer((received, response) => void received.pipe(response));
  const response = await handle(request('/', { method: 'POST', body: 'x'.repeat(1_000_000) }));
  expect((await text(response)).length).toBe(1_000_000);
});

test('answers 502 when no server listens [CF-DOWN-01]', async () => {
  const port = await portOf(createServer());
  await closers.pop()?.();
  const { status, body, cache, trace } = await edgeBefore(`http://127.0.0.1:${port}`).ask('/');
  expect([status, cache]).toEqual([502, 'Error']);
  expect(body).toContain('<H1>502 ERROR</H1>');
  expect(eventsOf({ trace })).toEqual([
    'behavior.matched',
    'cache.bypassed',
    'origin.requested',
    'origin.attempt-failed',
    'origin.attempt-failed',
    'origin.failed',
  ]);
  expect(dataOf({ trace }, 'origin.failed')).toMatchObject({ reason: 'connection-refused', status: 502 });
});

test('answers 502 with a DNS error when the host has no address [CF-DOWN-01]', async () => {
  const { status, body } = await edgeBefore('http://no-such-host.invalid').ask('/');
  expect([status, body]).toEqual([502, expect.stringContaining('NonS3OriginDnsError')]);
});

test('answers 502 when the server does not speak HTTP [CF-DOWN-01]', async () => {
  const port = await portOf(createTcpServer((socket) => socket.resume().end('hello\n')));
  expect((await edgeBefore(`http://127.0.0.1:${port}`).ask('/')).status).toBe(502);
});

test('answers 504 on a timeout, after the attempts of the template [CF-DOWN-02, CF-DOWN-03]', async () => {
  let attempts = 0;
  const { ask } = await edgeBeforeServer(() => attempts++, {
    origin: {
      ConnectionAttempts: 2,
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginReadTimeout: 1 },
    },
  });
  const { status, body } = await ask('/');
  expect([status, body]).toEqual([504, expect.stringContaining('attempted to establish a connection')]);
  expect(attempts).toBe(2);
});

test('repeats a GET, not a POST [CF-DOWN-03]', async () => {
  const attempts: string[] = [];
  const { ask } = await edgeBeforeServer((received) => {
    attempts.push(received.method ?? '');
    received.socket.destroy();
  });
  expect([(await ask('/')).status, (await ask('/', {}, { method: 'POST' })).status]).toEqual([502, 502]);
  expect(attempts).toEqual(['GET', 'GET', 'GET', 'POST']);
});

test('answers with the attempt that succeeds [CF-DOWN-03]', async () => {
  let attempts = 0;
  const { ask } = await edgeBeforeServer((received, response) => {
    if (++attempts < 3) received.socket.destroy();
    else response.end('third');
  });
  expect((await ask('/')).body).toBe('third');
});

test('answers 502 when the headers exceed the limit [CF-LIM-04]', async () => {
  const { ask } = await edgeBeforeServer((_, response) =>
    response.setHeader('X-Big', 'x'.repeat(33_000)).end(),
  );
  const answer = await ask('/');
  expect(answer.status).toBe(502);
  expect(dataOf(answer, 'origin.failed')).toMatchObject({ reason: 'headers-too-large', status: 502 });
});

test('aborts the request to the origin when the viewer leaves', async () => {
  let cut = (): void => undefined;
  const isCut = new Promise<void>((resolve) => (cut = resolve));
  const { handle } = await edgeBeforeServer((_, response) => {
    response.once('close', () => cut());
    response.write('x');
  });
  const leaving = new AbortController();
  await handle({ ...request('/'), signal: leaving.signal });
  leaving.abort();
  await isCut;
});

test('a response breaks off when the origin does', async () => {
  const { handle } = await edgeBeforeServer((_, response) => {
    response.setHeader('Content-Length', '10').write('half');
    setImmediate(() => response.destroy());
  });
  const { body } = await handle(request('/'));
  await expect(async () => {
    for await (const chunk of body as Readable) void chunk;
  }).rejects.toThrowError();
});

test('replaces an idle connection that the server closed', async () => {
  const server = createServer((_, response) => response.end('ok'));
  const port = await portOf(server);
  const { ask } = edgeBefore(`http://127.0.0.1:${port}`, { origin: { ConnectionAttempts: 1 } });
  await ask('/');
  server.closeIdleConnections();
  expect((await ask('/')).body).toBe('ok');
});
