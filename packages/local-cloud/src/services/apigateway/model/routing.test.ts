import { expect, test } from 'vitest';
import { dataOf, text } from '../../../../test/requests';
import { call, LOAD_BALANCER, responseOf, runRestApi } from '../../../../test/rest-apis';
import type { ApiResource, Method } from './rest-api';
import { findRoute, whyNoRoute } from './routing';

function method(httpMethod: string): Method {
  return {
    logicalId: 'Method',
    httpMethod,
    authorizer: undefined,
    scopes: [],
    needsApiKey: false,
    requiresSignature: false,
    requiredParameters: [],
    bodyModels: new Map(),
    integration: { type: 'mock', mapping: { request: REQUEST, responses: [] } },
  };
}

const REQUEST = {
  parameters: [],
  templates: new Map(),
  rejectsOtherTypes: false,
  contentHandling: undefined,
};

function resource(
  pathPart: string,
  path: string,
  methods: string[],
  children: ApiResource[] = [],
): ApiResource {
  return { id: path, pathPart, path, methods: methods.map(method), children };
}

const tree = resource(
  '',
  '/',
  [],
  [
    resource(
      'api',
      '/api',
      [],
      [
        resource('{proxy+}', '/api/{proxy+}', ['ANY']),
        resource('{id}', '/api/{id}', ['PUT'], [resource('notes', '/api/{id}/notes', ['GET'])]),
        resource('items', '/api/items', ['GET'], [resource('{id}', '/api/items/{id}', ['GET'])]),
      ],
    ),
    resource('only', '/only', ['GET', 'PUT']),
  ],
);

test.each([
  ['AG-RT-04', 'GET', '/api', undefined],
  ['AG-RT-04', 'GET', '/api/', undefined],
  ['AG-RT-01', 'GET', '/', undefined],
  ['AG-RT-01', 'GET', '/elsewhere', undefined],
  ['the resource has other methods (AG-RT-03)', 'POST', '/only', undefined],
  ['AG-RT-05', 'GET', '/api/items', '/api/items'],
  ['AG-RT-05', 'GET', '/api/items/7', '/api/items/{id}'],
  ['no such method in the static branch (AG-RT-05)', 'POST', '/api/items', '/api/{proxy+}'],
  ['no such child in the static branch (AG-RT-05)', 'GET', '/api/items/7/more', '/api/{proxy+}'],
  ['parameter before greedy (AG-RT-05)', 'PUT', '/api/7', '/api/{id}'],
  ['below a parameter (AG-RT-05)', 'GET', '/api/7/notes', '/api/{id}/notes'],
  ['AG-RT-06', 'GET', '/api/items/', '/api/items'],
  ['AG-RT-11', 'GET', '//api/items', '/api/items'],
  ['AG-RT-11', 'GET', '/api/a//b', '/api/{proxy+}'],
  ['a plain parameter is not empty (AG-RT-11)', 'PUT', '/api//notes', '/api/{proxy+}'],
  ['a static segment is not empty (AG-RT-11)', 'GET', '/only//', undefined],
  ['AG-RT-12', 'TRACE', '/api/x', undefined],
  ...['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'].map(
    (name): [string, string, string, string] => ['AG-RT-12', name, '/api/x/y', '/api/{proxy+}'],
  ),
])('%s: %s %s matches %s', (_, httpMethod, path, expected) => {
  expect(findRoute(tree, httpMethod, path)?.resource.path).toBe(expected);
});

test('a greedy parameter is the rest of the path, a plain one is its segment', () => {
  expect(findRoute(tree, 'GET', '/api/a/b%2Fc')?.parameters.get('proxy')).toBe('a/b%2Fc');
  expect(findRoute(tree, 'GET', '/api/items/7')?.parameters.get('id')).toBe('7');
});

test.each([
  ['/live/a//b', '/a//b'],
  ['/live//a', '/a'],
  ['//live/a', '/a'],
])(
  'the integration of a greedy parameter at the root gets the segments of %s as %s (AG-RT-11)',
  async (path, expected) => {
    const { handle, received } = runRestApi({
      resources: {
        Proxy: {
          Type: 'AWS::ApiGateway::Resource',
          Properties: {
            RestApiId: { Ref: 'Api' },
            ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
            PathPart: '{proxy+}',
          },
        },
      },
      integration: { Uri: 'http://internal.example/{proxy}' },
    });
    expect((await handle(call(path))).status).toBe(200);
    expect(received[0]?.target).toBe(expected);
  },
);

test('a parameter excludes a trailing slash (AG-RT-06)', () => {
  expect(findRoute(tree, 'GET', '/api/a/b/')?.parameters.get('proxy')).toBe('a/b');
});

test.each([
  ['/only', { reason: 'other-methods', methods: ['GET', 'PUT'] }],
  [
    '/x',
    {
      reason: 'unknown-path',
      routes: expect.arrayContaining(['ANY /api/{proxy+}', 'PUT /api/{id}']),
      moreRoutes: 0,
    },
  ],
])('tells why no route matches %s', (path, expected) => {
  expect(whyNoRoute(tree, path)).toEqual(expected);
});

test('a request without a route and without credentials is 403 with AWS’s text (AG-RT-01)', async () => {
  const response = await runRestApi().handle(call('/live/api'));
  expect([response.status, await text(response)]).toEqual([
    403,
    '{"message":"Missing Authentication Token"}',
  ]);
  expect([response.headers.get('content-length'), response.headers.get('content-type')]).toEqual([
    '42',
    'application/json',
  ]);
  expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
});

test('credentials of a request without a route are read as a signature (AG-RT-02)', async () => {
  const response = await runRestApi().handle(call('/live/x', { headers: [['Authorization', 'Bearer x']] }));
  expect(await text(response)).toBe(
    `{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'uTem/WB082UJMN2ajD6lH6UChGpTAddMJSx2iu923No='."}`,
  );
  expect(response.headers.get('x-amzn-errortype')).toBe('IncompleteSignatureException');
});

test('a method that the resource does not have is 403, not 405 (AG-RT-03)', async () => {
  const { handle } = runRestApi({ method: { HttpMethod: 'GET' } });
  const request = call('/live/api/a', { method: 'POST' });
  expect((await handle(request)).status).toBe(403);
  expect(dataOf(request, 'route.not-found')).toEqual({
    method: 'POST',
    path: '/api/a',
    reason: 'other-methods',
    methods: ['GET'],
  });
});

test.each(['/other/api/a', '/', '/api/a'])(
  'a stage that does not exist is 403: %s (AG-RT-07)',
  async (path) => {
    const response = await runRestApi().handle(call(path));
    expect([response.status, await text(response)]).toEqual([403, '{"message":"Forbidden"}']);
    expect(response.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
  },
);

test('another Host than the API’s is 403, e.g. when CloudFront forwards the viewer’s (AG-RT-08)', async () => {
  const { handle, api, received } = runRestApi();
  const forwarded = call('/live/api/a', { host: 'localhost:4300' });
  const response = await handle(forwarded);
  expect([response.status, await text(response)]).toEqual([403, '{"message":"Forbidden"}']);
  expect(dataOf(forwarded, 'host.unknown')).toEqual({ host: 'localhost:4300', apiHost: api.host });
  expect(received).toEqual([]);
  expect((await handle(call('/live/api/a', { host: api.host }))).status).toBe(200);
});

test('X-HTTP-Method-Override replaces the method, and is recorded (AG-RT-09)', async () => {
  const { handle, received } = runRestApi({ method: { HttpMethod: 'PUT' } });
  const request = call('/live/api/a', {
    method: 'POST',
    headers: [['X-HTTP-Method-Override', 'put']],
    body: 'x',
  });
  expect((await handle(request)).status).toBe(200);
  expect(received[0]?.method).toBe('PUT');
  expect(dataOf(request, 'method.overridden')).toEqual({ from: 'POST', to: 'PUT' });
});

test.each(['/live/api/a|b', '/live/api/{a}', '/live/api/a?x={1}', '/live/api/a?x=1|2', '/live/api/%zz'])(
  '%s without percent-encoding is 400 (AG-RT-10)',
  async (target) => {
    const { handle, received } = runRestApi();
    expect((await handle(call(target))).status).toBe(400);
    expect(received).toEqual([]);
  },
);

test('a semicolon separates query parameters like an ampersand (AG-RT-10)', async () => {
  const { handle, received } = runRestApi();
  await handle(call('/live/api/a?x=1;y=2&z=3'));
  expect(received[0]?.target).toBe('/api/a?x=1&y=2&z=3');
});

test('HEAD on ANY reaches the backend as HEAD, and has no body (AG-RT-13)', async () => {
  const backend = () => Promise.resolve(responseOf([['Content-Length', '2']], ''));
  const { handle, received } = runRestApi({ backend });
  const response = await handle(call('/live/api/a', { method: 'HEAD' }));
  expect(received[0]).toMatchObject({ method: 'HEAD' });
  expect([response.status, response.body, response.headers.get('content-length')]).toEqual([
    200,
    undefined,
    '2',
  ]);
});

test('calls an integration with its own HTTP method', async () => {
  const { handle, received } = runRestApi({
    integration: { IntegrationHttpMethod: 'POST', IntegrationTarget: LOAD_BALANCER },
  });
  await handle(call('/live/api/a'));
  expect(received[0]?.method).toBe('POST');
});
