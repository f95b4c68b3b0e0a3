import { expect, test } from 'vitest';
import { Problem } from '@spa-on-aws/shared-types';
import { readAnswers, sendRaw } from '../../test/raw-request';
import { serveApp } from '../../test/serve-app';

const HOST = 'Host: api';

test.each<[string, string, number, string]>([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'ERR_MALFORMED_REQUEST'],
  ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'ERR_MALFORMED_REQUEST'],
  ['HTTP/2 without its being agreed', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'ERR_MALFORMED_REQUEST'],
  ['another version', `GET / HTTP/9.9\r\n${HOST}\r\n\r\n`, 400, 'ERR_MALFORMED_REQUEST'],
  ['an unknown method', `HACK /api/greeting HTTP/1.1\r\n${HOST}\r\n\r\n`, 400, 'ERR_MALFORMED_REQUEST'],
  [
    'a space before the colon',
    `GET /health HTTP/1.1\r\n${HOST}\r\nX-A : b\r\n\r\n`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'a header that goes on in the next line',
    `GET /health HTTP/1.1\r\n${HOST}\r\nA: b\r\n c\r\n\r\n`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'two framings at once, to smuggle a request',
    `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'two lengths',
    `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'a length that is none',
    `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Length: -1\r\n\r\n`,
    400,
    'ERR_MALFORMED_REQUEST',
  ],
  [
    'headers without end',
    `GET /health HTTP/1.1\r\n${HOST}\r\nX: ${'x'.repeat(20_000)}`,
    431,
    'ERR_HEADERS_TOO_LARGE',
  ],
  ['a path without end', `GET /${'x'.repeat(20_000)}`, 431, 'ERR_HEADERS_TOO_LARGE'],
  [
    'a request to be a proxy',
    'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n',
    400,
    'ERR_MALFORMED_REQUEST',
  ],
])('%s is answered with a problem, and the connection closed', async (_, bytes, status, code) => {
  const { port, log } = await serveApp();
  const [answer, ...more] = readAnswers(await sendRaw(port, bytes, { end: false }));
  expect(more).toEqual([]);
  expect(answer?.status).toBe(status);
  expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    connection: 'close',
  });
  const problem = Problem.parse(JSON.parse(answer?.body ?? ''));
  expect(problem.requestId).toBe(answer?.headers.get('x-request-id'));
  expect(log).toEqual([expect.objectContaining({ status, code, requestId: problem.requestId })]);
});

test('a request without Host is refused by HTTP/1.1, and taken by HTTP/1.0', async () => {
  const { port } = await serveApp();
  const [refused] = readAnswers(await sendRaw(port, 'GET /health HTTP/1.1\r\n\r\n'));
  expect([refused?.status, Problem.parse(JSON.parse(refused?.body ?? '')).detail]).toEqual([
    400,
    'Host is missing',
  ]);
  const [taken] = readAnswers(await sendRaw(port, 'GET /health HTTP/1.0\r\n\r\n'));
  expect(taken?.status).toBe(200);
});

test('what is expected is that a body is welcome, or nothing', async () => {
  const { port } = await serveApp();
  const ask = (expected: string) =>
    sendRaw(
      port,
      `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: ${expected}\r\n\r\n{}`,
    );
  const [failed] = readAnswers(await ask('a-miracle'));
  expect([failed?.status, failed?.headers.get('content-type')]).toEqual([417, 'application/problem+json']);
  const welcome = await ask('100-continue');
  expect(welcome).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
  expect(readAnswers(welcome).map(({ status }) => status)).toEqual([201]);
});

test('requests that came before nonsense on the same connection are answered before it is', async () => {
  const { port } = await serveApp();
  const good = `GET /api/greeting HTTP/1.1\r\n${HOST}\r\n\r\n`;
  const answers = readAnswers(await sendRaw(port, `${good}${good}nonsense\r\n\r\n`, { end: false }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
});

test.each([
  ['a chunk that is no number', 'zz\r\nabc\r\n0\r\n\r\n'],
  ['a chunk with an extension without end', `1;${'x'.repeat(20_000)}`],
])('a body in chunks with %s is refused', async (_, body) => {
  const { port } = await serveApp();
  const head = `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const [answer] = readAnswers(await sendRaw(port, head + body, { end: false }));
  expect(answer?.status).toBe(400);
  expect(answer?.headers.get('content-type')).toBe('application/problem+json');
});

test('a body in chunks is counted, however long it goes on', async () => {
  const { port } = await serveApp();
  const head = `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
  const [answer] = readAnswers(await sendRaw(port, `${head}${chunk.repeat(8)}0\r\n\r\n`));
  expect(answer?.status).toBe(413);
});

test('a body that is cut harms nobody', async () => {
  const { port, url } = await serveApp();
  const head = `POST /api/greetings HTTP/1.1\r\n${HOST}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  await sendRaw(port, head);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('what asks for another protocol is answered in this one', async () => {
  const { port } = await serveApp();
  const [answer] = readAnswers(
    await sendRaw(
      port,
      `GET /health HTTP/1.1\r\n${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ),
  );
  expect(answer?.status).toBe(200);
});

test.each(['http://a:99999999/', 'http://[::1/health', 'http://%/health', 'x:y', '?', 'health'])(
  'the target %s, which is none, is refused',
  async (target) => {
    const { port } = await serveApp();
    const [answer] = readAnswers(
      await sendRaw(port, `GET ${target} HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`),
    );
    expect([400, 404]).toContain(answer?.status);
    Problem.parse(JSON.parse(answer?.body ?? ''));
  },
);

test.each([
  '*',
  'http://evil.example/api/nope',
  '//evil.example/api/nope',
  '/api/%2e%2e/nope',
  '/api/..;/nope',
  '/api/nope#x',
])('the target %s leads nowhere', async (target) => {
  const { port } = await serveApp();
  const [answer] = readAnswers(
    await sendRaw(port, `GET ${target} HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`),
  );
  expect(answer?.status).toBe(404);
  Problem.parse(JSON.parse(answer?.body ?? ''));
});
