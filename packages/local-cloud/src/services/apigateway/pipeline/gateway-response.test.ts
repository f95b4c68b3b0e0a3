import { expect, test } from 'vitest';
import { type Backend, BackendUnreachableError } from '../../../http/backend';
import { dataOf, text } from '../../../../test/requests';
import { call, readRestApi, runRestApi } from '../../../../test/rest-apis';
import { DEFAULT_STATUS } from '../model/gateway-error';

const unreachable: Backend = () => Promise.reject(new BackendUnreachableError('no-target', 'Group'));

test('every type has its default status (AG-GR-01)', () => {
  expect(DEFAULT_STATUS).toEqual({
    ACCESS_DENIED: 403,
    API_CONFIGURATION_ERROR: 500,
    AUTHORIZER_CONFIGURATION_ERROR: 500,
    AUTHORIZER_FAILURE: 500,
    BAD_REQUEST_BODY: 400,
    BAD_REQUEST_PARAMETERS: 400,
    EXPIRED_TOKEN: 403,
    INTEGRATION_FAILURE: 504,
    INTEGRATION_TIMEOUT: 504,
    INVALID_API_KEY: 403,
    INVALID_SIGNATURE: 403,
    MISSING_AUTHENTICATION_TOKEN: 403,
    QUOTA_EXCEEDED: 429,
    REQUEST_TOO_LARGE: 413,
    RESOURCE_NOT_FOUND: 404,
    THROTTLED: 429,
    UNAUTHORIZED: 401,
    UNSUPPORTED_MEDIA_TYPE: 415,
    WAF_FILTERED: 403,
  });
});

test.each(Object.keys(DEFAULT_STATUS))(
  '%s can be customized, an unknown type cannot (AG-GR-01)',
  (ResponseType) => {
    expect(readRestApi({ responses: [{ ResponseType }] }).gatewayResponses.has(ResponseType)).toBe(true);
    expect(() => readRestApi({ responses: [{ ResponseType: `${ResponseType}X` }] })).toThrowError(
      'ResponseType',
    );
  },
);

test('sends AWS’s default response without settings (AG-GR-02)', async () => {
  const request = call('/live/nowhere');
  const response = await runRestApi().handle(request);
  expect([response.headers.get('content-type'), await text(response)]).toEqual([
    'application/json',
    '{"message":"Missing Authentication Token"}',
  ]);
  expect(dataOf(request, 'gateway-response.sent')).toEqual({
    status: 403,
    type: 'MISSING_AUTHENTICATION_TOKEN',
  });
});

test('a type without settings falls back to DEFAULT_4XX or DEFAULT_5XX (AG-GR-02)', async () => {
  const responses = [
    { ResponseType: 'DEFAULT_4XX', ResponseParameters: { 'gatewayresponse.header.X-Class': "'4'" } },
    { ResponseType: 'DEFAULT_5XX', StatusCode: 503 },
  ];
  const { handle } = runRestApi({ responses, backend: unreachable });
  const rejected = await handle(call('/live/nowhere'));
  expect([rejected.status, rejected.headers.get('x-class')]).toEqual([403, '4']);
  expect((await handle(call('/live/api/a'))).status).toBe(503);
});

test('the settings of a type override those of its class (AG-GR-02)', async () => {
  const responses = [
    { ResponseType: 'DEFAULT_4XX', StatusCode: 418 },
    { ResponseType: 'MISSING_AUTHENTICATION_TOKEN', StatusCode: '404' },
  ];
  const request = call('/live/nowhere');
  expect((await runRestApi({ responses }).handle(request)).status).toBe(404);
  expect(dataOf(request, 'gateway-response.sent')).toEqual({
    status: 404,
    type: 'MISSING_AUTHENTICATION_TOKEN',
    customizedBy: 'MISSING_AUTHENTICATION_TOKEN',
  });
});

test('a gateway response sets status, headers and body, with all kinds of variables (AG-GR-03)', async () => {
  const responses = [
    {
      ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
      StatusCode: '404',
      ResponseParameters: {
        'gatewayresponse.header.Cache-Control': "'no-store'",
        'gatewayresponse.header.Access-Control-Allow-Origin': 'method.request.header.Origin',
        'gatewayresponse.header.X-Id': 'context.requestId',
        'gatewayresponse.header.X-Colour': 'stageVariables.colour',
        'gatewayresponse.header.X-Absent': 'method.request.header.Absent',
      },
      ResponseTemplates: {
        'application/json':
          '{"message":$context.error.messageString,"plain":"$context.error.message","type":"${context.error.responseType}","ip":"$context.identity.sourceIp","colour":"$stageVariables.colour","name":"$method.request.querystring.name"}',
      },
    },
  ];
  const request = call('/live/nowhere?name=ada', { headers: [['Origin', 'https://a.example']] });
  const response = await runRestApi({ responses, stage: { Variables: { colour: 'blue' } } }).handle(request);
  expect(response.status).toBe(404);
  const { headers } = response;
  expect(
    ['cache-control', 'access-control-allow-origin', 'x-colour'].map((name) => headers.get(name)),
  ).toEqual(['no-store', 'https://a.example', 'blue']);
  expect([headers.get('x-id'), headers.has('x-absent')]).toEqual([headers.get('x-amzn-requestid'), false]);
  expect(JSON.parse(await text(response))).toEqual({
    message: 'Missing Authentication Token',
    plain: 'Missing Authentication Token',
    type: 'MISSING_AUTHENTICATION_TOKEN',
    ip: '192.0.2.1',
    colour: 'blue',
    name: 'ada',
  });
  expect(request.trace.hops.at(-1)?.details.headers).toContainEqual({
    on: 'response',
    op: 'set',
    name: 'Cache-Control',
    value: 'no-store',
    by: 'gateway response MISSING_AUTHENTICATION_TOKEN',
  });
});

test('the media type that the client accepts selects the template (AG-GR-03)', async () => {
  const responses = [
    {
      ResponseType: 'DEFAULT_4XX',
      ResponseTemplates: { 'text/html': '<p>$context.error.message</p>', 'application/json': '{}' },
    },
  ];
  const { handle } = runRestApi({ responses });
  const page = await handle(call('/live/x', { headers: [['Accept', 'text/html,application/json;q=0.9']] }));
  expect([page.headers.get('content-type'), await text(page)]).toEqual([
    'text/html',
    '<p>Missing Authentication Token</p>',
  ]);
  expect(await text(await handle(call('/live/x')))).toBe('{}');
});

test('an error of API Gateway has no space after the colon, one of the integration has one (AG-GR-04)', async () => {
  const { handle } = runRestApi({ backend: unreachable });
  expect(await text(await handle(call('/live/nowhere')))).toMatch(/^\{"message":"/);
  expect(await text(await handle(call('/live/api/a')))).toMatch(/^\{"message": "/);
});

test('a response that an API cannot customize ignores settings (AG-RT-07)', async () => {
  const responses = [{ ResponseType: 'DEFAULT_4XX', StatusCode: 418 }];
  const request = call('/other/x');
  expect((await runRestApi({ responses }).handle(request)).status).toBe(403);
  expect(dataOf(request, 'stage.not-found')).toEqual({ api: 'api', stage: 'other', stages: ['live'] });
  expect(dataOf(request, 'gateway-response.sent')).toEqual({ status: 403 });
});

test.each([
  [
    '$context.identity.nothing',
    'ResponseTemplates.application/json: $context.identity.nothing is not supported',
  ],
  ['#set($a = 1)', '#set is not evaluated in gateway responses'],
  ["$input.path('$')", '$input is not evaluated in gateway responses'],
])('rejects a gateway response template with %s (AG-GR-03)', (template, message) => {
  const responses = [{ ResponseType: 'DEFAULT_4XX', ResponseTemplates: { 'application/json': template } }];
  expect(() => readRestApi({ responses })).toThrowError(message);
});

test.each([
  ['gatewayresponse.body', "'x'", 'must be gatewayresponse.header.<name>'],
  ['gatewayresponse.header.X', 'plain', 'plain is neither a literal in single quotes nor'],
  ['gatewayresponse.header.X', 'context.nothing', '$context.nothing is not supported'],
  ['gatewayresponse.header.X', 'method.request.body.x', 'mapping values of the body is not supported'],
])('rejects a gateway response parameter %s from %s (AG-GR-03)', (target, source, message) => {
  const responses = [{ ResponseType: 'DEFAULT_4XX', ResponseParameters: { [target]: source } }];
  expect(() => readRestApi({ responses })).toThrowError(message);
});
