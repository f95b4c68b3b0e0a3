import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN, invocationUri } from '../../../../test/functions';
import { call, runRestApi, type RestApiChange, readRestApi } from '../../../../test/rest-apis';
import { dataOf, eventsOf, text } from '../../../../test/requests';
import type { CallFunction } from '../../lambda/pipeline/invoke';

const INTEGRATION = {
  Type: 'AWS_PROXY',
  IntegrationHttpMethod: 'POST',
  Uri: invocationUri(),
  ConnectionType: 'INTERNET',
  ConnectionId: undefined,
  IntegrationTarget: undefined,
  RequestParameters: {},
};

function run(respond: (event: Record<string, unknown>) => unknown, change: RestApiChange = {}) {
  const { functions, calls } = fakeFunction(respond);
  const api = runRestApi({
    ...change,
    functions,
    integration: { ...INTEGRATION, ...change.integration },
  });
  return { ...api, calls };
}

const OK = { statusCode: 200 };
const STREAMING_URI = invocationUri()
  .replace('2015-03-31', '2021-11-15')
  .replace(/invocations$/, 'response-streaming-invocations');

test('the event has the documented fields (AG-LA-01, AG-LA-02)', async () => {
  const { handle, calls, api } = run(() => OK, { stage: { Variables: { color: 'blue' } } });
  await handle(
    call('/live/api/a%2Bb/c/?x=1&x=2%203&y=', {
      method: 'POST',
      headers: [
        ['tEsT', 'one'],
        ['Test', 'two'],
        ['Content-Length', '7'],
        ['Connection', 'keep-alive'],
        ['User-Agent', 'curl'],
      ],
      body: '{"a":1}',
      clientIp: '192.0.2.7',
    }),
  );
  const [received] = calls;
  expect(received?.invoker).toEqual({
    principal: 'apigateway.amazonaws.com',
    sourceArn: `arn:aws:execute-api:eu-west-1:000000000000:${api.id}/live/POST/api/{proxy+}`,
    accountId: '000000000000',
  });
  expect(received?.event).toEqual({
    resource: '/api/{proxy+}',
    path: '/api/a%2Bb/c/',
    httpMethod: 'POST',
    headers: {
      tEsT: 'two',
      'User-Agent': 'curl',
      Host: api.host,
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-/),
      'X-Forwarded-For': '192.0.2.7',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Proto': 'https',
    },
    multiValueHeaders: expect.objectContaining({ tEsT: ['one', 'two'], Host: [api.host] }),
    queryStringParameters: { x: '2 3', y: '' },
    multiValueQueryStringParameters: { x: ['1', '2 3'], y: [''] },
    pathParameters: { proxy: 'a%2Bb/c' },
    stageVariables: { color: 'blue' },
    requestContext: {
      resourceId: expect.any(String),
      resourcePath: '/api/{proxy+}',
      httpMethod: 'POST',
      extendedRequestId: expect.any(String),
      requestTime: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      path: '/live/api/a%2Bb/c/',
      accountId: '000000000000',
      protocol: 'HTTP/1.1',
      stage: 'live',
      domainPrefix: api.id,
      requestTimeEpoch: expect.any(Number),
      requestId: expect.any(String),
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: '192.0.2.7',
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: 'curl',
        user: null,
      },
      domainName: api.host,
      deploymentId: expect.any(String),
      apiId: api.id,
    },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
});

test('what a request lacks is null in the event (AG-LA-01)', async () => {
  const { handle, calls } = run(() => OK);
  await handle(call('/live/api/a'));
  expect(calls[0]?.event).toMatchObject({
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
  });
});

test('a body of a binary media type is Base64 in the event (AG-LA-01)', async () => {
  const { handle, calls } = run(() => OK, { api: { BinaryMediaTypes: ['image/*'] } });
  const headers: [string, string][] = [['Content-Type', 'image/png']];
  await handle(call('/live/api/a', { method: 'POST', headers, body: Buffer.from([0xff, 0x00]) }));
  expect(calls[0]?.event).toMatchObject({ body: '/wA=', isBase64Encoded: true });
});

test('mapped parameters are part of the event (AG-LA-02)', async () => {
  const { handle, calls } = run(() => OK, {
    integration: {
      RequestParameters: {
        'integration.request.header.foobar': "'mapped'",
        'integration.request.querystring.who': 'context.identity.sourceIp',
      },
    },
  });
  await handle(call('/live/api/a?x=1'));
  expect(calls[0]?.event).toMatchObject({
    headers: expect.objectContaining({ foobar: 'mapped' }),
    queryStringParameters: { x: '1', who: '192.0.2.1' },
  });
});

test('a response has the status, headers and body that the function returns (AG-LA-04, AG-LA-06)', async () => {
  const { handle } = run(() => ({
    statusCode: '201',
    headers: { 'X-One': 'a', 'X-Both': 'dropped', 'X-Flag': true, Date: 'remapped' },
    multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'x-both': ['b', 'c'] },
    body: 'text',
  }));
  const { status, headers, body } = await handle(call('/live/api/a'));
  expect(status).toBe(201);
  expect(String(body)).toBe('text');
  expect(headers.getAll('set-cookie')).toEqual(['a=1', 'b=2']);
  expect(headers.getAll('x-both')).toEqual(['b', 'c']);
  expect(headers.get('x-one')).toBe('a');
  expect(headers.get('x-flag')).toBe('true');
  expect(headers.get('x-amzn-remapped-date')).toBe('remapped');
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('content-length')).toBe('4');
});

test('Base64 is decoded for a binary media type only (AG-LA-06)', async () => {
  const response = {
    statusCode: 200,
    headers: { 'Content-Type': 'image/png' },
    body: '/wA=',
    isBase64Encoded: true,
  };
  const binary = run(() => response, { api: { BinaryMediaTypes: ['image/png'] } });
  expect((await binary.handle(call('/live/api/a'))).body).toEqual(Buffer.from([0xff, 0x00]));
  const text = run(() => response);
  expect(String((await text.handle(call('/live/api/a'))).body)).toBe('/wA=');
});

test('an empty object is an empty response with 200 (AG-LA-04)', async () => {
  const { handle } = run(() => ({}));
  const { status, body } = await handle(call('/live/api/a'));
  expect([status, String(body)]).toEqual([200, '']);
});

test.each([
  ['nothing', undefined],
  ['a text', 'hello'],
  ['a list', []],
  ['an unknown field', { statusCode: 200, wrongValue: 1 }],
  ['a body that is not a text', { statusCode: 200, body: { a: 1 } }],
  ['a status that is not a number', { statusCode: 'ok' }],
  ['headers that are not an object', { statusCode: 200, headers: 'x' }],
  ['a header that is a number', { statusCode: 200, headers: { 'X-One': 1 } }],
  ['multi-value headers without lists', { statusCode: 200, multiValueHeaders: { 'X-One': 'a' } }],
])('%s is a malformed response: 502 (AG-LA-04)', async (_, result) => {
  const { handle } = run(() => result);
  const request = call('/live/api/a');
  const response = await handle(request);
  expect(response.status).toBe(502);
  expect(String(response.body)).toBe('{"message": "Internal server error"}');
  expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
  expect(eventsOf(request)).toContain('integration.function-response-malformed');
});

test('a function that fails is 502, and its error is not sent (AG-LA-05)', async () => {
  const { handle } = run(() => {
    throw new Error('secret detail');
  });
  const response = await handle(call('/live/api/a'));
  expect([response.status, String(response.body)]).toEqual([502, '{"message": "Internal server error"}']);
});

test.each(['denied', 'throttled', 'too-large'] as const)(
  'a call that Lambda rejects as %s is 500 (AG-LA-05)',
  async (reason) => {
    const { handle } = run(() => {
      throw { kind: 'rejected', reason };
    });
    const response = await handle(call('/live/api/a'));
    expect([response.status, String(response.body)]).toEqual([500, '{"message": "Internal server error"}']);
  },
);

test('a function that takes longer than the integration may is 504 (AG-LA-05)', async () => {
  const { handle } = run(() => new Promise(() => undefined), { integration: { TimeoutInMillis: 50 } });
  const response = await handle(call('/live/api/a'));
  expect([response.status, await text(response)]).toEqual([504, '{"message": "Endpoint request timed out"}']);
});

test('only POST calls a function (AG-LA-07)', async () => {
  const { handle, calls } = run(() => OK, { integration: { IntegrationHttpMethod: 'GET' } });
  expect((await handle(call('/live/api/a'))).status).toBe(500);
  expect(calls).toEqual([]);
});

test('stage variables choose the function or its alias (AG-LA-08)', async () => {
  const { functions, calls } = fakeFunction(() => OK, `${FUNCTION_ARN}:live`);
  const { handle } = runRestApi({
    functions,
    integration: {
      ...INTEGRATION,
      Uri: invocationUri('arn:aws:lambda:eu-west-1:000000000000:function:f:${stageVariables.alias}'),
    },
    stage: { Variables: { alias: 'live' } },
  });
  expect((await handle(call('/live/api/a'))).status).toBe(200);
  expect(calls).toHaveLength(1);
});

test('a role needs no permission of the function (AG-LA-09)', async () => {
  const { handle, calls } = run(() => OK, {
    integration: { Credentials: 'arn:aws:iam::000000000000:role/caller' },
  });
  await handle(call('/live/api/a'));
  expect(calls[0]?.invoker).toBeUndefined();
});

test.each([
  [
    'a URI that is not of a function',
    { Uri: 'arn:aws:apigateway:eu-west-1:sqs:path/queue' },
    'Integration.Uri',
  ],
  [
    'no method',
    { IntegrationHttpMethod: undefined },
    'IntegrationHttpMethod: is required by AWS_PROXY: POST',
  ],
  [
    'a streamed response and the URI of buffered ones',
    { ResponseTransferMode: 'STREAM' },
    'functions/<ARN of the function>/response-streaming-invocations, as ResponseTransferMode is STREAM',
  ],
  ['a buffered response and the URI of streamed ones', { Uri: STREAMING_URI }, 'must be arn:aws:apigateway'],
  ['a timeout above the limit', { TimeoutInMillis: 300_001 }, 'TimeoutInMillis: 300001 is more than 300000'],
])('rejects a function integration with %s', (_, integration, message) => {
  expect(() => readRestApi({ integration: { ...INTEGRATION, ...integration } })).toThrowError(message);
});

/** Runs an API whose function streams these parts. */
function runStream(...parts: string[]) {
  const body = Readable.from(parts.map((part) => Buffer.from(part)));
  const respond: CallFunction = async ({ onStream }) => {
    onStream?.({ contentType: 'application/vnd.awslambda.http-integration-response', body });
    return { kind: 'result', payload: '' };
  };
  const integration = { ...INTEGRATION, Uri: STREAMING_URI, ResponseTransferMode: 'STREAM' };
  return runRestApi({ functions: new Map([[FUNCTION_ARN, respond]]), integration });
}

test('a function streams the content after status, headers and cookies (AG-LS-01)', async () => {
  const metadata = {
    statusCode: 201,
    headers: { 'Content-Type': 'text/event-stream' },
    multiValueHeaders: { 'X-Many': ['1', '2'] },
    cookies: ['a=1', 'b=2'],
  };
  const json = JSON.stringify(metadata);
  const { handle } = runStream(json.slice(0, 20), `${json.slice(20)}\0\0\0`, '\0\0\0\0\0data: 1', 'data: 2');
  const request = call('/live/api/a');
  const response = await handle(request);
  expect(response).toMatchObject({ status: 201 });
  expect(Buffer.isBuffer(response.body)).toBe(false);
  expect(response.headers.getAll('set-cookie')).toEqual(['a=1', 'b=2']);
  expect(response.headers.getAll('x-many')).toEqual(['1', '2']);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.has('content-length')).toBe(false);
  expect(await text(response)).toBe('data: 1data: 2');
  expect(dataOf(request, 'integration.responded')).toMatchObject({ streamed: true });
});

test.each([
  ['no delimiter', '{"statusCode":200}'],
  ['a delimiter after more than 16 KB', `{"headers":{"a":"${'a'.repeat(17_000)}"}}\0\0\0\0\0\0\0\0`],
  ['metadata that are not JSON', 'hello\0\0\0\0\0\0\0\0'],
  ['an invalid status', '{"statusCode":20}\0\0\0\0\0\0\0\0'],
])('a streamed response with %s is 502 (AG-LS-01)', async (_name, content) => {
  const { handle } = runStream(content);
  const request = call('/live/api/a');
  expect((await handle(request)).status).toBe(502);
  expect(eventsOf(request)).toContain('integration.function-response-malformed');
});

test('a function that does not stream writes the same format (AG-LS-01)', async () => {
  const integration = { Uri: STREAMING_URI, ResponseTransferMode: 'STREAM' };
  const { handle } = run(() => OK, { integration });
  expect((await handle(call('/live/api/a'))).status).toBe(502);
});
