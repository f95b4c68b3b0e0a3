import { expect, test } from 'vitest';
import { call, readRestApi, runRestApi } from '../../../../test/rest-apis';
import { text } from '../../../../test/requests';

const ORIGINS_TEMPLATE = [
  '#set($origin = $input.params().header.get("Origin"))',
  '#if($origin == "")',
  '  #set($origin = $input.params().header.get("origin"))',
  '#end',
  '#if($origin == "https://b.example" || $origin == "https://c.example")',
  '  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)',
  '#end',
].join('\n');

const CORS_HEADERS = {
  'method.response.header.Access-Control-Allow-Headers': "'Content-Type,Authorization'",
  'method.response.header.Access-Control-Allow-Origin': "'https://a.example'",
  'method.response.header.Vary': "'Origin'",
};

/** OPTIONS beside the method that has an authorizer, as the CDK's `defaultCorsPreflightOptions` writes it. */
function preflight(integration: object = {}, response: object = {}) {
  return {
    method: { HttpMethod: 'GET', AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: { Ref: 'Pool' } },
    resources: {
      Options: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ResourceId: { Ref: 'Proxy' },
          HttpMethod: 'OPTIONS',
          AuthorizationType: 'NONE',
          ApiKeyRequired: false,
          Integration: {
            Type: 'MOCK',
            RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
            IntegrationResponses: [{ StatusCode: '204', ResponseParameters: CORS_HEADERS, ...response }],
            ...integration,
          },
          MethodResponses: [
            {
              StatusCode: '204',
              ResponseParameters: Object.fromEntries(Object.keys(CORS_HEADERS).map((name) => [name, true])),
            },
            { StatusCode: '200' },
          ],
        },
      },
    },
  };
}

const options = (origin = 'https://a.example') =>
  call('/live/api/a', { method: 'OPTIONS', headers: [['Origin', origin]] });

test('a preflight with its own method succeeds without a token (AG-AU-12)', async () => {
  const { handle, received } = runRestApi(preflight());
  const response = await handle(options());
  expect([response.status, response.body]).toEqual([204, undefined]);
  expect(response.headers.get('access-control-allow-headers')).toBe('Content-Type,Authorization');
  expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example');
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(received).toEqual([]);
});

test('a preflight is 401 without CORS headers when ANY has an authorizer (AG-AU-12)', async () => {
  const { handle } = runRestApi({
    method: { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: { Ref: 'Pool' } },
  });
  const response = await handle(options());
  expect([response.status, response.headers.has('access-control-allow-origin')]).toEqual([401, false]);
});

test.each([
  ['https://b.example', 'https://b.example'],
  ['https://evil.example', 'https://a.example'],
])('echoes an allowed Origin of several: %s (AG-AU-12)', async (origin, expected) => {
  const { handle } = runRestApi(
    preflight({}, { ResponseTemplates: { 'application/json': ORIGINS_TEMPLATE } }),
  );
  expect((await handle(options(origin))).headers.get('access-control-allow-origin')).toBe(expected);
});

test('the status of the request template selects the response, whose template may have variables', async () => {
  const change = preflight({
    RequestTemplates: { 'application/json': '{"statusCode": 400}' },
    IntegrationResponses: [
      { StatusCode: '204' },
      {
        StatusCode: '200',
        SelectionPattern: '4\\d\\d',
        ResponseTemplates: { 'application/json': '{"stage":"$context.stage"}' },
      },
    ],
  });
  const response = await runRestApi(change).handle(options());
  expect([response.status, response.headers.get('content-type'), await text(response)]).toEqual([
    200,
    'application/json',
    '{"stage":"live"}',
  ]);
});

test('a mock without a chosen status is an internal error', async () => {
  const response = await runRestApi(preflight({ RequestTemplates: {} })).handle(options());
  expect([response.status, await text(response)]).toEqual([500, '{"message": "Internal server error"}']);
});

test.each([
  ['WHEN_NO_MATCH', 'text/plain', '{"statusCode": 200}', 200],
  ['WHEN_NO_MATCH', 'text/plain', 'nothing', 500],
  ['WHEN_NO_TEMPLATES', 'text/plain', '{"statusCode": 200}', 415],
  ['NEVER', 'text/plain', '{"statusCode": 200}', 415],
  ['NEVER', 'application/json; charset=utf-8', '{}', 204],
])(
  'responds with PassthroughBehavior %s to a body of type %s, %s, with %i',
  async (PassthroughBehavior, type, body, status) => {
    const change = preflight({
      PassthroughBehavior,
      RequestTemplates: { 'application/json': '{"statusCode": 204}' },
      IntegrationResponses: [{ StatusCode: '204', SelectionPattern: '204' }, { StatusCode: '200' }],
    });
    const asked = call('/live/api/a', { method: 'OPTIONS', body, headers: [['Content-Type', type]] });
    expect((await runRestApi(change).handle(asked)).status).toBe(status);
  },
);

test.each([
  [
    { ResponseTemplates: { 'application/json': '#foreach($a in $b)#end' } },
    'only variables are supported in templates',
  ],
  [{ StatusCode: '500' }, 'IntegrationResponses[0].StatusCode: 500 is not in MethodResponses'],
  [
    { ResponseParameters: { 'method.response.header.X-New': "'1'" } },
    'declared in ResponseParameters of the method’s response',
  ],
])('rejects a template with an invalid or unsupported response: %j', (response, message) => {
  expect(() => readRestApi(preflight({}, response))).toThrowError(message);
});
