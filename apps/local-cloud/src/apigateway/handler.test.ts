import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { request, text } from '../../test/requests';
import { stackOf } from '../../test/stacks';
import { HeaderList } from '../http/header-list';
import type { Response } from '../http/message';
import { TokenAuthorizer } from './authorizer';
import { type Backend, type BackendRequest, BackendUnreachableError, restApiHandler } from './handler';
import { readRestApis } from './rest-api';

const LOAD_BALANCER = 'arn:aws:elasticloadbalancing:eu-west-1:0:loadbalancer/app/x/1';

function api(
  change: { method?: object; integration?: object; backend?: Backend; responses?: object[] } = {},
) {
  const responses = (change.responses ?? []).map((properties, index) => [
    `Response${index}`,
    { Type: 'AWS::ApiGateway::GatewayResponse', Properties: { RestApiId: { Ref: 'Api' }, ...properties } },
  ]);
  const stack = stackOf({
    ...Object.fromEntries(responses),
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
    Parent: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        PathPart: 'api',
      },
    },
    Proxy: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'Parent' }, PathPart: '{proxy+}' },
    },
    Pool: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        RestApiId: { Ref: 'Api' },
        Name: 'pool',
        Type: 'COGNITO_USER_POOLS',
        ProviderARNs: ['arn:pool'],
        IdentitySource: 'method.request.header.Authorization',
      },
    },
    Link: { Type: 'AWS::ApiGatewayV2::VpcLink', Properties: { Name: 'link', SubnetIds: [] } },
    Any: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { Ref: 'Proxy' },
        HttpMethod: 'ANY',
        AuthorizationType: 'NONE',
        RequestParameters: { 'method.request.path.proxy': true },
        Integration: {
          Type: 'HTTP_PROXY',
          IntegrationHttpMethod: 'ANY',
          Uri: 'http://internal.example/api/{proxy}',
          ConnectionType: 'VPC_LINK',
          ConnectionId: { Ref: 'Link' },
          IntegrationTarget: LOAD_BALANCER,
          RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
          ...change.integration,
        },
        ...change.method,
      },
    },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
    Live: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'live' },
    },
  });
  const [restApi] = readRestApis(stack);
  if (!restApi) throw new Error('no API');
  const received: BackendRequest[] = [];
  const backend: Backend = (asked) => {
    received.push(asked);
    return change.backend?.(asked) ?? Promise.resolve(ok());
  };
  const authorizer = new TokenAuthorizer([], Date.now);
  return { handle: restApiHandler(restApi, authorizer, new Map([[LOAD_BALANCER, backend]])), received };
}

function ok(headers: [string, string][] = []): Response {
  return { status: 200, headers: new HeaderList(headers), body: Buffer.from('{}') };
}

test('AG-PX-01, AG-PX-03: the rest of the path and the query reach the integration', async () => {
  const { handle, received } = api();
  await handle(request('/live/api/a/b%20c?x=1&x=2'));
  expect(received[0]).toMatchObject({ target: '/api/a/b%20c?x=1&x=2', port: 80, method: 'GET' });
});

test('AG-RT-07: a stage that does not exist is forbidden', async () => {
  const response = await api().handle(request('/other/api/a'));
  expect([response.status, await text(response)]).toEqual([403, '{"message":"Forbidden"}']);
  expect(response.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
});

test('AG-RT-01: no method, no credentials', async () => {
  const response = await api().handle(request('/live/api'));
  expect([response.status, await text(response)]).toEqual([
    403,
    '{"message":"Missing Authentication Token"}',
  ]);
  expect(response.headers.get('content-length')).toBe('42');
  expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
});

test('AG-RT-02: no method, with credentials', async () => {
  const response = await api().handle(request('/live/x', { headers: [['Authorization', 'Bearer x']] }));
  expect(await text(response)).toMatch(
    /^\{"message":"Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed/,
  );
});

test('AG-AU-01: with an authorizer and without a token nothing reaches the backend', async () => {
  const { handle, received } = api({
    method: {
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizerId: { Ref: 'Pool' },
      AuthorizationScopes: ['a/b'],
    },
  });
  const response = await handle(request('/live/api/a'));
  expect([response.status, await text(response)]).toEqual([401, '{"message":"Unauthorized"}']);
  expect(response.headers.has('www-authenticate')).toBe(false);
  expect(received).toEqual([]);
});

test('AG-HD-01 to AG-HD-05: headers to the backend', async () => {
  const { handle, received } = api();
  await handle(
    request('/live/api/a', {
      headers: [
        ['Authorization', 'Bearer t'],
        ['X-Custom', 'yes'],
        ['Via', '1.1 edge'],
        ['Expect', 'x'],
        ['X-Forwarded-For', '203.0.113.9'],
        ['X-Amzn-Trace-Id', 'Root=1-0-0'],
      ],
    }),
  );
  const headers = received[0]?.headers ?? new HeaderList();
  const get = (name: string): string | undefined => headers.get(name);
  expect([get('host'), get('authorization'), get('x-custom')]).toEqual([
    'internal.example',
    'Bearer t',
    'yes',
  ]);
  expect([get('via'), get('expect')]).toEqual([undefined, undefined]);
  expect([get('accept'), get('user-agent')]).toEqual([
    'application/json',
    expect.stringMatching(/^AmazonAPIGateway_/),
  ]);
  expect([get('x-forwarded-for'), get('x-forwarded-proto')]).toEqual(['203.0.113.9, 192.0.2.1', 'https']);
  expect(get('x-amzn-trace-id')).toMatch(/^Self=1-[0-9a-f-]+;Root=1-0-0$/);
});

test('AG-HD-06: headers from the backend', async () => {
  const backend: Backend = () =>
    Promise.resolve(
      ok([
        ['Date', 'then'],
        ['Server', 'express'],
        ['Content-Length', '2'],
        ['X-Own', '1'],
        ['Via', 'x'],
      ]),
    );
  const { headers } = await api({ backend }).handle(request('/live/api/a'));
  expect([headers.get('x-amzn-remapped-date'), headers.get('x-amzn-remapped-server')]).toEqual([
    'then',
    'express',
  ]);
  expect([headers.get('x-amzn-remapped-content-length'), headers.get('content-length')]).toEqual(['2', '2']);
  expect([headers.get('x-own'), headers.has('via'), headers.has('server')]).toEqual(['1', false, false]);
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
});

test('AG-LIM-04: a backend that does not answer in time', async () => {
  const backend: Backend = async ({ signal }) => {
    await delay(60_000, undefined, { signal });
    return ok();
  };
  const response = await api({ backend, integration: { TimeoutInMillis: 50 } }).handle(
    request('/live/api/a'),
  );
  expect([response.status, await text(response)]).toEqual([504, '{"message": "Endpoint request timed out"}']);
});

test('AG-LIM-05: a backend that cannot be reached', async () => {
  const backend: Backend = () => Promise.reject(new BackendUnreachableError('nothing there'));
  const response = await api({ backend }).handle(request('/live/api/a'));
  expect([response.status, await text(response)]).toEqual([
    504,
    '{"message": "Network error communicating with endpoint"}',
  ]);
});

test('AG-LIM-01: a body over 10 MB never reaches the backend', async () => {
  const { handle, received } = api();
  const response = await handle(request('/live/api/a', { method: 'POST', body: 'x'.repeat(10_485_761) }));
  expect([response.status, received.length]).toEqual([413, 0]);
});

test('a body is handed on with its length', async () => {
  const { handle, received } = api();
  await handle(
    request('/live/api/a', { method: 'POST', body: '{"a":1}', headers: [['Transfer-Encoding', 'chunked']] }),
  );
  expect(received[0]?.body?.toString()).toBe('{"a":1}');
  expect([received[0]?.headers.get('content-length'), received[0]?.headers.has('transfer-encoding')]).toEqual(
    ['7', false],
  );
});

test.each([
  ['a VPC link', { integration: { ConnectionId: 'gone' } }, 'Integration.ConnectionId'],
  [
    'an authorizer',
    { method: { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: 'gone' } },
    'AuthorizerId',
  ],
])('%s that does not exist is refused at start', (_, change, property) => {
  expect(() => api(change)).toThrowError(
    expect.objectContaining({
      code: 'ERR_INVALID_PROPERTY',
      message: expect.stringContaining(`Any (AWS::ApiGateway::Method) ${property}`),
    }),
  );
});

test('AG-PX-01: a path parameter that the method does not declare is refused at start', () => {
  expect(() => api({ method: { RequestParameters: {} } })).toThrowError(/mapped but not declared/);
});

test.each([
  ['an authorizer that would have to be called', { AuthorizationType: 'CUSTOM' }],
  ['an API key', { ApiKeyRequired: true }],
])('%s is refused at start, never passed over', (_, method) => {
  expect(() => api({ method })).toThrowError(/Any \(AWS::ApiGateway::Method\)/);
});

test('AG-GR-03: a gateway response of the API decides over status, headers and body', async () => {
  const responses = [
    {
      ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
      StatusCode: '404',
      ResponseParameters: { 'gatewayresponse.header.Cache-Control': "'no-store'" },
      ResponseTemplates: {
        'application/json': '{"message":$context.error.messageString,"id":"$context.requestId"}',
      },
    },
  ];
  const response = await api({ responses }).handle(request('/live/nowhere'));
  expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
  const id = response.headers.get('x-amzn-requestid');
  expect(await text(response)).toBe(`{"message":"Missing Authentication Token","id":"${id ?? ''}"}`);
});

test('AG-GR-02: DEFAULT_4XX is what a kind without settings falls back to, its status changes the class', async () => {
  const responses = [
    { ResponseType: 'DEFAULT_4XX', ResponseParameters: { 'gatewayresponse.header.X-Class': "'4'" } },
    { ResponseType: 'DEFAULT_5XX', StatusCode: 503 },
  ];
  const backend: Backend = () => Promise.reject(new BackendUnreachableError('nothing there'));
  const { handle } = api({ responses, backend });
  const refused = await handle(request('/live/nowhere'));
  expect([refused.status, refused.headers.get('x-class')]).toEqual([403, '4']);
  expect((await handle(request('/live/api/a'))).status).toBe(503);
});

test('a variable without a value here stops the start', () => {
  const responses = [
    { ResponseType: 'DEFAULT_4XX', ResponseTemplates: { 'application/json': '$context.identity.sourceIp' } },
  ];
  expect(() => api({ responses })).toThrowError(
    /ResponseTemplates\.application\/json: \$context\.identity\.sourceIp has no value here/,
  );
});
