import { expect, test } from 'vitest';
import { HeaderList } from '../../../../http/header-list';
import { type Request } from '../../../../http/message';
import { Trace } from '../../../../trace/trace';
import { compileFunction, FunctionExecutionError } from './edge-function';
import { runViewerRequest } from './viewer-request';

const DEFINITION = {
  name: 'test',
  runtime: 'cloudfront-js-2.0' as const,
  store: undefined,
  isPublished: true,
};
const CONTEXT = { distributionDomainName: 'd1.cloudfront.net', distributionId: 'E1', requestId: 'r' };

function request(change: Partial<Request> = {}): Request {
  return {
    method: 'GET',
    httpVersion: '1.1',
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
  return runViewerRequest(compileFunction({ ...DEFINITION, code }, 1000), request(change), CONTEXT);
}

/** Returns the value of an expression that the function evaluates. */
async function seen(expression: string, change: Partial<Request> = {}): Promise<unknown> {
  const code = `function handler(event) { return { statusCode: 200, body: JSON.stringify(${expression}) }; }`;
  const outcome = await run(code, change);
  return 'response' in outcome ? JSON.parse(String(outcome.response.body)) : undefined;
}

test('a changed path is sent, and the query stays [CFF-EV-05]', async () => {
  const outcome = await run(
    `function handler(event) { event.request.uri = '/index.html'; return event.request; }`,
    {
      query: 'b=2&a=%20',
    },
  );
  expect(outcome).toMatchObject({ request: { path: '/index.html', query: 'b=2&a=%20' } });
});

test('header names are in lower case, cookies have their own field [CFF-EV-01]', async () => {
  const headers = new HeaderList([
    ['Host', 'h'],
    ['X-Thing', 'a,b'],
    ['Cookie', 'id=1; theme=dark'],
  ]);
  expect(await seen('event.request.headers', { headers })).toEqual({
    host: { value: 'h' },
    'x-thing': { value: 'a,b' },
  });
  expect(await seen('event.request.cookies', { headers })).toEqual({
    id: { value: '1' },
    theme: { value: 'dark' },
  });
});

test('repeated names have the first value and a list [CFF-EV-02]', async () => {
  expect(await seen('event.request.querystring', { query: 'a=1&a=2&b' })).toEqual({
    a: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] },
    b: { value: '' },
  });
});

test('a response of the function is the answer [CFF-EV-08]', async () => {
  const outcome = await run(`async function handler(event) {
    return { statusCode: 302, headers: { location: { value: '/x' } }, cookies: { a: { value: '1', attributes: 'Secure' } } };
  }`);
  expect(outcome).toMatchObject({ response: { status: 302 } });
  const headers = 'response' in outcome ? outcome.response.headers : new HeaderList();
  expect([headers.get('location'), headers.get('set-cookie')]).toEqual(['/x', 'a=1; Secure']);
});

test('added headers are sent in title case [CFF-EV-01]', async () => {
  const outcome = await run(`function handler(event) {
    event.request.headers['x-new-header'] = { value: '1' };
    return event.request;
  }`);
  expect('request' in outcome && [...outcome.request.headers]).toContainEqual(['X-New-Header', '1']);
});

test('headers that functions do not see are sent unchanged [CFF-HDR-01]', async () => {
  const headers = new HeaderList([
    ['Host', 'h'],
    ['X-Edge-Secret', 's'],
  ]);
  expect(await seen('event.request.headers', { headers })).toEqual({ host: { value: 'h' } });
  const outcome = await run('function handler(event) { return event.request; }', { headers });
  expect('request' in outcome && outcome.request.headers.get('x-edge-secret')).toBe('s');
});

test.each(['x-cache', 'x-amz-cf-id', 'connection'])('setting %s fails [CFF-HDR-01]', async (name) => {
  const code = `function handler(event) { event.request.headers['${name}'] = { value: 'x' }; return event.request; }`;
  await expect(run(code)).rejects.toThrowError(expect.objectContaining({ reason: 'forbidden-header' }));
});

test.each([
  `event.request.headers.host = { value: 'evil' }`,
  `delete event.request.headers.host`,
  `event.request.headers.via = { value: 'x' }`,
])('%s fails [CFF-HDR-02]', async (statement) => {
  await expect(run(`function handler(event) { ${statement}; return event.request; }`)).rejects.toThrowError(
    expect.objectContaining({ reason: 'forbidden-header' }),
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
])('a function that %s fails [CFF-ERR-01]', async (_, code) => {
  await expect(run(code)).rejects.toThrowError(FunctionExecutionError);
});

test.each([
  ['process', 'typeof process'],
  ['timers', 'typeof setTimeout'],
  ['the network', 'typeof fetch'],
])('a function has no %s [CFF-JS-02]', async (_, expression) => {
  expect(await seen(expression)).toBe('undefined');
});

test.each([`eval('1')`, `Function('return 1')()`, `(function () {}).constructor('return process')()`])(
  '%s fails [CFF-JS-02]',
  async (expression) => {
    await expect(seen(expression)).rejects.toThrowError(FunctionExecutionError);
  },
);

test('calls share no state', async () => {
  const edgeFunction = compileFunction({
    ...DEFINITION,
    code: `var n = 0; function handler() { n += 1; return { statusCode: 200, body: String(n) }; }`,
  });
  await runViewerRequest(edgeFunction, request(), CONTEXT);
  const second = await runViewerRequest(edgeFunction, request(), CONTEXT);
  expect('response' in second && String(second.response.body)).toBe('1');
});

/** Returns the request after a function's statements. */
async function after(statements: string, change: Partial<Request> = {}): Promise<Request> {
  const outcome = await run(
    `function handler(event) { var request = event.request; ${statements}; return request; }`,
    change,
  );
  if (!('request' in outcome)) throw new Error('the function answered');
  return outcome.request;
}

const REPEATED = new HeaderList([
  ['Host', 'h'],
  ['Accept', 'a'],
  ['Accept', 'b'],
  ['Accept', 'c'],
]);

test.each([
  [
    'a changed value replaces the first, the others stay',
    `request.headers.accept.value = 'x'`,
    ['x', 'b', 'c'],
  ],
  [
    'a changed list wins over the value',
    `request.headers.accept.value = 'x'; request.headers.accept.multiValue.pop()`,
    ['a', 'b'],
  ],
  ['a field without list is one value', `request.headers.accept = { value: 'x' }`, ['x']],
  [
    'a new list is all its values',
    `request.headers.accept = { value: 'x', multiValue: [{ value: 'y' }, { value: 'z' }] }`,
    ['y', 'z'],
  ],
  ['what is left alone stays', ``, ['a', 'b', 'c']],
])('%s [CFF-EV-02]', async (_, statements, expected) => {
  expect((await after(statements, { headers: REPEATED })).headers.getAll('accept')).toEqual(expected);
});

test('a header line with commas is one value [CFF-EV-02]', async () => {
  const headers = new HeaderList([['Accept', 'text/html, */*']]);
  expect(await seen('event.request.headers.accept', { headers })).toEqual({ value: 'text/html, */*' });
});

test.each(['b=2&a=%20&&c', 'a=1&b=2&a=3', '__proto__=1&constructor=2'])(
  'the query %s goes on to the byte when it is left alone [CFF-EV-03]',
  async (query) => {
    expect((await after('', { query })).query).toBe(query);
  },
);

test('keeps percent-encoding [CFF-EV-03]', async () => {
  expect(await seen('event.request.querystring.a.value', { query: 'a=%2Fb%20c' })).toBe('%2Fb%20c');
});

test.each([
  [`request.querystring = 'z=1&a=2'`, 'z=1&a=2'],
  [`delete request.querystring.b`, 'a=1'],
  [`request.querystring.c = { value: 'é' }`, 'a=1&b=2&c=%C3%A9'],
  [`request.querystring.a = { value: '1', multiValue: [{ value: '3' }, { value: '4' }] }`, 'a=3&a=4&b=2'],
  [`request.querystring = {}`, ''],
])('after %s the query is %s [CFF-EV-03]', async (statements, query) => {
  expect((await after(statements, { query: 'a=1&b=2' })).query).toBe(query);
});

test.each([`request.querystring = 'a b'`, `request.querystring = 'a#b'`])(
  '%s cannot be sent [CFF-EV-03]',
  async (statements) => {
    await expect(after(statements)).rejects.toThrowError(FunctionExecutionError);
  },
);

test('rawQueryString() returns the raw query [CFF-EV-03]', async () => {
  expect(await seen('event.request.rawQueryString()', { query: 'b=2&a=%20' })).toBe('b=2&a=%20');
});

test('the method is read-only [CFF-EV-04]', async () => {
  expect(await seen('event.request.method', { method: 'POST' })).toBe('POST');
  await expect(after(`request.method = 'PUT'`)).rejects.toThrowError(/changed the method to PUT/);
});

test.each([`request.uri = 'relative'`, `request.uri = '/a?b=1'`, `request.uri = '/' + 'x'.repeat(8192)`])(
  '%s fails [CFF-EV-05]',
  async (statements) => {
    await expect(after(statements)).rejects.toThrowError(FunctionExecutionError);
  },
);

test('percent-encodes characters outside of ASCII [CFF-EV-05]', async () => {
  expect((await after(`request.uri = '/ä b%20'`)).path).toBe('/%C3%A4%20b%20');
});

test('the event has exactly the documented fields, without a body [CFF-EV-06]', async () => {
  expect(await seen('event', { method: 'POST', query: 'a=1' })).toEqual({
    version: '1.0',
    context: {
      distributionDomainName: 'd1.cloudfront.net',
      distributionId: 'E1',
      eventType: 'viewer-request',
      requestId: 'r',
    },
    viewer: { ip: '127.0.0.1' },
    request: {
      method: 'POST',
      uri: '/a/b',
      querystring: { a: { value: '1' } },
      headers: { host: { value: 'localhost:4300' } },
      cookies: {},
    },
  });
});

test.each([
  ['left alone they are sent as they came', '', 'b=1;a="x y"; b=2'],
  ['a change writes all of them again', `request.cookies.c = { value: '3' }`, 'b=1; b=2; a="x y"; c=3'],
  ['removed there is no header', `request.cookies = {}`, undefined],
])('cookies: %s [CFF-EV-01]', async (_, statements, expected) => {
  const headers = new HeaderList([
    ['Host', 'h'],
    ['Cookie', 'b=1;a="x y"; b=2'],
  ]);
  expect((await after(statements, { headers })).headers.get('cookie')).toBe(expected);
});

test.each([
  ['in capitals', `request.headers['X-Thing'] = { value: '1' }`],
  ['with a line break in the value', `request.headers['x-thing'] = { value: 'a\\r\\nb' }`],
  ['without a value', `request.headers['x-thing'] = {}`],
  ['with a number as value', `request.headers['x-thing'] = { value: 1 }`],
])('a header %s fails [CFF-ERR-03]', async (_, statements) => {
  await expect(after(statements)).rejects.toThrowError(FunctionExecutionError);
});

test.each(['cdn-loop', 'content-length', 'host', 'transfer-encoding', 'via'])(
  '%s can be read, not added, changed or deleted [CFF-HDR-02]',
  async (name) => {
    const headers = new HeaderList([[name, 'given']]);
    expect(await seen(`event.request.headers['${name}'].value`, { headers })).toBe('given');
    await expect(after(`request.headers['${name}'].value = 'x'`, { headers })).rejects.toThrowError(
      /changed/,
    );
    await expect(after(`delete request.headers['${name}']`, { headers })).rejects.toThrowError(/deleted/);
    await expect(
      after(`request.headers['${name}'] = { value: 'x' }`, { headers: new HeaderList() }),
    ).rejects.toThrowError(/added/);
  },
);

test.each([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'trailer',
  'upgrade',
  'x-accel-redirect',
  'x-amz-cf-id',
  'x-amzn-auth',
  'x-amzn-cf-xff',
  'x-amzn-errortype',
  'x-amzn-header-count',
  'x-amzn-requestid',
  'x-cache',
  'x-edge-location',
  'x-forwarded-proto',
  'x-real-ip',
])('functions can neither see nor set %s [CFF-HDR-01]', async (name) => {
  const headers = new HeaderList([[name, 'secret']]);
  expect(await seen(`event.request.headers`, { headers })).toEqual({});
  await expect(after(`request.headers['${name}'] = { value: 'x' }`)).rejects.toThrowError(
    expect.objectContaining({ reason: 'forbidden-header' }),
  );
});

test.each([
  ['text', `'plain'`, 'plain'],
  ['encoded text', `{ encoding: 'text', data: 'hé' }`, 'hé'],
  ['base64', `{ encoding: 'base64', data: 'aGk=' }`, 'hi'],
])('a response can have a body as %s [CFF-EV-08]', async (_, body, expected) => {
  const outcome = await run(`function handler() { return { statusCode: 200, body: ${body} }; }`);
  expect('response' in outcome && String(outcome.response.body)).toBe(expected);
});

test('invalid base64 fails [CFF-ERR-03]', async () => {
  await expect(
    run(`function handler() { return { statusCode: 200, body: { encoding: 'base64', data: '*' } }; }`),
  ).rejects.toThrowError(/must be valid base64/);
});

test('response headers are sent in title case, with one line for each cookie [CFF-EV-01]', async () => {
  const outcome = await run(`function handler() {
    return { statusCode: 200, headers: { 'x-a-header': { value: '1' } },
      cookies: { a: { value: '1', attributes: 'Secure', multiValue: [{ value: '1', attributes: 'Secure' }, { value: '2' }] } } };
  }`);
  expect('response' in outcome && [...outcome.response.headers]).toEqual([
    ['X-A-Header', '1'],
    ['Set-Cookie', 'a=1; Secure'],
    ['Set-Cookie', 'a=2'],
  ]);
});

test('header values beyond Latin-1 are sent as UTF-8', async () => {
  const value = (await after(`request.headers['x-name'] = { value: '→' }`)).headers.get('x-name') ?? '';
  expect(Buffer.from(value, 'latin1').toString()).toBe('→');
});

test.each([
  `{ statusCode: 200, cookies: { a: { value: '1\\r\\nX-Evil: 1' } } }`,
  `{ statusCode: 200, cookies: { a: { value: '1', attributes: 'Path=/\\nX' } } }`,
  `{ statusCode: 302, headers: { location: { value: '/\\r\\nX-Evil: 1' } } }`,
])('%s fails, because it would end the header [CFF-ERR-03]', async (response) => {
  await expect(run(`function handler() { return ${response}; }`)).rejects.toThrowError(/control character/);
});

test.each([204, 304])('a function’s response of status %i has no body', async (status) => {
  const outcome = await run(`function handler() { return { statusCode: ${status}, body: 'x' }; }`);
  expect('response' in outcome && outcome.response.body).toBeUndefined();
});

test.each([
  'null',
  '1',
  '"text"',
  '[]',
  '{}',
  '{ statusCode: "200" }',
  '{ statusCode: 200.5 }',
  '{ statusCode: 200, headers: [] }',
  '{ statusCode: 200, body: 1 }',
  '{ statusCode: 200, body: { encoding: "hex", data: "" } }',
  '{ uri: "/", headers: null }',
  '{ uri: "/", querystring: 1 }',
  '{ uri: "/", querystring: { a: "1" } }',
  '{ uri: "/", cookies: { a: { value: null } } }',
])('a function that returns %s fails [CFF-ERR-03]', async (returned) => {
  await expect(run(`function handler() { return ${returned}; }`)).rejects.toThrowError(
    FunctionExecutionError,
  );
});
