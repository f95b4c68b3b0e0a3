import { expect, test } from 'vitest';
import { dataOf, request } from '../../../../../test/requests';
import { CACHING_DISABLED, type EdgeChange, testDistribution, testEdge } from '../../../../../test/edge';
import { distributionHandler } from '../handler';

const SECURITY_HEADERS_POLICY = '67f7725c-6f97-4210-82d7-5512b31e9d03';

function edgeFunction(name: string, code: string, config: object = {}) {
  return {
    Type: 'AWS::CloudFront::Function',
    Properties: {
      Name: name,
      AutoPublish: true,
      FunctionCode: code,
      FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0', ...config },
    },
  };
}

/** A distribution with functions on either event of its behavior. */
function withFunctions(
  code: { onRequest?: string; onResponse?: string },
  change: EdgeChange = {},
): EdgeChange {
  const events = [
    { logicalId: 'OnRequest', event: 'viewer-request', code: code.onRequest },
    { logicalId: 'OnResponse', event: 'viewer-response', code: code.onResponse },
  ].flatMap(({ logicalId, event, code: text }) => (text === undefined ? [] : [{ logicalId, event, text }]));
  return {
    ...change,
    resources: {
      ...change.resources,
      ...Object.fromEntries(
        events.map(({ logicalId, event, text }) => [logicalId, edgeFunction(event, text)]),
      ),
    },
    behavior: {
      FunctionAssociations: events.map(({ logicalId, event }) => ({
        EventType: event,
        FunctionARN: { 'Fn::GetAtt': [logicalId, 'FunctionARN'] },
      })),
      ...change.behavior,
    },
  };
}

const respond = (statements: string): string =>
  `function handler(event) { var response = event.response; ${statements}; return response; }`;

test('a viewer-response function sees status, headers and cookies, but no body [CFF-EV-07]', async () => {
  const edge = testEdge(
    withFunctions({
      onResponse: `function handler(event) { return { statusCode: 200, body: JSON.stringify(event) }; }`,
    }),
  );
  edge.answerWith(201, { 'X-Thing': 'a', 'Set-Cookie': 'id=1; Secure; Path=/', 'X-Real-IP': '1' }, 'secret');
  const event = JSON.parse((await edge.ask('/a?b=1')).body) as Record<string, unknown>;
  expect(event).toMatchObject({
    context: { eventType: 'viewer-response' },
    request: { method: 'GET', uri: '/a', querystring: { b: { value: '1' } } },
    response: {
      statusCode: 201,
      statusDescription: 'Created',
      headers: { 'x-thing': { value: 'a' }, 'content-length': { value: '6' } },
      cookies: { id: { value: '1', attributes: 'Secure; Path=/' } },
    },
  });
  expect(JSON.stringify(event)).not.toMatch(/secret|x-real-ip/);
});

test('a viewer-response function changes status, headers and cookies; the origin’s body stays [CFF-EV-07]', async () => {
  const edge = testEdge(
    withFunctions({
      onResponse: respond(`response.statusCode = 202; response.headers['x-new'] = { value: '1' };
        delete response.headers['x-old']; response.cookies.a = { value: '2', attributes: 'HttpOnly' }`),
    }),
  );
  edge.answerWith(200, { 'X-Old': '1' }, 'body');
  const { status, headers, body } = await edge.ask('/');
  expect([status, headers.get('x-new'), headers.has('x-old'), headers.get('set-cookie'), body]).toEqual([
    202,
    '1',
    false,
    'a=2; HttpOnly',
    'body',
  ]);
  expect(headers.get('content-length')).toBe('4');
});

test.each([
  ['another one', `response.body = 'other'`, 'other', '5'],
  ['another one in base64', `response.body = { encoding: 'base64', data: 'aGk=' }`, 'hi', '2'],
  ['none', `response.body = ''`, '', '0'],
])('a viewer-response function can make the body %s [CFF-EV-07]', async (_, statements, body, length) => {
  const edge = testEdge(withFunctions({ onResponse: respond(statements) }));
  edge.answerWith(200, {}, 'of the origin');
  const answer = await edge.ask('/');
  expect([answer.body, answer.headers.get('content-length')]).toEqual([body, length]);
});

test('a function cannot change the length of the origin’s body [CFF-EV-07]', async () => {
  const edge = testEdge(
    withFunctions({ onResponse: respond(`response.headers['content-length'] = { value: '99' }`) }),
  );
  edge.answerWith(200, {}, 'body');
  expect((await edge.ask('/')).headers.getAll('content-length')).toEqual(['4']);
});

test('a viewer-response function runs for cached responses [CFF-EV-07]', async () => {
  const edge = testEdge(
    withFunctions({ onResponse: respond(`response.headers['x-ran'] = { value: 'yes' }`) }),
  );
  await edge.ask('/');
  const { cache, headers } = await edge.ask('/');
  expect([cache, headers.get('x-ran')]).toEqual(['Hit', 'yes']);
});

test.each([400, 404, 500])(
  'a viewer-response function does not run when the origin answers %i [CFF-EV-09]',
  async (status) => {
    const edge = testEdge(withFunctions({ onResponse: respond(`response.statusCode = 200`) }));
    edge.answerWith(status, {}, '');
    const answer = await edge.ask('/');
    expect(answer.status).toBe(status);
    expect(dataOf(answer, 'response.function-skipped')).toEqual({
      name: 'viewer-response',
      originStatus: status,
    });
  },
);

test('a viewer-response function does not run when a custom error response changes the status to 200 [CFF-EV-09]', async () => {
  const edge = testEdge(
    withFunctions(
      { onResponse: respond(`response.headers['x-ran'] = { value: 'yes' }`) },
      {
        config: { CustomErrorResponses: [{ ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/page' }] },
      },
    ),
  );
  edge.answerBy(({ path }) => (path === '/page' ? [200, {}, 'page'] : [404, {}, '']));
  const { status, headers } = await edge.ask('/missing');
  expect([status, headers.has('x-ran')]).toEqual([200, false]);
});

test('a viewer-response function does not run for the response of a viewer-request function [CFF-EV-08]', async () => {
  const edge = testEdge(
    withFunctions({
      onRequest: `function handler() { return { statusCode: 302, headers: { location: { value: '/x' } } }; }`,
      onResponse: respond(`response.headers['x-ran'] = { value: 'yes' }`),
    }),
  );
  const { status, cache, headers } = await edge.ask('/');
  expect([
    status,
    cache,
    headers.get('location'),
    headers.get('server'),
    headers.get('content-length'),
  ]).toEqual([302, 'FunctionGeneratedResponse', '/x', 'CloudFront', '0']);
  expect([headers.has('x-ran'), edge.received]).toEqual([false, []]);
});

test('a viewer-response function sees the headers of the policy and can override them [CF-RHP-05]', async () => {
  const edge = testEdge(
    withFunctions(
      {
        onResponse:
          respond(`response.headers['x-seen'] = { value: response.headers['x-frame-options'].value };
          response.headers['x-frame-options'] = { value: 'DENY' }`),
      },
      { behavior: { ResponseHeadersPolicyId: SECURITY_HEADERS_POLICY } },
    ),
  );
  const { headers } = await edge.ask('/');
  expect([headers.get('x-seen'), headers.getAll('x-frame-options')]).toEqual(['SAMEORIGIN', ['DENY']]);
});

test.each(['via', 'warning'])(
  'a viewer-response function that sets %s gives 502 [CFF-HDR-02]',
  async (name) => {
    const edge = testEdge(
      withFunctions({ onResponse: respond(`response.headers.${name} = { value: 'x' }`) }),
    );
    const { status, cache, body } = await edge.ask('/');
    expect([status, cache]).toEqual([502, 'Error']);
    expect(body).toContain('502 ERROR');
  },
);

test('answers 502 when a viewer-response function sets X-Cache [CFF-HDR-01]', async () => {
  const edge = testEdge(
    withFunctions({ onResponse: respond(`response.headers['x-cache'] = { value: 'x' }`) }),
  );
  expect((await edge.ask('/')).status).toBe(502);
});

test.each([
  ['throws', `function handler(event) { return event.none.such; }`],
  ['returns a request', `function handler(event) { return event.request; }`],
  ['returns nothing', `function handler() {}`],
  ['returns a status out of range', respond(`response.statusCode = 999`)],
])(
  'a viewer-response function that %s gives 503, decorated by the policy (CF-RHP-04) [CFF-ERR-01]',
  async (_, code) => {
    const edge = testEdge(
      withFunctions({ onResponse: code }, { behavior: { ResponseHeadersPolicyId: SECURITY_HEADERS_POLICY } }),
    );
    const { status, cache, body, headers } = await edge.ask('/');
    expect([status, cache, headers.get('x-content-type-options')]).toEqual([
      503,
      'FunctionExecutionError',
      'nosniff',
    ]);
    expect(body).toContain(
      'The CloudFront function associated with the CloudFront distribution is invalid or could not run.',
    );
  },
);

test('functions run for every method [CFF-EV-06]', async () => {
  const edge = testEdge(
    withFunctions(
      { onRequest: `function handler(event) { return { statusCode: 200, body: event.request.method }; }` },
      {
        behavior: {
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          CachePolicyId: CACHING_DISABLED,
        },
      },
    ),
  );
  for (const method of ['OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']) {
    expect((await edge.ask('/', {}, { method })).body).toBe(method);
  }
});

test('the trace contains what each function did, without secrets', async () => {
  const edge = testEdge(
    withFunctions({
      onRequest: `function handler(event) { var request = event.request;
        console.log('token eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x');
        request.uri = '/index.html'; request.headers['x-page'] = { value: '1' };
        request.headers.authorization = { value: 'Bearer secret' }; request.querystring = 'code=secret'; return request; }`,
    }),
  );
  const { trace } = await edge.ask('/deep/link');
  const ran = trace.hops.find(({ event }) => event === 'function.ran');
  expect(ran?.data).toEqual({
    name: 'viewer-request',
    eventType: 'viewer-request',
    path: '/index.html',
    queryParameters: ['code'],
  });
  expect(ran?.details.headers).toEqual([
    { on: 'request', op: 'set', name: 'X-Page', value: '1', by: 'function viewer-request' },
    { on: 'request', op: 'set', name: 'Authorization', by: 'function viewer-request' },
  ]);
  expect(dataOf({ trace }, 'function.logged')).toEqual({ name: 'viewer-request', line: 'token (token)' });
  expect(JSON.stringify(trace.hops)).not.toContain('secret');
});

test('each line that a function logs is reported [CFF-LIM-01]', async () => {
  const lines: string[] = [];
  const onRequest = `function handler(event) { console.log('one'); console.log('two'); return event.request; }`;
  const handle = distributionHandler(testDistribution(withFunctions({ onRequest })), {
    originServers: new Map(),
    accountId: '000000000000',
    now: () => 0,
    onFunctionLog: (name, line) => lines.push(`${name}: ${line}`),
  });
  await handle(request('/'));
  expect(lines).toEqual(['viewer-request: one', 'viewer-request: two']);
});
