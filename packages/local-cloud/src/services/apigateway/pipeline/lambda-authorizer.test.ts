import { expect, test } from 'vitest';
import { fakeFunction, invocationUri } from '../../../../test/functions';
import { call, runRestApi, type RestApiChange, readRestApi } from '../../../../test/rest-apis';

const TOKEN = {
  Type: 'TOKEN',
  ProviderARNs: undefined,
  AuthorizerUri: invocationUri(),
  IdentitySource: 'method.request.header.Authorization',
};
const REQUEST = { ...TOKEN, Type: 'REQUEST' };
const CUSTOM = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Pool' } };

interface Statement {
  readonly Effect: string;
  readonly Resource: string | readonly string[];
  readonly [name: string]: unknown;
}

/** Builds the result of an authorizer's function. */
function policy(statements: readonly Statement[], more: object = {}): object {
  const Statement = statements.map((statement) => ({ Action: 'execute-api:Invoke', ...statement }));
  return { principalId: 'me', policyDocument: { Version: '2012-10-17', Statement }, ...more };
}

const allow = (more?: object): object => policy([{ Effect: 'Allow', Resource: '*' }], more);

function run(
  respond: (event: Record<string, unknown>) => unknown,
  authorizer: object = TOKEN,
  change: RestApiChange = {},
) {
  const { functions, calls } = fakeFunction(respond);
  const api = runRestApi({ ...change, functions, authorizer, method: { ...CUSTOM, ...change.method } });
  return { ...api, calls };
}

const authorized = (target: string, token = 't1', method = 'GET') =>
  call(target, { method, headers: [['Authorization', token]] });

async function answer(
  response: Promise<{ status: number; body: unknown; headers: { get(name: string): unknown } }>,
) {
  const { status, body, headers } = await response;
  return [status, String(body), headers.get('x-amzn-errortype')];
}

test('a TOKEN authorizer receives the header and the ARN of the method (AG-LA-10)', async () => {
  const { handle, calls, api, received } = run(() => allow());
  expect((await handle(authorized('/live/api/a/b', 'Bearer t1'))).status).toBe(200);
  expect(received).toHaveLength(1);
  expect(calls[0]?.event).toEqual({
    type: 'TOKEN',
    methodArn: `arn:aws:execute-api:eu-west-1:000000000000:${api.id}/live/GET/api/a/b`,
    authorizationToken: 'Bearer t1',
  });
  expect(calls[0]?.invoker).toMatchObject({
    principal: 'apigateway.amazonaws.com',
    sourceArn: expect.stringMatching(new RegExp(`:${api.id}/authorizers/\\w+$`)),
  });
});

test('a REQUEST authorizer receives the whole request (AG-LA-10)', async () => {
  const { handle, calls } = run(() => allow(), {
    ...REQUEST,
    IdentitySource: 'method.request.header.X-Key, method.request.querystring.who',
  });
  const headers: [string, string][] = [['X-Key', 'k']];
  expect((await handle(call('/live/api/a?who=me', { headers }))).status).toBe(200);
  expect(calls[0]?.event).toMatchObject({
    type: 'REQUEST',
    methodArn: expect.stringContaining('/live/GET/api/a'),
    resource: '/api/{proxy+}',
    path: '/api/a',
    httpMethod: 'GET',
    headers: expect.objectContaining({ 'X-Key': 'k' }),
    multiValueHeaders: expect.objectContaining({ 'X-Key': ['k'] }),
    queryStringParameters: { who: 'me' },
    pathParameters: { proxy: 'a' },
    stageVariables: {},
    requestContext: expect.objectContaining({ stage: 'live', resourcePath: '/api/{proxy+}' }),
  });
});

test.each([
  ['no header', TOKEN, call('/live/api/a')],
  ['an empty header', TOKEN, authorized('/live/api/a', '')],
  [
    'one of two identity sources',
    { ...REQUEST, IdentitySource: 'method.request.header.Authorization,method.request.querystring.who' },
    authorized('/live/api/a'),
  ],
  [
    'a token that does not match IdentityValidationExpression',
    { ...TOKEN, IdentityValidationExpression: 'Bearer \\w+' },
    authorized('/live/api/a', 'x Bearer abc'),
  ],
])('%s is 401 without a call of the function (AG-LA-11)', async (_, authorizer, request) => {
  const { handle, calls, received } = run(() => allow(), authorizer);
  expect(await answer(handle(request))).toEqual([401, '{"message":"Unauthorized"}', 'UnauthorizedException']);
  expect([calls, received]).toEqual([[], []]);
});

test('a token that matches IdentityValidationExpression is allowed (AG-LA-11)', async () => {
  const { handle } = run(() => allow(), { ...TOKEN, IdentityValidationExpression: 'Bearer \\w+' });
  expect((await handle(authorized('/live/api/a', 'Bearer abc'))).status).toBe(200);
});

test('the error message Unauthorized is 401 (AG-LA-12)', async () => {
  const { handle, received } = run(() => {
    throw new Error('Unauthorized');
  });
  expect(await answer(handle(authorized('/live/api/a')))).toEqual([
    401,
    '{"message":"Unauthorized"}',
    'UnauthorizedException',
  ]);
  expect(received).toEqual([]);
});

const ARN = 'arn:aws:execute-api:eu-west-1:000000000000:*/live';

test.each<[string, Statement[], number]>([
  ['an allowed method', [{ Effect: 'Allow', Resource: `${ARN}/GET/api/*` }], 200],
  ['another method', [{ Effect: 'Allow', Resource: `${ARN}/POST/api/*` }], 403],
  ['another path', [{ Effect: 'Allow', Resource: [`${ARN}/GET/other`, `${ARN}/GET/api/b`] }], 403],
  ['a single character', [{ Effect: 'Allow', Resource: `${ARN}/GET/api/?` }], 200],
  ['another action', [{ Effect: 'Allow', Resource: '*', Action: 'execute-api:ManageConnections' }], 403],
  ['any action', [{ Effect: 'Allow', Resource: '*', Action: ['execute-api:*'] }], 200],
  [
    'a condition that holds',
    [{ Effect: 'Allow', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }],
    200,
  ],
  [
    'a condition that does not hold',
    [{ Effect: 'Allow', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } }],
    403,
  ],
])('a policy decides about %s (AG-LA-13)', async (_, statements, status) => {
  const { handle, received } = run(() => policy(statements));
  expect((await handle(authorized('/live/api/a'))).status).toBe(status);
  expect(received).toHaveLength(status === 200 ? 1 : 0);
});

test('a denial is 403, explicit or not (AG-LA-13)', async () => {
  const implicit = run(() => policy([]));
  expect(await answer(implicit.handle(authorized('/live/api/a')))).toEqual([
    403,
    '{"Message":"User is not authorized to access this resource"}',
    'AccessDeniedException',
  ]);
  const explicit = run(() =>
    policy([
      { Effect: 'Allow', Resource: '*' },
      { Effect: 'Deny', Resource: `${ARN}/GET/*` },
    ]),
  );
  expect(await answer(explicit.handle(authorized('/live/api/a')))).toEqual([
    403,
    '{"Message":"User is not authorized to access this resource with an explicit deny"}',
    'AccessDeniedException',
  ]);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no principal', { policyDocument: { Statement: [] } }],
  ['no policy', { principalId: 'me' }],
  ['an invalid effect', policy([{ Effect: 'Perhaps', Resource: '*' }])],
  ['a nested context', allow({ context: { user: { id: 1 } } })],
  ['an unsupported element', policy([{ Effect: 'Allow', Resource: '*', NotAction: 'x' }])],
])('a result with %s is 500 (AG-LA-14)', async (_, result) => {
  const { handle, received } = run(() => result);
  expect(await answer(handle(authorized('/live/api/a')))).toEqual([
    500,
    '{"message":null}',
    'AuthorizerConfigurationException',
  ]);
  expect(received).toEqual([]);
});

test.each([
  ['fails', new Error('other')],
  ['may not be invoked', { kind: 'rejected', reason: 'denied' }],
])('an authorizer whose function %s is 500 (AG-LA-14)', async (_, error) => {
  const { handle } = run(() => {
    throw error;
  });
  expect(await answer(handle(authorized('/live/api/a')))).toEqual([
    500,
    '{"message":null}',
    'AuthorizerConfigurationException',
  ]);
});

test('results are cached by identity, and evaluated for each method (AG-LA-15)', async () => {
  let now = 1_000_000;
  const { handle, calls } = run(
    ({ methodArn }) => policy([{ Effect: 'Allow', Resource: String(methodArn) }]),
    { ...TOKEN, AuthorizerResultTtlInSeconds: 60 },
    { now: () => now },
  );
  const statusOf = async (target: string, token?: string): Promise<number> =>
    (await handle(authorized(target, token))).status;
  expect(await statusOf('/live/api/a')).toBe(200);
  expect(await statusOf('/live/api/a')).toBe(200);
  expect(await statusOf('/live/api/b')).toBe(403);
  expect(calls).toHaveLength(1);
  expect(await statusOf('/live/api/b', 't2')).toBe(200);
  expect(calls).toHaveLength(2);
  now += 60_001;
  expect(await statusOf('/live/api/b')).toBe(200);
  expect(calls).toHaveLength(3);
});

test('a result keeps its age while it is used (AG-LA-15)', async () => {
  let now = 0;
  const { handle, calls } = run(() => allow(), TOKEN, { now: () => now });
  for (; now <= 300_000; now += 100_000) await handle(authorized('/live/api/a'));
  expect(calls).toHaveLength(2);
});

test('a TTL of 0 switches the cache off (AG-LA-15)', async () => {
  const { handle, calls } = run(() => allow(), { ...TOKEN, AuthorizerResultTtlInSeconds: 0 });
  await handle(authorized('/live/api/a'));
  await handle(authorized('/live/api/a'));
  expect(calls).toHaveLength(2);
});

test('the context reaches the integration as texts (AG-LA-03)', async () => {
  const { handle, received } = run(
    () => allow({ context: { plan: 'pro', limit: 3, admin: true, none: null } }),
    TOKEN,
    {
      integration: {
        RequestParameters: {
          'integration.request.path.proxy': 'method.request.path.proxy',
          'integration.request.header.X-Principal': 'context.authorizer.principalId',
          'integration.request.header.X-Plan': 'context.authorizer.plan',
          'integration.request.header.X-Limit': 'context.authorizer.limit',
          'integration.request.header.X-Admin': 'context.authorizer.admin',
          'integration.request.header.X-None': 'context.authorizer.none',
        },
      },
    },
  );
  await handle(authorized('/live/api/a'));
  const { headers } = received[0] ?? {};
  expect(['principal', 'plan', 'limit', 'admin', 'none'].map((name) => headers?.get(`x-${name}`))).toEqual([
    'me',
    'pro',
    '3',
    'true',
    undefined,
  ]);
});

test('the context is in requestContext of a function (AG-LA-03)', async () => {
  const { handle, calls } = run(
    ({ type }) => (type === 'TOKEN' ? allow({ context: { limit: 3 } }) : { statusCode: 200 }),
    TOKEN,
    {
      integration: {
        Type: 'AWS_PROXY',
        Uri: invocationUri(),
        IntegrationHttpMethod: 'POST',
        ConnectionType: 'INTERNET',
        RequestParameters: {},
      },
    },
  );
  expect((await handle(authorized('/live/api/a'))).status).toBe(200);
  expect(calls[1]?.event).toMatchObject({
    requestContext: {
      authorizer: { principalId: 'me', limit: '3', integrationLatency: expect.stringMatching(/^\d+$/) },
    },
  });
});

test.each([
  [
    'a TOKEN authorizer with two sources',
    { ...TOKEN, IdentitySource: 'method.request.header.A,method.request.header.B' },
    'must be one header',
  ],
  [
    'a REQUEST authorizer without a source',
    { ...REQUEST, IdentitySource: undefined },
    'is required while results are cached',
  ],
  [
    'an unknown identity source',
    { ...REQUEST, IdentitySource: 'body.x' },
    'must be method.request.header.<name>',
  ],
  ['an invalid expression', { ...TOKEN, IdentityValidationExpression: '(' }, 'IdentityValidationExpression'],
  [
    'a URI without a function',
    { ...TOKEN, AuthorizerUri: 'x' },
    'AuthorizerUri: x must be arn:aws:apigateway',
  ],
  ['a TTL above an hour', { ...TOKEN, AuthorizerResultTtlInSeconds: 3_601 }, 'must be 0 to 3600'],
])('rejects %s', (_, authorizer, message) => {
  expect(() => readRestApi({ authorizer, method: CUSTOM })).toThrowError(message);
});
