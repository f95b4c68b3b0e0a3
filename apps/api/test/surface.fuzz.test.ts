import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { parseResponses, sendRaw } from './raw-request';
import { openSavedGreetings } from './history-table';
import { serveApp } from './serve-app';
import { serveVerifyingApp } from './verifying-app';

interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH'];

/** Text that is special in JavaScript, URLs, shells, SQL, HTML or templates. */
const SPECIAL = fc.oneof(
  fc.constantFrom(
    ...[
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      '..',
      '%00',
      '%2e%2e%2f',
      '%zz',
      '%',
    ],
    ...[
      'null',
      'undefined',
      'NaN',
      '-0',
      '1e999',
      '{{7*7}}',
      '${7*7}',
      "' OR 1=1 --",
      '<script>',
      '\u202e',
      '💥',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

/** Returns the text with lone surrogates replaced, because UTF-8 cannot encode them. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

const SEGMENT = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'api',
      'greeting',
      'greetings',
      '1',
      'openapi.json',
      'health',
      'ready',
      'dev',
      '',
    ),
  },
  { weight: 1, arbitrary: SPECIAL.map((name) => encodeURI(wellFormed(name))) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%', '%zz', '%E0%A4%A', '%00', ';', 'a;b', '..', '.', '~', 'x'.repeat(3_000)),
  },
);

const QUERY = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom('name', 'limit', 'next', 'name[]', 'name[a]'), SPECIAL),
    fc.oneof(fc.constantFrom('Ada', '5', ''), SPECIAL, fc.constant('x'.repeat(4_000))),
  ),
  { maxLength: 4 },
);

const PATH = fc.tuple(fc.array(SEGMENT, { maxLength: 5 }), QUERY).map(([segments, query]) => {
  const search = query.map(
    ([name, value]) => `${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(value))}`,
  );
  return `/${segments.join('/')}${search.length > 0 ? `?${search.join('&')}` : ''}`;
});

const VALUE = fc.string({ unit: fc.constantFrom(...'aZ09-_=;:,. /"\\{}[]()<>%\t\xe9'), maxLength: 200 });

const HEADERS = fc
  .dictionary(
    fc.constantFrom(
      ...[
        'x-amzn-trace-id',
        'traceparent',
        'x-amzn-requestid',
        'authorization',
        'cookie',
        'accept',
        'if-none-match',
      ],
      ...[
        'content-type',
        'content-encoding',
        'range',
        'x-http-method-override',
        'x-forwarded-for',
        'x-forwarded-host',
      ],
    ),
    fc.oneof(VALUE, fc.constantFrom('application/json', 'gzip', 'bytes=0-1', 'Bearer x', 'DELETE')),
    { maxKeys: 4 },
  )
  .map((headers) => ({ ...headers }));

const BODY = fc.oneof(
  fc.constant(undefined),
  fc.json({ maxDepth: 5 }),
  fc.string({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(
    '{"__proto__":{"x":1}}',
    '{"name":"Ada"}',
    '{"name":{"toString":1}}',
    '['.repeat(9_000),
    'x'.repeat(20_000),
  ),
);

const REQUEST: fc.Arbitrary<FuzzRequest> = fc.record({
  method: fc.constantFrom(...METHODS),
  path: PATH,
  headers: HEADERS,
  body: BODY,
});

function send(port: number, { method, path, headers, body }: FuzzRequest) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      request({ host: '127.0.0.1', port, method, path, headers: { ...headers, ...length } }, (response) => {
        text(response).then(
          (content) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content }),
          reject,
        );
      })
        .on('error', reject)
        .end(body);
    },
  );
}

/** Checks the properties that every response must have. */
function expectWellFormed(
  { method }: Pick<FuzzRequest, 'method'>,
  response: Awaited<ReturnType<typeof send>>,
): void {
  expect(response.status).toBeGreaterThanOrEqual(200);
  expect(response.status).toBeLessThan(500);
  // Node's own responses to headers that are not valid or too long.
  if ([400, 431].includes(response.status) && response.headers['x-request-id'] === undefined) return;
  expect(response.headers['x-request-id']).toMatch(/^[\w-]{8,64}$/);
  expect(response.headers['cache-control']).toBe('no-store');
  for (const unwanted of ['x-powered-by', 'server', 'etag', 'set-cookie']) {
    expect(response.headers).not.toHaveProperty(unwanted);
  }
  if (response.status < 400) return;
  expect(response.headers['content-type']).toBe(PROBLEM_CONTENT_TYPE);
  if (method === 'HEAD') return;
  const problem = Problem.parse(JSON.parse(response.body));
  expect(problem).toMatchObject({ status: response.status, requestId: response.headers['x-request-id'] });
  if (response.status === 405) expect(response.headers['allow']).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
}

test('every response is JSON with a request id, and never a 5xx', async () => {
  const { port, log } = await serveApp({ savedGreetings: await openSavedGreetings() });
  await fc.assert(
    fc.asyncProperty(REQUEST, async (sent) => expectWellFormed(sent, await send(port, sent))),
    { numRuns: 300 },
  );
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  expect(log.filter(({ level }) => level === 'error')).toEqual([]);
}, 60_000);

test('a request without a valid token gets 401, or an error about the malformed request', async () => {
  const { port } = await serveVerifyingApp({ savedGreetings: await openSavedGreetings() });
  await fc.assert(
    fc.asyncProperty(REQUEST, async (sent) => {
      const response = await send(port, sent);
      expectWellFormed(sent, response);
      if (!/^\/(health|ready)\/?(\?|$)/i.test(sent.path)) expect([400, 401, 431]).toContain(response.status);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('arbitrary bytes get only well-formed responses, and the server keeps running', async () => {
  const { port, url } = await serveApp({ savedGreetings: await openSavedGreetings() });
  const valid = Buffer.from(
    'POST /api/greetings?x=1 HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"name":"Ada"}',
  );
  const mutation = fc.record({
    at: fc.nat(valid.length - 1),
    byte: fc.nat(255),
    remove: fc.nat(3),
    repeat: fc.nat(3),
  });
  const mutated = fc.array(mutation, { minLength: 1, maxLength: 6 }).map((mutations) => {
    let bytes = [...valid];
    for (const { at, byte, remove, repeat } of mutations) {
      bytes = [...bytes.slice(0, at), ...Array<number>(repeat).fill(byte), ...bytes.slice(at + remove)];
    }
    return Uint8Array.from(bytes);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, fc.uint8Array({ maxLength: 300 })), async (bytes) => {
      for (const { status, headers } of parseResponses(await sendRaw(port, bytes))) {
        expect(status).toBeLessThan(500);
        // Node's own responses to malformed HTTP have no body.
        if (status >= 400 && headers.has('x-request-id')) {
          expect(headers.get('content-type')).toBe(PROBLEM_CONTENT_TYPE);
        }
      }
    }),
    { numRuns: 400 },
  );
  expect((await fetch(`${url}/health`)).status).toBe(200);
}, 60_000);
