import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import type { Backend } from '../../../http/backend';
import { dataOf, text } from '../../../../test/requests';
import { call, LOAD_BALANCER, readRestApi, responseOf, runRestApi } from '../../../../test/rest-apis';

const PROXY = { 'integration.request.path.proxy': 'method.request.path.proxy' };

/** Declares request parameters of the method, and maps to the integration. */
function mapping(declared: string[], mapped: Record<string, string>) {
  return {
    method: {
      RequestParameters: Object.fromEntries(
        ['path.proxy', ...declared].map((name) => [`method.request.${name}`, false]),
      ),
    },
    integration: { RequestParameters: { ...PROXY, ...mapped } },
  };
}

test('the rest of the path and the query reach the integration (AG-PX-01, AG-PX-03)', async () => {
  const { handle, received } = runRestApi();
  await handle(call('/live/api/a/b%20c?x=1&x=2&y='));
  expect(received[0]).toMatchObject({ target: '/api/a/b%20c?x=1&x=2&y=', port: 80, method: 'GET' });
});

test('a parameter without a mapping stays unchanged in the URI (AG-PX-01)', async () => {
  const { handle, received } = runRestApi({ integration: { RequestParameters: {} } });
  await handle(call('/live/api/a'));
  expect(received[0]?.target).toBe('/api/{proxy}');
});

test('rejects a template that maps an undeclared parameter (AG-PX-01)', () => {
  expect(() => readRestApi({ method: { RequestParameters: {} } })).toThrowError(/mapped but not declared/);
});

test.each([
  ['a%2Fb', '/api/a/b'],
  ['%7Ename', '/api/~name'],
  ['ö', '/api/%C3%B6'],
  ['%C3%B6', '/api/%C3%B6'],
  ['a:b@c,d', '/api/a:b@c,d'],
  ['a%3Fb%23c', '/api/a%3Fb%23c'],
  ['a%25b', '/api/a%25b'],
])('the path %s is decoded and encoded again as %s (AG-PX-02)', async (path, expected) => {
  const { handle, received } = runRestApi();
  await handle(call(`/live/api/${path}`));
  expect(received[0]?.target).toBe(expected);
});

test('maps literals, context, stage variables and request parameters to headers, query and path (AG-PX-01, AG-PX-03)', async () => {
  const { handle, received } = runRestApi({
    ...mapping(['header.X-From', 'querystring.q', 'multivaluequerystring.m'], {
      'integration.request.header.X-Literal': "'fixed'",
      'integration.request.header.X-Stage': 'context.stage',
      'integration.request.header.X-Colour': 'stageVariables.colour',
      'integration.request.header.X-To': 'method.request.header.X-From',
      'integration.request.header.X-None': 'method.request.querystring.q',
      'integration.request.querystring.who': 'context.identity.sourceIp',
      'integration.request.querystring.x': "'a b'",
      'integration.request.querystring.all': 'method.request.multivaluequerystring.m',
    }),
    stage: { Variables: { colour: 'blue' } },
  });
  await handle(call('/live/api/a?x=1&y=2&m=1&m=2', { headers: [['x-from', 'there']] }));
  const headers = received[0]?.headers;
  expect(['x-literal', 'x-stage', 'x-colour', 'x-to', 'x-none'].map((name) => headers?.get(name))).toEqual([
    'fixed',
    'live',
    'blue',
    'there',
    undefined,
  ]);
  expect(received[0]?.target).toBe('/api/a?y=2&m=1&m=2&who=192.0.2.1&x=a%20b&all=1&all=2');
});

test('does not record a credential that is mapped to another header (AG-PX-01)', async () => {
  const { handle, received } = runRestApi(
    mapping(['header.Authorization'], {
      'integration.request.header.X-Auth': 'method.request.header.Authorization',
    }),
  );
  const incoming = call('/live/api/a', { headers: [['Authorization', 'Basic c2VjcmV0']] });
  await handle(incoming);
  expect(received[0]?.headers.get('x-auth')).toBe('Basic c2VjcmV0');
  expect(JSON.stringify(incoming.trace.hops)).not.toContain('c2VjcmV0');
});

test('the query of the URI comes first (AG-PX-03)', async () => {
  const { handle, received } = runRestApi({ integration: { Uri: 'http://h.example/api/{proxy}?own=1' } });
  await handle(call('/live/api/a?x=1'));
  expect(received[0]?.target).toBe('/api/a?own=1&x=1');
});

test('the URI sets Host and port; the request goes to the load balancer (PI-05)', async () => {
  const { handle, received } = runRestApi({ integration: { Uri: 'http://anything.example:8080/{proxy}' } });
  await handle(call('/live/api/a'));
  expect(received[0]).toMatchObject({ target: '/a', port: 8080 });
  expect(received[0]?.headers.get('host')).toBe('anything.example:8080');
  const secure = runRestApi({ integration: { Uri: 'https://anything.example/{proxy}' } });
  await secure.handle(call('/live/api/a'));
  expect(secure.received[0]?.port).toBe(443);
});

test('the path that the backend receives excludes the stage (PI-06)', async () => {
  const { handle, received } = runRestApi({ integration: { Uri: 'http://h.example/{proxy}' } });
  await handle(call('/live/api/health'));
  expect(received[0]?.target).toBe('/health');
});

test('calls a URI without a path at the root (PI-07)', async () => {
  const { handle, received } = runRestApi({
    integration: { Uri: 'http://h.example', RequestParameters: {} },
  });
  await handle(call('/live/api/a?x=1'));
  expect(received[0]?.target).toBe('/?x=1');
});

const BINARY = Buffer.from([0x89, 0x50, 0xff, 0x00]);

test('corrupts a binary body in both directions without BinaryMediaTypes, and records it (AG-PX-04)', async () => {
  const backend: Backend = () => Promise.resolve(responseOf([['Content-Type', 'image/png']], BINARY));
  const { handle, received } = runRestApi({ backend });
  const incoming = call('/live/api/a', {
    method: 'POST',
    body: BINARY,
    headers: [['Content-Type', 'image/png']],
  });
  const response = await handle(incoming);
  const corrupted = Buffer.from(BINARY.toString('utf8'));
  expect(received[0]?.body).toEqual(corrupted);
  expect(response.body).toEqual(corrupted);
  expect(response.headers.get('content-length')).toBe(String(corrupted.length));
  expect(dataOf(incoming, 'request.body-corrupted')).toEqual({ contentType: 'image/png' });
  expect(dataOf(incoming, 'integration.responded')).toMatchObject({ bodyCorrupted: true });
});

test.each([
  ['*/*', 'image/png', undefined],
  ['image~1*', 'image/png; q=1', undefined],
  ['image/png', 'image/png', undefined],
  ['image/png', 'application/x', 'image/png,text/html'],
])(
  'passes on a body unchanged with BinaryMediaTypes %s, type %s and Accept %s (AG-PX-04)',
  async (type, contentType, accept) => {
    const backend: Backend = () => Promise.resolve(responseOf([['Content-Type', contentType]], BINARY));
    const headers: [string, string][] = accept === undefined ? [] : [['Accept', accept]];
    const response = await runRestApi({ backend, api: { BinaryMediaTypes: [type] } }).handle(
      call('/live/api/a', { headers }),
    );
    expect(response.body).toEqual(BINARY);
  },
);

test('only the first type of Accept counts (AG-PX-04)', async () => {
  const backend: Backend = () => Promise.resolve(responseOf([], BINARY));
  const { handle } = runRestApi({ backend, api: { BinaryMediaTypes: ['image/png'] } });
  const response = await handle(call('/live/api/a', { headers: [['Accept', 'text/html, image/png']] }));
  expect(response.body).not.toEqual(BINARY);
});

test('compresses a response of at least MinimumCompressionSize as the client accepts (AG-PX-05)', async () => {
  const body = 'x'.repeat(100);
  const backend: Backend = () => Promise.resolve(responseOf([['Content-Type', 'text/plain']], body));
  const { handle } = runRestApi({ backend, api: { MinimumCompressionSize: 100 } });
  const ask = async (encoding: string) =>
    handle(call('/live/api/a', { headers: [['Accept-Encoding', encoding]] }));
  const zipped = await ask('br, gzip');
  expect([zipped.headers.get('content-encoding'), gunzipSync(zipped.body as Buffer).toString()]).toEqual([
    'gzip',
    body,
  ]);
  expect(zipped.headers.get('content-length')).toBe(String((zipped.body as Buffer).length));
  expect(inflateSync((await ask('deflate, gzip;q=0')).body as Buffer).toString()).toBe(body);
  expect((await ask('br')).headers.has('content-encoding')).toBe(false);
  const larger = runRestApi({ backend, api: { MinimumCompressionSize: 101 } });
  const small = await larger.handle(call('/live/api/a', { headers: [['Accept-Encoding', 'gzip']] }));
  expect([small.headers.has('content-encoding'), await text(small)]).toEqual([false, body]);
});

test('decompresses a request body when compression is enabled (AG-PX-05)', async () => {
  const { handle, received } = runRestApi({ api: { MinimumCompressionSize: 0 } });
  const headers: [string, string][] = [['Content-Encoding', 'gzip']];
  await handle(call('/live/api/a', { method: 'POST', body: gzipSync('hello'), headers }));
  expect(received[0]?.body?.toString()).toBe('hello');
  expect(received[0]?.headers.get('content-length')).toBe('5');
  expect((await handle(call('/live/api/a', { method: 'POST', body: 'no gzip', headers }))).status).toBe(400);
});

test('replaces stage variables in the URI and the VPC link (AG-PX-06)', async () => {
  const { handle, received } = runRestApi({
    integration: { Uri: 'http://${stageVariables.host}:81/{proxy}', ConnectionId: '${stageVariables.link}' },
    stage: { Variables: { host: 'blue.example', link: { Ref: 'Link' } } },
  });
  await handle(call('/live/api/a'));
  expect(received[0]).toMatchObject({ target: '/a', port: 81 });
  expect(received[0]?.headers.get('host')).toBe('blue.example:81');
});

test.each([
  [
    'Uri',
    'http://${stageVariables.host}/{proxy}',
    'Integration.Uri: http://${stageVariables.host}/{proxy} has a variable that stage live does not set',
  ],
  [
    'ConnectionId',
    '${stageVariables.link}',
    'Integration.ConnectionId: ${stageVariables.link} is not a VPC link',
  ],
])('rejects a stage variable in %s that the stage does not set (AG-PX-06)', (property, value, message) => {
  expect(() => readRestApi({ integration: { [property]: value } })).toThrowError(message);
});

const INTERNET = { ConnectionType: undefined, ConnectionId: undefined, IntegrationTarget: undefined };

/** Starts a server that replaces one on the internet. */
async function localReplacement(): Promise<{ url: URL; received: IncomingMessage[] }> {
  const received: IncomingMessage[] = [];
  const server = createServer((message, response) => {
    received.push(message);
    response.writeHead(201, { 'X-From': 'replacement' }).end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`), received };
}

test('a local URL replaces an origin on the internet (AG-PX-03)', async () => {
  const { url, received } = await localReplacement();
  const { handle } = runRestApi({
    integration: { ...INTERNET, Uri: 'http://vm.example:8080/api/{proxy}' },
    standIns: new Map([['http://vm.example:8080', url]]),
  });
  const incoming = call('/live/api/a?x=1', { method: 'POST', body: 'b' });
  const response = await handle(incoming);
  expect([response.status, response.headers.get('x-from'), await text(response)]).toEqual([
    201,
    'replacement',
    'hello',
  ]);
  expect(received[0]).toMatchObject({
    method: 'POST',
    url: '/base/api/a?x=1',
    headers: { host: 'vm.example:8080' },
  });
  expect(dataOf(incoming, 'integration.called')).toEqual({
    method: 'POST',
    host: 'vm.example:8080',
    path: '/api/a',
    replacedBy: url.origin,
  });
});

test('a local URL without a server is 504 (AG-LIM-05)', async () => {
  const { handle } = runRestApi({
    integration: { ...INTERNET, Uri: 'http://vm.example/{proxy}' },
    standIns: new Map([['http://vm.example', new URL('http://127.0.0.1:1')]]),
  });
  const incoming = call('/live/api/a');
  expect((await handle(incoming)).status).toBe(504);
  expect(dataOf(incoming, 'integration.unreachable')).toMatchObject({
    reason: 'connection-failed',
    place: 'http://127.0.0.1:1',
  });
});

test('rejects a URL on the internet without a replacement, and names the flag', () => {
  expect(() =>
    runRestApi({ integration: { ...INTERNET, Uri: 'http://vm.example:8080/{proxy}' } }),
  ).toThrowError(
    'Any (AWS::ApiGateway::Method) Integration.Uri: http://vm.example:8080 is not on this machine. Name a local URL that replaces it: --stand-in http://vm.example:8080=http://localhost:8080',
  );
});

test.each([
  [22, false],
  [80, true],
  [443, true],
  [1_023, false],
  [1_024, true],
  [65_535, true],
])('port %i of a public integration: %s (AG-PX-07)', (port, isTaken) => {
  const origin = new URL(`http://vm.example:${port}`).origin;
  const run = () =>
    runRestApi({
      integration: { ...INTERNET, Uri: `http://vm.example:${port}/{proxy}` },
      standIns: new Map([[origin, new URL('http://127.0.0.1:1')]]),
    });
  if (isTaken) expect(run).not.toThrowError();
  else expect(run).toThrowError(`API Gateway rejects port ${port}`);
});

test('a V1 VPC link names its load balancer itself (PI-01)', async () => {
  const { handle, received } = runRestApi({
    resources: {
      Link: { Type: 'AWS::ApiGateway::VpcLink', Properties: { Name: 'l', TargetArns: [LOAD_BALANCER] } },
    },
    integration: { IntegrationTarget: undefined },
  });
  expect((await handle(call('/live/api/a'))).status).toBe(200);
  expect(received).toHaveLength(1);
});

test('a V2 VPC link requires a load balancer as IntegrationTarget (PI-02, PI-03)', () => {
  expect(() => readRestApi({ integration: { IntegrationTarget: undefined } })).toThrowError(
    'Integration.IntegrationTarget: is required for a VPC link V2',
  );
  const listener = 'arn:aws:elasticloadbalancing:eu-west-1:000000000000:listener/app/x/1/2';
  expect(() => runRestApi({ integration: { IntegrationTarget: listener } })).toThrowError(
    `Integration.IntegrationTarget: ${listener} is not a load balancer of this template.`,
  );
});

test.each([
  ['a missing VPC link', { ConnectionId: 'gone' }, 'Integration.ConnectionId: gone is not a VPC link'],
  [
    'a streamed HTTP integration',
    { Type: 'HTTP', ResponseTransferMode: 'STREAM' },
    'ResponseTransferMode: STREAM is for proxy integrations',
  ],
  [
    'a URL instead of an AWS service',
    { Type: 'AWS' },
    'must be arn:aws:apigateway:<region>:<service>:action/',
  ],
  [
    'a function without its ARN',
    { Type: 'AWS_PROXY' },
    'Integration.Uri: http://internal.example/api/{proxy} must be arn:aws:',
  ],
  ['an invalid URL', { Uri: 'ftp://x' }, 'Integration.Uri: ftp://x must be an http or https URL'],
  [
    'an invalid mapping target',
    { RequestParameters: { 'integration.request.body.x': "'1'" } },
    'must be integration.request.header, .path or .querystring',
  ],
])('rejects a template with %s (PI-01, PI-02)', (_, integration, message) => {
  expect(() => readRestApi({ integration })).toThrowError(message);
});
