import { expect, test } from 'vitest';
import { Problem } from '@spa-on-aws/shared-types';
import { parseResponses, sendRaw } from './raw-request';
import { serveApp } from './serve-app';

const HOST = 'Host: api';

test.each<[string, string, number]>([
  ['bytes that are not HTTP', 'hello\r\n\r\n', 400],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['HTTP/2 without negotiation', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['a space before the colon', `GET /health HTTP/1.1\r\n${HOST}\r\nX-A : b\r\n\r\n`, 400],
  ['no Host', 'GET /health HTTP/1.1\r\n\r\n', 400],
  [
    'request smuggling with two framings',
    `POST /api/greeting HTTP/1.1\r\n${HOST}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'two values of Content-Length',
    `POST /api/greeting HTTP/1.1\r\n${HOST}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
    400,
  ],
  ['headers that are too long', `GET /health HTTP/1.1\r\n${HOST}\r\nX: ${'x'.repeat(20_000)}`, 431],
])('the server rejects %s and closes the connection', async (_, bytes, status) => {
  const { port, url } = await serveApp();
  expect(await sendRaw(port, bytes, { end: false })).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('Upgrade is ignored', async () => {
  const { port } = await serveApp();
  const [response] = parseResponses(
    await sendRaw(
      port,
      `GET /health HTTP/1.1\r\n${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ),
  );
  expect(response?.status).toBe(200);
});

test.each([
  ...['*', 'http://a:99999999/', 'http://%/health', '/api/%'],
  ...['http://evil.example/api/nope', '//evil.example/api/nope', '/api/%2e%2e/nope', '/api/..;/nope'],
])('the request target %s returns 400 or 404', async (target) => {
  const { port } = await serveApp();
  const [response] = parseResponses(
    await sendRaw(port, `GET ${target} HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`),
  );
  expect([400, 404]).toContain(response?.status);
  Problem.parse(JSON.parse(response?.body ?? ''));
});
