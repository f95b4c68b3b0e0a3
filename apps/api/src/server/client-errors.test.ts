import { expect, test } from 'vitest';
import { Problem } from '@spa-on-aws/shared-types';
import { parseResponses, sendRaw } from '../../test/raw-request';
import { serveApp } from '../../test/serve-app';

const HOST = 'Host: api';

test.each<[string, string, number, string]>([
  ['bytes that are not HTTP', 'hello\r\n\r\n', 400, 'ERR_MALFORMED_REQUEST'],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'ERR_MALFORMED_REQUEST'],
  ['HTTP/2 without negotiation', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'ERR_MALFORMED_REQUEST'],
  ['an unknown HTTP version', `GET / HTTP/9.9\r\n${HOST}\r\n\r\n`, 400, 'ERR_MALFORMED_REQUEST'],
  ['an unknown method', `HACK /api/greeting HTTP/1.1\r\n${HOST}\r\n\r\n`, 400, 'ERR_MALFORMED_REQUEST'],
  [
    'a space before the colon',
    `GET /health HTTP/1.1\r\n${HOST}\r\nX-A : b\r\n\r\n`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'a header on two lines',
    `GET /health HTTP/1.1\r\n${HOST}\r\nA: b\r\n c\r\n\r\n`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'request smuggling with two framings',
    `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'two values of Content-Length',
    `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'a negative Content-Length',
    `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Length: -1\r\n\r\n`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'headers that are too long',
    `GET /health HTTP/1.1\r\n${HOST}\r\nX: ${'x'.repeat(20_000)}`,
    431,
    'ERR_HEADERS_TOO_LARGE',
  ],
  ['a path that is too long', `GET /${'x'.repeat(20_000)}`, 431, 'ERR_HEADERS_TOO_LARGE'],
  ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', 400, 'ERR_MALFORMED_REQUEST'],
])(
  'the server responds to %s with problem details and closes the connection',
  async (_, bytes, status, code) => {
    const { port, log } = await serveApp();
    const [response, ...more] = parseResponses(await sendRaw(port, bytes, { end: false }));
    expect(more).toEqual([]);
    expect(response?.status).toBe(status);
    expect(Object.fromEntries(response?.headers ?? [])).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      connection: 'close',
    });
    const problem = Problem.parse(JSON.parse(response?.body ?? ''));
    expect(problem.requestId).toBe(response?.headers.get('x-request-id'));
    expect(log).toEqual([expect.objectContaining({ status, code, requestId: problem.requestId })]);
  },
);

test('a request without Host is rejected in HTTP/1.1 and accepted in HTTP/1.0', async () => {
  const { port } = await serveApp();
  const [rejected] = parseResponses(await sendRaw(port, 'GET /health HTTP/1.1\r\n\r\n'));
  expect([rejected?.status, Problem.parse(JSON.parse(rejected?.body ?? '')).detail]).toEqual([
    400,
    'The Host header is missing',
  ]);
  const [accepted] = parseResponses(await sendRaw(port, 'GET /health HTTP/1.0\r\n\r\n'));
  expect(accepted?.status).toBe(200);
});

test('Expect can only be 100-continue', async () => {
  const { port } = await serveApp();
  const sendExpect = (expected: string) =>
    sendRaw(
      port,
      `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: ${expected}\r\n\r\n{}`,
    );
  const [failed] = parseResponses(await sendExpect('a-miracle'));
  expect([failed?.status, failed?.headers.get('content-type')]).toEqual([417, 'application/problem+json']);
  const continued = await sendExpect('100-continue');
  expect(continued).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
  expect(parseResponses(continued).map(({ status }) => status)).toEqual([201]);
});

test('earlier requests on the same connection get their responses before the error', async () => {
  const { port } = await serveApp();
  const valid = `GET /api/greeting HTTP/1.1\r\n${HOST}\r\n\r\n`;
  const responses = parseResponses(await sendRaw(port, `${valid}${valid}nonsense\r\n\r\n`, { end: false }));
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 400]);
});

test.each([
  ['an invalid chunk size', 'zz\r\nabc\r\n0\r\n\r\n'],
  ['a chunk extension that is too long', `1;${'x'.repeat(20_000)}`],
])('a chunked body with %s is rejected', async (_, body) => {
  const { port } = await serveApp();
  const head = `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const [response] = parseResponses(await sendRaw(port, head + body, { end: false }));
  expect(response?.status).toBe(400);
  expect(response?.headers.get('content-type')).toBe('application/problem+json');
});

test('the size limit applies to chunked bodies', async () => {
  const { port } = await serveApp();
  const head = `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
  const [response] = parseResponses(await sendRaw(port, `${head}${chunk.repeat(8)}0\r\n\r\n`));
  expect(response?.status).toBe(413);
});

test('the server survives a truncated body', async () => {
  const { port, url } = await serveApp();
  const head = `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  await sendRaw(port, head);
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

test.each(['http://a:99999999/', 'http://[::1/health', 'http://%/health', 'x:y', '?', 'health'])(
  'the malformed request target %s is rejected',
  async (target) => {
    const { port } = await serveApp();
    const [response] = parseResponses(
      await sendRaw(port, `GET ${target} HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`),
    );
    expect([400, 404]).toContain(response?.status);
    Problem.parse(JSON.parse(response?.body ?? ''));
  },
);

test.each([
  '*',
  'http://evil.example/api/nope',
  '//evil.example/api/nope',
  '/api/%2e%2e/nope',
  '/api/..;/nope',
  '/api/nope#x',
])('the request target %s returns 404', async (target) => {
  const { port } = await serveApp();
  const [response] = parseResponses(
    await sendRaw(port, `GET ${target} HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`),
  );
  expect(response?.status).toBe(404);
  Problem.parse(JSON.parse(response?.body ?? ''));
});
