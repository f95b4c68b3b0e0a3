import { expect, test } from 'vitest';
import { HeaderList } from '../http/header-list';
import { type Request, Trace } from '../http/message';
import { compileFunction, FunctionExecutionError } from './edge-function';
import { ForbiddenHeaderError } from './function-event';
import { runViewerRequest } from './viewer-request';

const CONTEXT = { distributionDomainName: 'd1.cloudfront.net', distributionId: 'E1', requestId: 'r' };

function request(change: Partial<Request> = {}): Request {
  return {
    method: 'GET',
    path: '/a/b',
    query: '',
    headers: new HeaderList([['Host', 'localhost:4300']]),
    body: undefined,
    protocol: 'https',
    clientIp: '127.0.0.1',
    signal: new AbortController().signal,
    trace: new Trace(),
    ...change,
  };
}

function run(code: string, change: Partial<Request> = {}): ReturnType<typeof runViewerRequest> {
  return runViewerRequest(compileFunction({ name: 'test', code, timeoutMs: 200 }), request(change), CONTEXT);
}

/** What the function sees, as it returns it in a header. */
function seen(expression: string, change: Partial<Request> = {}): unknown {
  const code = `function handler(event) { return { statusCode: 200, body: JSON.stringify(${expression}) }; }`;
  const outcome = run(code, change);
  return 'response' in outcome ? JSON.parse(String(outcome.response.body)) : undefined;
}

test('CFF-EV-05: a rewritten path goes on, the query stays', () => {
  const outcome = run(
    `function handler(event) { event.request.uri = '/index.html'; return event.request; }`,
    {
      query: 'b=2&a=%20',
    },
  );
  expect(outcome).toMatchObject({ request: { path: '/index.html', query: 'b=2&a=%20' } });
});

test('CFF-EV-01: header names are lower-case, cookies stand apart', () => {
  const headers = new HeaderList([
    ['Host', 'h'],
    ['X-Thing', 'a,b'],
    ['Cookie', 'id=1; theme=dark'],
  ]);
  expect(seen('event.request.headers', { headers })).toEqual({
    host: { value: 'h' },
    'x-thing': { value: 'a,b' },
  });
  expect(seen('event.request.cookies', { headers })).toEqual({
    id: { value: '1' },
    theme: { value: 'dark' },
  });
});

test('CFF-EV-02: repeated names collapse to the first and a list', () => {
  expect(seen('event.request.querystring', { query: 'a=1&a=2&b' })).toEqual({
    a: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] },
    b: { value: '' },
  });
});

test('CFF-EV-08: a response of the function is the answer', () => {
  const outcome = run(`async function handler(event) {
    return { statusCode: 302, headers: { location: { value: '/x' } }, cookies: { a: { value: '1', attributes: 'Secure' } } };
  }`);
  expect(outcome).toMatchObject({ response: { status: 302 } });
  const headers = 'response' in outcome ? outcome.response.headers : new HeaderList();
  expect([headers.get('location'), headers.get('set-cookie')]).toEqual(['/x', 'a=1; Secure']);
});

test('CFF-EV-01: added headers are handed on in title case', () => {
  const outcome = run(`function handler(event) {
    event.request.headers['x-new-header'] = { value: '1' };
    return event.request;
  }`);
  expect('request' in outcome && [...outcome.request.headers]).toContainEqual(['X-New-Header', '1']);
});

test('CFF-HDR-01: what functions may not see is handed on untouched', () => {
  const headers = new HeaderList([
    ['Host', 'h'],
    ['X-Edge-Secret', 's'],
  ]);
  expect(seen('event.request.headers', { headers })).toEqual({ host: { value: 'h' } });
  const outcome = run('function handler(event) { return event.request; }', { headers });
  expect('request' in outcome && outcome.request.headers.get('x-edge-secret')).toBe('s');
});

test.each(['x-cache', 'x-amz-cf-id', 'connection'])('CFF-HDR-01: setting %s is refused', (name) => {
  const code = `function handler(event) { event.request.headers['${name}'] = { value: 'x' }; return event.request; }`;
  expect(() => run(code)).toThrowError(ForbiddenHeaderError);
});

test.each([
  `event.request.headers.host = { value: 'evil' }`,
  `delete event.request.headers.host`,
  `event.request.headers.via = { value: 'x' }`,
])('CFF-HDR-02: %s is refused', (statement) => {
  expect(() => run(`function handler(event) { ${statement}; return event.request; }`)).toThrowError(
    ForbiddenHeaderError,
  );
});

test.each([
  ['throws', `function handler() { throw new Error('no'); }`],
  ['does not parse', `function handler( {`],
  ['has no handler', `var x = 1;`],
  ['never ends', `function handler() { while (true) {} }`],
  ['returns nothing', `function handler() {}`],
  ['never settles', `function handler() { return new Promise(function () {}); }`],
  ['returns a status out of range', `function handler() { return { statusCode: 99 }; }`],
  ['returns a relative path', `function handler(event) { return { uri: 'x' }; }`],
])('CFF-ERR-01: a function that %s fails', (_, code) => {
  expect(() => run(code)).toThrowError(FunctionExecutionError);
});

test.each([
  ['process', 'typeof process'],
  ['timers', 'typeof setTimeout'],
  ['the network', 'typeof fetch'],
])('CFF-JS-02: a function has no %s', (_, expression) => {
  expect(seen(expression)).toBe('undefined');
});

test.each([`eval('1')`, `Function('return 1')()`, `(function () {}).constructor('return process')()`])(
  'CFF-JS-02: %s fails',
  (expression) => {
    expect(() => seen(expression)).toThrowError(FunctionExecutionError);
  },
);

test('a call leaves nothing behind for the next', () => {
  const edgeFunction = compileFunction({
    name: 'test',
    code: `var n = 0; function handler() { n += 1; return { statusCode: 200, body: String(n) }; }`,
  });
  runViewerRequest(edgeFunction, request(), CONTEXT);
  const second = runViewerRequest(edgeFunction, request(), CONTEXT);
  expect('response' in second && String(second.response.body)).toBe('1');
});
