import { expect, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN, invocationUri } from '../../../../test/functions';
import { text } from '../../../../test/requests';
import { call, LOAD_BALANCER, POOL_ARN, readRestApi, runRestApi } from '../../../../test/rest-apis';

const lambda = (change: object = {}) => ({
  'x-amazon-apigateway-integration': {
    type: 'aws_proxy',
    httpMethod: 'POST',
    uri: invocationUri(),
    passthroughBehavior: 'when_no_match',
    ...change,
  },
});

const mock = {
  responses: { 200: { headers: { 'X-From': { schema: { type: 'string' } } } }, default: {} },
  'x-amazon-apigateway-integration': {
    type: 'mock',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    responses: {
      default: {
        statusCode: '200',
        responseParameters: { 'method.response.header.X-From': "'document'" },
        responseTemplates: { 'application/json': '{"stage":"$context.stage"}' },
      },
    },
  },
};

/** An OpenAPI 3.0 document as the body of the API. */
const body = (paths: object, change: object = {}) => ({
  api: { Body: { openapi: '3.0.1', info: { title: 'pets', version: '1' }, paths, ...change } },
});

/** A Swagger 2.0 document, as SAM writes it. */
const swagger = (paths: object, securityDefinitions: object, change: object = {}) => ({
  api: { Body: { swagger: '2.0', info: { version: '1.0' }, paths, securityDefinitions, ...change } },
});

const cognito = (header = 'Authorization') => ({
  type: 'apiKey',
  name: header,
  in: 'header',
  'x-amazon-apigateway-authtype': 'cognito_user_pools',
  'x-amazon-apigateway-authorizer': { type: 'cognito_user_pools', providerARNs: [POOL_ARN] },
});

test('the paths of a document are routes, with parameters and the method ANY (AG-OA-01)', async () => {
  const { functions, calls } = fakeFunction(() => ({ statusCode: 200, body: 'ok' }));
  const { handle } = runRestApi({
    ...body({ '/pets/{id}': { get: lambda() }, '/{proxy+}': { 'x-amazon-apigateway-any-method': lambda() } }),
    functions,
  });
  expect(await text(await handle(call('/live/pets/7')))).toBe('ok');
  expect((await handle(call('/live/other/way', { method: 'PUT' }))).status).toBe(200);
  expect(calls.map(({ event }) => [event['resource'], event['pathParameters']])).toEqual([
    ['/pets/{id}', { id: '7' }],
    ['/{proxy+}', { proxy: 'other/way' }],
  ]);
});

test('a private integration of a document calls the load balancer it names (PI-04)', async () => {
  const { handle, received } = runRestApi(
    body({
      '/v1/{proxy+}': {
        get: {
          parameters: [{ name: 'proxy', in: 'path' }],
          'x-amazon-apigateway-integration': {
            type: 'http_proxy',
            httpMethod: 'GET',
            uri: 'http://internal.example/{proxy}',
            connectionType: 'VPC_LINK',
            connectionId: { Ref: 'Link' },
            'integration-target': LOAD_BALANCER,
            requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
          },
        },
      },
    }),
  );
  expect((await handle(call('/live/v1/pets/7'))).status).toBe(200);
  expect(received.map(({ target }) => target)).toEqual(['/pets/7']);
});

test('a mock integration of a document responds with its headers and template (AG-OA-01)', async () => {
  const { handle } = runRestApi(body({ '/': { options: mock } }));
  const response = await handle(call('/live/', { method: 'OPTIONS' }));
  expect([response.status, response.headers.get('x-from'), await text(response)]).toEqual([
    200,
    'document',
    '{"stage":"live"}',
  ]);
});

test('security of the document protects all methods but those with their own (AG-OA-01)', async () => {
  const { functions } = fakeFunction(() => ({ statusCode: 200 }));
  const { handle } = runRestApi({
    ...swagger(
      {
        '/private': { get: lambda() },
        '/public': { get: { ...lambda(), security: [{ NONE: [] }] } },
        '/keyed': { get: { ...lambda(), security: [{ api_key: [] }] } },
      },
      { Pool: cognito('X-Token'), api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
      { security: [{ Pool: ['a/b'] }] },
    ),
    functions,
  });
  const statuses = ['private', 'public', 'keyed'].map(
    async (path) => (await handle(call(`/live/${path}`))).status,
  );
  expect(await Promise.all(statuses)).toEqual([401, 200, 403]);
});

test('authorizers of a document are read like AWS::ApiGateway::Authorizer (AG-OA-01)', () => {
  const api = readRestApi(
    swagger(
      {
        '/pool': { get: { ...lambda(), security: [{ Pool: ['a/b'] }] } },
        '/token': { get: { ...lambda(), security: [{ Token: [] }] } },
      },
      {
        Pool: cognito(),
        Token: {
          type: 'apiKey',
          name: 'X-Token',
          in: 'header',
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': {
            type: 'token',
            authorizerUri: invocationUri(),
            authorizerResultTtlInSeconds: 60,
            identityValidationExpression: '^x',
          },
        },
      },
    ),
  );
  const methodOf = (path: string) => api.root.children.find((child) => child.path === path)?.methods[0];
  expect(methodOf('/pool')).toMatchObject({
    scopes: ['a/b'],
    authorizer: { type: 'cognito', header: 'Authorization', userPoolArns: [POOL_ARN] },
  });
  expect(methodOf('/token')?.authorizer).toMatchObject({
    kind: 'token',
    functionArn: FUNCTION_ARN,
    identitySources: ['method.request.header.X-Token'],
    ttlSeconds: 60,
    tokenExpression: '^x',
  });
});

test('a validator of the document requires parameters, also those by $ref and of the path item (AG-OA-01)', async () => {
  const { functions } = fakeFunction(() => ({ statusCode: 200 }));
  const { handle } = runRestApi({
    ...body(
      {
        '/pets': {
          parameters: [{ $ref: '#/components/parameters/kind' }],
          get: { ...lambda(), parameters: [{ name: 'X-Trace', in: 'header', required: true }] },
          post: { ...lambda(), 'x-amazon-apigateway-request-validator': 'none' },
        },
      },
      {
        components: { parameters: { kind: { name: 'kind', in: 'query', required: true } } },
        'x-amazon-apigateway-request-validator': 'parameters',
        'x-amazon-apigateway-request-validators': {
          parameters: { validateRequestBody: false, validateRequestParameters: true },
          none: { validateRequestBody: false, validateRequestParameters: false },
        },
      },
    ),
    functions,
  });
  const response = await handle(call('/live/pets'));
  expect([response.status, await text(response)]).toEqual([
    400,
    '{"message":"Missing required request parameters: [kind, X-Trace]"}',
  ]);
  expect((await handle(call('/live/pets', { method: 'POST' }))).status).toBe(200);
});

test('gateway responses and settings of the API are read from a document (AG-OA-01)', async () => {
  const change = body(
    { '/pets': { get: { ...lambda(), security: [{ Pool: [] }] } } },
    {
      components: { securitySchemes: { Pool: cognito() } },
      'x-amazon-apigateway-binary-media-types': ['image/*'],
      'x-amazon-apigateway-minimum-compression-size': 1_024,
      'x-amazon-apigateway-gateway-responses': {
        UNAUTHORIZED: {
          statusCode: 418,
          responseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
        },
      },
    },
  );
  const { api, handle } = runRestApi(change);
  expect([api.binaryMediaTypes, api.minimumCompressionBytes]).toEqual([['image/*'], 1_024]);
  const response = await handle(call('/live/pets'));
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([418, '*']);
});

test.each([
  [
    body({ '/pets': { get: { responses: {} } } }),
    'Body.paths./pets.get.x-amazon-apigateway-integration: is missing',
  ],
  [body({ '/pets': { get: lambda({ type: 'aws', uri: 'arn:x' }) } }), 'Api (GET /pets)'],
  [body({ '/pets': { get: lambda({ flavor: 'x' }) } }), 'Integration.Flavor'],
  [
    body({ '/pets': { get: { ...lambda(), security: [{ Absent: [] }] } } }),
    'Absent is not a security scheme of the document',
  ],
  [
    body(
      { '/pets': { get: { ...lambda(), security: [{ Oauth: [] }] } } },
      { components: { securitySchemes: { Oauth: { type: 'oauth2' } } } },
    ),
    'Oauth has no x-amazon-apigateway-authorizer',
  ],
  [body({ '/pets': { $ref: '#/components/absent' } }), '#/components/absent is not a part of the document'],
  [
    body({}, { 'x-amazon-apigateway-endpoint-configuration': {} }),
    'x-amazon-apigateway-endpoint-configuration',
  ],
  [
    { api: { Body: { swagger: '2.0', basePath: '/v1', paths: {} }, Parameters: { basepath: 'append' } } },
    'Parameters.basepath: must be ignore, prepend or split',
  ],
])('refuses by name what a document cannot have here: %j (AG-OA-01)', (change, message) => {
  expect(() => readRestApi(change)).toThrowError(message);
});

test.each([
  [{ swagger: '2.0', basePath: '/a/b' }, undefined, '/pets'],
  [{ swagger: '2.0', basePath: '/a/b' }, 'ignore', '/pets'],
  [{ swagger: '2.0', basePath: '/a/b' }, 'prepend', '/a/b/pets'],
  [{ swagger: '2.0', basePath: '/a/b' }, 'split', '/b/pets'],
  [{ openapi: '3.0.1', servers: [{ url: 'https://api.example.com/v1' }] }, 'prepend', '/v1/pets'],
  [
    { openapi: '3.0.1', servers: [{ url: '/{basePath}', variables: { basePath: { default: 'v2' } } }] },
    'prepend',
    '/v2/pets',
  ],
  [{ openapi: '3.0.1', servers: [{ url: 'https://api.example.com/v1' }] }, undefined, '/pets'],
])(
  'the base path of a document precedes its paths as Parameters.basepath says: %# (AG-OA-02)',
  async (head, basepath, path) => {
    const { functions, calls } = fakeFunction(() => ({ statusCode: 200 }));
    const api = {
      Body: { ...head, paths: { '/pets': { get: lambda() } } },
      ...(basepath !== undefined && { Parameters: { basepath } }),
    };
    const { handle } = runRestApi({ api, functions });
    expect((await handle(call(`/live${path}`))).status).toBe(200);
    expect(calls[0]?.event['resource']).toBe(path);
  },
);

test('awsSigv4 of a document requires signed requests (AG-IA-01)', async () => {
  const sigv4 = { 'x-amazon-apigateway-authtype': 'awsSigv4' };
  const change = body(
    { '/pets': { get: { ...lambda(), security: [{ sigv4: [] }] } } },
    { components: { securitySchemes: { sigv4 } } },
  );
  expect((await runRestApi(change).handle(call('/live/pets'))).status).toBe(403);
});

const petDocument = (version: 'openapi' | 'swagger') => {
  const schemas = {
    Pet: {
      type: 'object',
      required: ['tag'],
      properties: {
        tag: { $ref: version === 'openapi' ? '#/components/schemas/Tag' : '#/definitions/Tag' },
      },
    },
    Tag: { type: 'string', enum: ['a'] },
  };
  const change = {
    'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true } },
    'x-amazon-apigateway-request-validator': 'all',
  };
  if (version === 'swagger') {
    const parameters = [{ in: 'body', name: 'Pet', schema: { $ref: '#/definitions/Pet' } }];
    return swagger({ '/': { post: { ...lambda(), parameters } } }, {}, { ...change, definitions: schemas });
  }
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } };
  return body(
    { '/': { post: { ...lambda(), requestBody: { content } } } },
    { ...change, components: { schemas } },
  );
};

test.each([['openapi' as const], ['swagger' as const]])(
  'bodies must match the schemas of a document of %s (AG-OA-01, AG-VA-01)',
  async (version) => {
    const { functions } = fakeFunction(() => ({ statusCode: 200 }));
    const { handle } = runRestApi({ ...petDocument(version), functions });
    const post = (sent: string) => handle(call('/live/', { method: 'POST', body: sent }));
    expect((await post('{"tag":"a"}')).status).toBe(200);
    const response = await post('{"tag":"b"}');
    expect([response.status, await text(response)]).toEqual([400, '{"message":"Invalid request body"}']);
  },
);
