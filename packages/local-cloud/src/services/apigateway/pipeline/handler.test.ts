import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { type Backend, BackendUnreachableError } from '../../../http/backend';
import { dataOf, eventsOf, text } from '../../../../test/requests';
import { compileModels } from './request-body';
import { call, readRestApi, responseOf, runRestApi } from '../../../../test/rest-apis';
import { GatewayThrottle } from './throttling';

const MAX = 10_485_760;

test('a body over 10 MB is 413, and never reaches the backend (AG-LIM-01)', async () => {
  const { handle, received } = runRestApi();
  const response = await handle(call('/live/api/a', { method: 'POST', body: Buffer.alloc(MAX + 1, 'x') }));
  expect([response.status, await text(response)]).toEqual([413, '{"message":"Request Too Long"}']);
  expect(received).toEqual([]);
  expect((await handle(call('/live/api/a', { method: 'POST', body: Buffer.alloc(MAX, 'x') }))).status).toBe(
    200,
  );
});

test('a body announced as over 10 MB is 413 before it is read (AG-LIM-01)', async () => {
  const { handle } = runRestApi();
  const incoming = call('/live/api/a', { method: 'POST', headers: [['Content-Length', String(MAX + 1)]] });
  const body = new Readable({ read: () => expect.unreachable('the body is not read') });
  expect((await handle({ ...incoming, body })).status).toBe(413);
});

test('a connection can be reused after a body that is too large (AG-LIM-01)', async () => {
  const { handle } = runRestApi();
  const server = createServer((message, response) => {
    const incoming = call(message.url ?? '', { method: message.method ?? '' });
    const contentLength = message.headers['content-length'] ?? '0';
    incoming.headers.set('Content-Length', contentLength);
    void handle({ ...incoming, body: contentLength === '0' ? undefined : message }).then((answer) =>
      response.writeHead(answer.status).end(answer.body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { Agent } = await import('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const send = (
    method: string,
    body: Buffer,
  ): Promise<[status: number | undefined, port: number | undefined]> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const headers = { 'content-length': body.length };
      const outgoing = httpRequest(
        { agent, port, host: '127.0.0.1', path: '/live/api/a', method, headers },
        (answer) => {
          const { localPort } = answer.socket;
          answer.resume().once('end', () => resolve([answer.statusCode, localPort]));
        },
      );
      outgoing.once('error', reject).end(body);
    });
  const [tooLong, first] = await send('POST', Buffer.alloc(MAX + 1));
  const [next, second] = await send('GET', Buffer.alloc(0));
  expect([tooLong, next]).toEqual([413, 200]);
  expect(second).toBe(first);
});

test('headers over 10,240 bytes are 431 (AG-LIM-02)', async () => {
  const { handle, received } = runRestApi();
  const own = Buffer.byteLength('Host: localhost:4302\r\n') + Buffer.byteLength('X: \r\n');
  const ask = async (bytes: number) =>
    (await handle(call('/live/api/a', { headers: [['X', 'x'.repeat(bytes - own)]] }))).status;
  expect(await ask(10_240)).toBe(200);
  expect(await ask(10_241)).toBe(431);
  expect(received).toHaveLength(1);
});

test('a response over 10 MB is an internal error, whether or not it announces its length (AG-LIM-03)', async () => {
  const announced: Backend = () =>
    Promise.resolve({
      ...responseOf([['Content-Length', String(MAX + 1)]]),
      body: Readable.from([Buffer.alloc(1)]),
    });
  const chunked: Backend = () =>
    Promise.resolve({ ...responseOf(), body: Readable.from([Buffer.alloc(MAX), Buffer.alloc(1)]) });
  for (const backend of [announced, chunked]) {
    const incoming = call('/live/api/a');
    const response = await runRestApi({ backend }).handle(incoming);
    expect([response.status, await text(response)]).toEqual([500, '{"message": "Internal server error"}']);
    expect(dataOf(incoming, 'integration.response-too-large')).toEqual({ status: 200, maxBytes: MAX });
  }
});

test('a response with ResponseTransferMode STREAM has no limit and is not changed (AG-LIM-03, AG-PX-04)', async () => {
  const body = Readable.from([Buffer.alloc(MAX, 0xff), Buffer.from([0xff])]);
  const backend: Backend = () => Promise.resolve({ ...responseOf(), body });
  const response = await runRestApi({ backend, integration: { ResponseTransferMode: 'STREAM' } }).handle(
    call('/live/api/a'),
  );
  expect([response.status, response.body]).toEqual([200, body]);
  let size = 0;
  for await (const chunk of body) size += (chunk as Buffer).length;
  expect(size).toBe(MAX + 1);
});

test('a backend that does not respond in time is 504 (AG-LIM-04, PI-09)', async () => {
  const backend: Backend = async ({ signal }) => {
    await delay(60_000, undefined, { signal });
    return responseOf();
  };
  const incoming = call('/live/api/a');
  const response = await runRestApi({ backend, integration: { TimeoutInMillis: 50 } }).handle(incoming);
  expect([response.status, await text(response)]).toEqual([504, '{"message": "Endpoint request timed out"}']);
  expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
  expect(dataOf(incoming, 'integration.timed-out')).toEqual({ timeoutMs: 50 });
});

test('a response that starts in time and does not end in time is 504 (AG-LIM-04)', async () => {
  const backend: Backend = ({ signal }) => {
    const body = new Readable({ read: () => undefined });
    body.push('{');
    signal.addEventListener('abort', () => body.destroy(new Error('aborted')));
    return Promise.resolve({ ...responseOf(), body });
  };
  const response = await runRestApi({ backend, integration: { TimeoutInMillis: 50 } }).handle(
    call('/live/api/a'),
  );
  expect(response.status).toBe(504);
});

test.each([
  ['29000', {}, 29_000],
  ['29001 on a regional API, whose quota may be higher', { TimeoutInMillis: 29_001 }, 29_001],
  ['900000 for a stream', { TimeoutInMillis: 900_000, ResponseTransferMode: 'STREAM' }, 900_000],
])('accepts a timeout of %s (AG-LIM-04, PI-09)', (_, integration, timeoutMs) => {
  const [method] = readRestApi({ integration }).root.children[0]?.children[0]?.methods ?? [];
  expect(method?.integration).toMatchObject({ timeoutMs });
});

test.each([
  [49, {}, 'must be at least 50 ms'],
  [
    29_001,
    { EndpointConfiguration: { Types: ['EDGE'] } },
    '29001 is more than 29000, the maximum for an edge-optimized API',
  ],
  [300_001, {}, '300001 is more than 300000'],
])('rejects a template with a timeout of %i ms (AG-LIM-04, AG-HD-08)', (TimeoutInMillis, api, message) => {
  expect(() => readRestApi({ api, integration: { TimeoutInMillis } })).toThrowError(message);
});

test('a backend that cannot be reached is 504 (AG-LIM-05)', async () => {
  const backend: Backend = () => Promise.reject(new BackendUnreachableError('no-target', 'Group'));
  const response = await runRestApi({ backend }).handle(call('/live/api/a'));
  expect([response.status, await text(response), response.headers.get('content-length')]).toEqual([
    504,
    '{"message": "Network error communicating with endpoint"}',
    '56',
  ]);
});

test('a response that breaks off in the middle is 504, never a partial response (AG-LIM-05)', async () => {
  const body = new Readable({ read: () => undefined });
  body.push('{"half":');
  const backend: Backend = () => {
    setImmediate(() => body.destroy(new Error('socket hang up')));
    return Promise.resolve({ ...responseOf(), body });
  };
  const incoming = call('/live/api/a');
  expect((await runRestApi({ backend }).handle(incoming)).status).toBe(504);
  expect(dataOf(incoming, 'integration.unreachable')).toEqual({
    reason: 'response-incomplete',
    place: 'internal.example',
    detail: 'socket hang up',
  });
});

test('the limits of a stage throttle each method, and the bucket refills over time (AG-LIM-07)', async () => {
  let now = 0;
  const { handle } = runRestApi({
    now: () => now,
    stage: {
      MethodSettings: [
        { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 2, ThrottlingBurstLimit: 3 },
      ],
    },
  });
  const ask = async () => (await handle(call('/live/api/a'))).status;
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 429]);
  now = 500;
  expect([await ask(), await ask()]).toEqual([200, 429]);
  now = -60_000;
  expect(await ask()).toBe(429);
});

test('a throttled call is 429 with AWS’s text, and records the limit (AG-LIM-07)', async () => {
  const { handle, received } = runRestApi({
    stage: {
      MethodSettings: [
        {
          HttpMethod: 'ANY',
          ResourcePath: '/~1api~1{proxy+}',
          ThrottlingRateLimit: 0,
          ThrottlingBurstLimit: 0,
        },
      ],
    },
  });
  const incoming = call('/live/api/a');
  const response = await handle(incoming);
  expect([response.status, await text(response)]).toEqual([429, '{"message":"Too Many Requests"}']);
  expect(response.headers.get('x-amzn-errortype')).toBe('TooManyRequestsException');
  expect(dataOf(incoming, 'throttle.stage-limit')).toEqual({
    stage: 'live',
    method: 'ANY',
    resourcePath: '/api/{proxy+}',
    ratePerSecond: 0,
    burst: 0,
  });
  expect(received).toEqual([]);
});

test('the setting of a method overrides that of all methods, each limit separately (AG-LIM-07)', async () => {
  const { handle } = runRestApi({
    now: () => 0,
    stage: {
      MethodSettings: [
        { HttpMethod: 'ANY', ResourcePath: '/~1api~1{proxy+}', ThrottlingBurstLimit: 1 },
        { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 5, ThrottlingBurstLimit: 0 },
        { HttpMethod: 'GET', ResourcePath: '/~1other', ThrottlingBurstLimit: 0 },
      ],
    },
  });
  const ask = async () => (await handle(call('/live/api/a'))).status;
  expect([await ask(), await ask()]).toEqual([200, 429]);
});

test('every call is 429 while throttling is forced (AG-LIM-07)', async () => {
  const throttle = new GatewayThrottle();
  const { handle } = runRestApi({ throttle });
  throttle.forced = true;
  const incoming = call('/live/api/a');
  expect((await handle(incoming)).status).toBe(429);
  expect(eventsOf(incoming)).toContain('throttle.forced');
  throttle.forced = false;
  expect((await handle(call('/live/api/a'))).status).toBe(200);
});

test('a path that makes the method’s ARN longer than 1600 bytes is 414 (AG-LIM-08)', async () => {
  const { handle, api } = runRestApi();
  const other = `arn:aws:execute-api:eu-west-1:000000000000:${api.id}/live/GET/api/`.length;
  const ask = async (length: number) => handle(call(`/live/api/${'a'.repeat(length - other)}`));
  expect((await ask(1_600)).status).toBe(200);
  const response = await ask(1_601);
  expect([response.status, await text(response)]).toEqual([414, '{"message":"Request URI too long"}']);
});

test('plain HTTP is 403 (AG-LIM-10)', async () => {
  const { handle, received } = runRestApi();
  const incoming = call('/live/api/a', { protocol: 'http' });
  expect((await handle(incoming)).status).toBe(403);
  expect(eventsOf(incoming)).toEqual(['protocol.not-https', 'gateway-response.sent']);
  expect(received).toEqual([]);
});

test('the request to the backend is aborted when the client goes away', async () => {
  const gone = new AbortController();
  let aborted = false;
  const backend: Backend = async ({ signal }) => {
    signal.addEventListener('abort', () => (aborted = true));
    setImmediate(() => gone.abort());
    await delay(60_000, undefined, { signal });
    return responseOf();
  };
  const { handle } = runRestApi({ backend });
  await expect(handle(call('/live/api/a', { signal: gone.signal }))).rejects.toThrowError();
  expect(aborted).toBe(true);
});

test('a body is passed on with its length', async () => {
  const { handle, received } = runRestApi();
  await handle(
    call('/live/api/a', { method: 'POST', body: '{"a":1}', headers: [['Transfer-Encoding', 'chunked']] }),
  );
  expect(received[0]?.body?.toString()).toBe('{"a":1}');
  expect(received[0]?.headers.get('content-length')).toBe('7');
});

test('writes each call to the access log in its format, with - for missing values (AG-PX-10)', async () => {
  const Format =
    '$context.requestId $context.extendedRequestId $context.identity.sourceIp "$context.identity.userAgent" [$context.requestTime] $context.httpMethod $context.resourcePath $context.path $context.status $context.protocol $context.responseLength $context.integration.status $context.error.responseType $context.authorizer.claims $context.authorizer.claims.sub $context.domainName $context.stage $context.xrayTraceId $context.wafResponseCode';
  const { handle, logged, api } = runRestApi({
    now: () => Date.parse('2026-01-02T03:04:05Z'),
    stage: { AccessLogSetting: { DestinationArn: 'arn:aws:logs:::log-group:x', Format } },
  });
  const incoming = call('/live/api/a?secret=1', {
    headers: [
      ['User-Agent', 'test'],
      ['X-Amzn-Trace-Id', 'Root=1-5759e988-bd862e3fe1be46a994272793'],
    ],
  });
  const response = await handle(incoming);
  const id = response.headers.get('x-amzn-requestid');
  const extended = response.headers.get('x-amz-apigw-id');
  const line = `${id} ${extended} 192.0.2.1 "test" [02/Jan/2026:03:04:05 +0000] GET /api/{proxy+} /live/api/a 200 HTTP/1.1 2 200 - - - ${api.host} live 1-5759e988-bd862e3fe1be46a994272793 -`;
  expect(logged).toEqual([`access log of api: ${line}`]);
  expect(dataOf(incoming, 'access-log.written')).toEqual({ line });
});

test('writes a rejected call to the access log with its error and latency (AG-PX-10)', async () => {
  const Format =
    '$context.requestId|$context.status|$context.error.responseType|$context.error.messageString|$context.responseLatency';
  const { handle, logged } = runRestApi({ stage: { AccessLogSetting: { Format } } });
  await handle(call('/live/nowhere'));
  expect(logged[0]).toMatch(/\|403\|MISSING_AUTHENTICATION_TOKEN\|"Missing Authentication Token"\|\d+$/);
});

test('rejects a template whose access log has no request id (AG-PX-10)', () => {
  expect(() => readRestApi({ stage: { AccessLogSetting: { Format: '$context.status' } } })).toThrowError(
    'Live (AWS::ApiGateway::Stage) AccessLogSetting.Format: must contain $context.requestId',
  );
});

test('rejects a stage with a deployment of another API (AG-PX-11)', () => {
  const resources = {
    Other: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'other' } },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Other' } } },
  };
  expect(() => readRestApi({ resources })).toThrowError(/DeploymentId: \w+ is not a deployment of this API/);
});

test('a deployment may create its stage (AG-PX-11)', async () => {
  const { handle } = runRestApi({
    resources: {
      Deployment: {
        Type: 'AWS::ApiGateway::Deployment',
        Properties: {
          RestApiId: { Ref: 'Api' },
          StageName: 'prod',
          StageDescription: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 },
        },
      },
    },
    now: () => 0,
  });
  const ask = async (path: string) => (await handle(call(path))).status;
  expect([await ask('/prod/api/a'), await ask('/prod/api/a'), await ask('/live/api/a')]).toEqual([
    200, 429, 200,
  ]);
});

test('an API without a stage responds to every request with 403 (AG-RT-07)', async () => {
  const { handle } = runRestApi({ resources: { Live: { Type: 'AWS::Logs::LogGroup' } } });
  for (const path of ['/live/api/a', '/']) {
    const response = await handle(call(path));
    expect([response.status, await text(response)]).toEqual([403, '{"message":"Forbidden"}']);
  }
});

test.each([
  [
    'a missing authorizer',
    { method: { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: 'gone' } },
    'AuthorizerId: gone is not an authorizer',
  ],
  [
    'a Cognito authorizer as a custom one',
    { method: { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Pool' } } },
    'AuthorizationType: must be COGNITO_USER_POOLS for the authorizer pool',
  ],
  [
    'a private API',
    { api: { EndpointConfiguration: { Types: ['PRIVATE'] } } },
    'PRIVATE is not supported: a browser could not reach the API',
  ],
  ['a cache', { stage: { CacheClusterEnabled: true } }, 'Run without it'],
  [
    'a disabled execute-api endpoint',
    { api: { DisableExecuteApiEndpoint: true } },
    'DisableExecuteApiEndpoint',
  ],
  [
    'a method setting without its slash',
    { stage: { MethodSettings: [{ ResourcePath: 'api' }] } },
    'must begin with a slash',
  ],
  ['an unknown property', { method: { Unknown: 1 } }, 'Any (AWS::ApiGateway::Method) Unknown'],
])('rejects a template with %s', (_, change, message) => {
  expect(() => readRestApi(change)).toThrowError(message);
});

const validator = (properties: object) => ({
  Validator: {
    Type: 'AWS::ApiGateway::RequestValidator',
    Properties: { RestApiId: { Ref: 'Api' }, ...properties },
  },
});

const model = (Name: string, Schema: object | string) => ({
  Type: 'AWS::ApiGateway::Model',
  Properties: { RestApiId: { Ref: 'Api' }, ContentType: 'application/json', Name, Schema },
});

test('checks required parameters', async () => {
  const method = {
    RequestValidatorId: { Ref: 'Validator' },
    RequestParameters: {
      'method.request.path.proxy': true,
      'method.request.querystring.name': true,
      'method.request.header.X-Tenant': true,
      'method.request.header.X-Optional': false,
    },
  };
  const { handle } = runRestApi({ method, resources: validator({ ValidateRequestParameters: 'true' }) });
  const response = await handle(call('/live/api/a?name='));
  expect([response.status, await text(response)]).toEqual([
    400,
    '{"message":"Missing required request parameters: [name, X-Tenant]"}',
  ]);
  expect((await handle(call('/live/api/a?name=x', { headers: [['x-tenant', 'y']] }))).status).toBe(200);
});

/** An API whose bodies must be pets; of an owner, by the model of another resource. */
const validated = (RequestModels: Record<string, unknown>, enabled = true) =>
  runRestApi({
    method: { RequestValidatorId: { Ref: 'Validator' }, RequestModels },
    responses: [
      {
        ResponseType: 'BAD_REQUEST_BODY',
        ResponseTemplates: {
          'text/plain': '$context.error.message $context.error.validationErrorString',
        },
      },
    ],
    resources: {
      ...validator({ ValidateRequestBody: enabled }),
      Pet: model('Pet', {
        $schema: 'http://json-schema.org/draft-04/schema#',
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', example: 'Rex' },
          age: { type: 'integer', minimum: 0, exclusiveMinimum: true },
          owner: {
            $ref: { 'Fn::Sub': 'https://apigateway.amazonaws.com/restapis/${Api}/models/${Owner}' },
          },
        },
      }),
      Owner: model('Owner', '{"type":"object","required":["id"]}'),
    },
  });

test.each([
  ['{"name":"Rex","age":1,"owner":{"id":1}}', undefined],
  ['{}', "the body must have required property 'name'"],
  ['', "the body must have required property 'name'"],
  ['{"name":"Rex","age":0}', '/age must be > 0'],
  ['{"name":1,"owner":{}}', "/name must be string, /owner must have required property 'id'"],
  ['no JSON', expect.stringContaining('not valid JSON') as string],
])('a body %s is validated by its model (AG-VA-01)', async (body, fault) => {
  const { handle, received } = validated({ 'application/json': { Ref: 'Pet' } });
  const headers: [string, string][] = [['Content-Type', 'application/json; charset=utf-8']];
  const request = call('/live/api/a', { method: 'POST', body, headers });
  const response = await handle(request);
  expect(response.status).toBe(fault === undefined ? 200 : 400);
  if (fault === undefined) return;
  expect([await text(response), received.length]).toEqual([
    expect.stringMatching(/^Invalid request body \[.+\]$/s),
    0,
  ]);
  expect(dataOf(request, 'request.body-invalid')).toEqual({ model: 'Pet', fault });
});

test.each([
  ['application/json', 'text/plain', true, 200],
  ['$default', 'text/plain', true, 400],
  ['application/json', undefined, true, 400],
  ['application/json', 'application/json', false, 200],
])(
  'a model for %s and a body of type %s with validator %s: %i (AG-VA-01)',
  async (type, sent, enabled, status) => {
    const { handle } = validated({ [type]: 'Pet' }, enabled);
    const headers: [string, string][] = sent === undefined ? [] : [['Content-Type', sent]];
    expect((await handle(call('/live/api/a', { method: 'POST', body: '{}', headers }))).status).toBe(status);
  },
);

test('every API has the models Empty and Error; others must exist (AG-VA-01)', async () => {
  const { handle } = validated({ 'application/json': 'Empty' });
  expect((await handle(call('/live/api/a', { method: 'POST', body: '[]' }))).status).toBe(400);
  expect(() => validated({ 'application/json': 'None' })).toThrowError(
    'RequestModels.application/json: None is not a model of the API',
  );
});

test.each([
  ['a wrong type', { type: 'objekt' }],
  ['a reference to a missing model', { $ref: 'https://apigateway.amazonaws.com/restapis/x/models/None' }],
])('a model with %s stops the start (AG-VA-01)', async (_, schema) => {
  const api = readRestApi({
    method: { RequestValidatorId: { Ref: 'Validator' }, RequestModels: { 'application/json': 'Pet' } },
    resources: { ...validator({ ValidateRequestBody: true }), Pet: model('Pet', schema) },
  });
  await expect(compileModels(api.root)).rejects.toThrowError('Pet (AWS::ApiGateway::Model) Schema: ');
});
