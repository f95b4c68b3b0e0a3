import { expect, test } from 'vitest';
import { call, lastNote, readRestApi, runRestApi } from '../../../test/rest-apis';
import { text } from '../../../test/requests';
import { type Backend, BackendUnreachableError } from './backend';
import { DEFAULT_STATUS } from './gateway-error';

const unreachable: Backend = () => Promise.reject(new BackendUnreachableError('nothing there'));

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
  '%s can be customised, another word cannot (AG-GR-01)',
  (ResponseType) => {
    expect(readRestApi({ responses: [{ ResponseType }] }).gatewayResponses.has(ResponseType)).toBe(true);
    expect(() => readRestApi({ responses: [{ ResponseType: `${ResponseType}X` }] })).toThrowError(
      'ResponseType',
    );
  },
);

test('without settings the answer is AWS’s own (AG-GR-02)', async () => {
  const asked = call('/live/nowhere');
  const response = await runRestApi().handle(asked);
  expect([response.headers.get('content-type'), await text(response)]).toEqual([
    'application/json',
    '{"message":"Missing Authentication Token"}',
  ]);
  expect(asked.trace.hops.at(-1)?.details.facts).toMatchObject({
    'Gateway response': 'MISSING_AUTHENTICATION_TOKEN, as AWS words it',
  });
});

test('DEFAULT_4XX is what a type without settings falls back to, and its status changes the class (AG-GR-02)', async () => {
  const responses = [
    { ResponseType: 'DEFAULT_4XX', ResponseParameters: { 'gatewayresponse.header.X-Class': "'4'" } },
    { ResponseType: 'DEFAULT_5XX', StatusCode: 503 },
  ];
  const { handle } = runRestApi({ responses, backend: unreachable });
  const refused = await handle(call('/live/nowhere'));
  expect([refused.status, refused.headers.get('x-class')]).toEqual([403, '4']);
  expect((await handle(call('/live/api/a'))).status).toBe(503);
});

test('a type’s own settings go before those of its class (AG-GR-02)', async () => {
  const responses = [
    { ResponseType: 'DEFAULT_4XX', StatusCode: 418 },
    { ResponseType: 'MISSING_AUTHENTICATION_TOKEN', StatusCode: '404' },
  ];
  const asked = call('/live/nowhere');
  expect((await runRestApi({ responses }).handle(asked)).status).toBe(404);
  expect(asked.trace.hops.at(-1)?.details.facts).toMatchObject({
    'Gateway response': 'MISSING_AUTHENTICATION_TOKEN, customised by MISSING_AUTHENTICATION_TOKEN',
  });
});

test('a gateway response decides over status, headers and body, with variables of every kind (AG-GR-03)', async () => {
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
  const asked = call('/live/nowhere?name=ada', { headers: [['Origin', 'https://a.example']] });
  const response = await runRestApi({ responses, stage: { Variables: { colour: 'blue' } } }).handle(asked);
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
  expect(asked.trace.hops.at(-1)?.details.headers).toContainEqual({
    on: 'response',
    op: 'set',
    name: 'Cache-Control',
    value: 'no-store',
    by: 'gateway response MISSING_AUTHENTICATION_TOKEN',
  });
});

test('of several templates the caller’s media type decides (AG-GR-03)', async () => {
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

test('a front-end error has no space behind the colon, one on behalf of the integration has one (AG-GR-04)', async () => {
  const { handle } = runRestApi({ backend: unreachable });
  expect(await text(await handle(call('/live/nowhere')))).toMatch(/^\{"message":"/);
  expect(await text(await handle(call('/live/api/a')))).toMatch(/^\{"message": "/);
});

test('what no API can customise stays as it is (AG-RT-07)', async () => {
  const responses = [{ ResponseType: 'DEFAULT_4XX', StatusCode: 418 }];
  const asked = call('/other/x');
  expect((await runRestApi({ responses }).handle(asked)).status).toBe(403);
  expect(lastNote(asked)).toContain('api has no stage "other"');
});

test.each([
  [
    '$context.identity.nothing',
    'ResponseTemplates.application/json: $context.identity.nothing has no value here',
  ],
  ['#set($a = 1)', '#set is not evaluated in gateway responses'],
  ["$input.path('$')", '$input is not evaluated in gateway responses'],
])('a template with %s is refused at start (AG-GR-03)', (template, message) => {
  const responses = [{ ResponseType: 'DEFAULT_4XX', ResponseTemplates: { 'application/json': template } }];
  expect(() => readRestApi({ responses })).toThrowError(message);
});

test.each([
  ['gatewayresponse.body', "'x'", 'must be gatewayresponse.header.<name>'],
  ['gatewayresponse.header.X', 'plain', 'plain is neither a literal in single quotes nor'],
  ['gatewayresponse.header.X', 'context.nothing', '$context.nothing has no value here'],
  ['gatewayresponse.header.X', 'method.request.body.x', 'values from the body cannot be mapped here'],
])('a parameter %s from %s is refused at start (AG-GR-03)', (target, source, message) => {
  const responses = [{ ResponseType: 'DEFAULT_4XX', ResponseParameters: { [target]: source } }];
  expect(() => readRestApi({ responses })).toThrowError(message);
});
