import { expect, test } from 'vitest';
import { responseOf, call, runRestApi } from '../../../../test/rest-apis';
import { text } from '../../../../test/requests';
import type { HeaderChange } from '../../../trace/trace';
import { HeaderList } from '../../../http/header-list';

async function sent(
  headers: [string, string][],
  change: { method?: string; body?: string } = {},
): Promise<{
  get(name: string): string | undefined;
  changes: readonly HeaderChange[];
  ids: readonly string[];
  apiId: string;
}> {
  const { handle, received, api } = runRestApi();
  const request = call('/live/api/a', { ...change, headers });
  await handle(request);
  const list = received[0]?.headers ?? new HeaderList();
  const changes =
    request.trace.hops.find(({ event }) => event === 'integration.called')?.details.headers ?? [];
  return { get: (name) => list.get(name), changes, ids: request.trace.ids, apiId: api.id };
}

async function responseHeaders(headers: [string, string][]): Promise<HeaderList> {
  const backend = () => Promise.resolve(responseOf(headers));
  return (await runRestApi({ backend }).handle(call('/live/api/a'))).headers;
}

const PASS = [
  'Accept',
  'Accept-Charset',
  'Accept-Encoding',
  'Age',
  'Authorization',
  'Content-Type',
  'Cookie',
  'Date',
  'Pragma',
  'Range',
  'Referer',
  'User-Agent',
  'Warn',
  'X-Custom',
];

test.each(PASS)('%s reaches the backend unchanged (AG-HD-00, AG-HD-01)', async (name) => {
  const { get, changes } = await sent([[name, 'something']]);
  expect(get(name)).toBe('something');
  expect(changes.filter((change) => change.name.toLowerCase() === name.toLowerCase())).toEqual([]);
});

test.each([
  'Connection',
  'Content-Encoding',
  'Content-MD5',
  'Expect',
  'Max-Forwards',
  'Proxy-Authenticate',
  'Server',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'Via',
  'WWW-Authenticate',
])('%s is dropped from the request and recorded (AG-HD-00, AG-HD-03)', async (name) => {
  const { get, changes } = await sent([[name, 'something']]);
  expect(get(name)).toBeUndefined();
  expect(changes).toContainEqual({
    on: 'request',
    op: 'removed',
    name,
    by: 'API Gateway drops it',
  });
});

test('adds the API’s id, the integration’s host and a trace id (AG-HD-02)', async () => {
  const { get, ids, apiId } = await sent([]);
  expect([get('x-amzn-apigateway-api-id'), get('host')]).toEqual([apiId, 'internal.example']);
  const [, root] = /^Root=(1-[0-9a-f]{8}-[0-9a-f]{24})$/.exec(get('x-amzn-trace-id') ?? '') ?? [];
  expect(ids).toEqual([root]);
});

test('continues the client’s trace with its root (AG-HD-02)', async () => {
  const { get, ids } = await sent([
    ['X-Amzn-Trace-Id', 'Self=1-old;Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'],
  ]);
  expect(get('x-amzn-trace-id')).toMatch(
    /^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1$/,
  );
  expect(ids).toEqual(['1-5759e988-bd862e3fe1be46a994272793']);
});

test('adds API Gateway’s defaults for absent headers (AG-HD-04)', async () => {
  const { get, apiId } = await sent([], { method: 'POST', body: '{}' });
  expect([get('accept'), get('user-agent'), get('content-type'), get('content-length')]).toEqual([
    'application/json',
    `AmazonAPIGateway_${apiId}`,
    'application/json',
    '2',
  ]);
  expect((await sent([])).get('content-type')).toBeUndefined();
});

test('appends to X-Forwarded-For and replaces X-Forwarded-Proto and -Port (AG-HD-05)', async () => {
  const { get } = await sent([
    ['X-Forwarded-For', '203.0.113.9'],
    ['X-Forwarded-Proto', 'http'],
    ['X-Forwarded-Port', '1'],
  ]);
  expect([get('x-forwarded-for'), get('x-forwarded-proto'), get('x-forwarded-port')]).toEqual([
    '203.0.113.9, 192.0.2.1',
    'https',
    '443',
  ]);
});

test.each([
  'Authorization',
  'Connection',
  'Content-MD5',
  'Max-Forwards',
  'User-Agent',
  'WWW-Authenticate',
  'x-amzn-RequestId',
])('%s from the backend is remapped (AG-HD-00, AG-HD-06)', async (name) => {
  const headers = await responseHeaders([[name, 'own']]);
  expect(headers.get(`x-amzn-remapped-${name}`)).toBe('own');
  expect(headers.get(name)).not.toBe('own');
});

test('remaps Date and Server, and counts the length again (AG-HD-00, AG-HD-06)', async () => {
  const headers = await responseHeaders([
    ['Date', 'then'],
    ['Server', 'express'],
    ['Content-Length', '2'],
  ]);
  expect(['date', 'server', 'content-length'].map((name) => headers.get(`x-amzn-remapped-${name}`))).toEqual([
    'then',
    'express',
    '2',
  ]);
  expect([headers.get('content-length'), headers.has('server')]).toEqual(['2', false]);
  expect(Date.parse(headers.get('date') ?? '')).not.toBeNaN();
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('x-amz-apigw-id')).toMatch(/=$/);
});

test.each(['Expect', 'Host', 'Proxy-Authenticate', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade', 'Via'])(
  '%s from the backend is dropped (AG-HD-00)',
  async (name) => {
    expect((await responseHeaders([[name, 'x']])).has(name)).toBe(false);
  },
);

test('a response has no trace id (AG-HD-07)', async () => {
  expect((await responseHeaders([])).has('x-amzn-trace-id')).toBe(false);
});

test('Content-Encoding passes, Via does not (AG-HD-09)', async () => {
  const headers = await responseHeaders([
    ['Content-Encoding', 'identity'],
    ['Via', '1.1 proxy'],
  ]);
  expect([headers.get('content-encoding'), headers.has('via')]).toEqual(['identity', false]);
});

test('keeps several Set-Cookie headers (AG-HD-10)', async () => {
  const headers = await responseHeaders([
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ]);
  expect(headers.getAll('set-cookie')).toEqual(['a=1', 'b=2']);
});

test('rejects a mapping whose name differs in case from the declared one (AG-HD-11)', () => {
  const change = {
    method: {
      RequestParameters: { 'method.request.path.proxy': true, 'method.request.header.X-Tenant': true },
    },
    integration: {
      RequestParameters: { 'integration.request.header.X-T': 'method.request.header.x-tenant' },
    },
  };
  expect(() => runRestApi(change)).toThrowError(
    /method\.request\.header\.x-tenant is mapped but not declared/,
  );
});

test.each(['Content-Length', 'Transfer-Encoding'])(
  'mapping %s is an internal error (AG-HD-12)',
  async (name) => {
    const { handle, received } = runRestApi({
      integration: { RequestParameters: { [`integration.request.header.${name}`]: "'1'" } },
    });
    const response = await handle(call('/live/api/a'));
    expect([response.status, await text(response)]).toEqual([500, '{"message": "Internal server error"}']);
    expect(received).toEqual([]);
  },
);

test('records each change of a header with its cause (AG-HD-06)', async () => {
  const backend = () => Promise.resolve(responseOf([['Server', 'express']]));
  const request = call('/live/api/a');
  await runRestApi({ backend }).handle(request);
  expect(request.trace.hops.at(-1)?.details.headers).toEqual(
    expect.arrayContaining([
      {
        on: 'response',
        op: 'removed',
        name: 'Server',
        by: 'API Gateway remaps it to x-amzn-Remapped-Server',
      },
      {
        on: 'response',
        op: 'set',
        name: 'x-amzn-Remapped-Server',
        value: 'express',
        by: "the integration's Server",
      },
    ]),
  );
});
