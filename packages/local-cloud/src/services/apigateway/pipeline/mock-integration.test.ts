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
    'ResponseTemplates.application/json: this template uses the variable $b, which is not supported',
  ],
  [{ StatusCode: '500' }, 'IntegrationResponses[0].StatusCode: 500 is not in MethodResponses'],
  [
    { ResponseParameters: { 'method.response.header.X-New': "'1'" } },
    'declared in ResponseParameters of the method’s response',
  ],
])('rejects a template with an invalid or unsupported response: %j', (response, message) => {
  expect(() => readRestApi(preflight({}, response))).toThrowError(message);
});

/** A mock that responds with 200 if its request template chooses 201, else with 204. */
const choosing = (template: string) =>
  preflight({
    RequestTemplates: { 'application/json': template },
    IntegrationResponses: [
      { StatusCode: '204', SelectionPattern: '204' },
      { StatusCode: '200', SelectionPattern: '201' },
    ],
  });

/** Asks a mock whose response template is `template`. */
async function responseOf(template: string, path = '/live/api/a') {
  const change = preflight(
    { RequestTemplates: { 'application/json': '{"statusCode": 200}' } },
    { StatusCode: '200', ResponseParameters: {}, ResponseTemplates: { 'application/json': template } },
  );
  const response = await runRestApi(change).handle(
    call(path, { method: 'OPTIONS', headers: [['X-Name', 'Ann']] }),
  );
  return { status: response.status, headers: response.headers, body: (await text(response)).trim() };
}

test.each([
  ['{"user":{"roles":["reader","admin"]}}', 200],
  ['{"user":{"roles":["reader"]}}', 204],
  ['{}', 204],
  ['no JSON', 500],
])(
  'a request template reads the body %s and chooses the response: %i (AG-MT-01, AG-MT-02)',
  async (body, status) => {
    const template = [
      '#set($found = false)',
      "#foreach($role in $input.path('$.user.roles'))",
      '  #if($role == "admin")#set($found = true)#end',
      '#end',
      '{"statusCode": #if($found)201#{else}204#end}',
    ].join('\n');
    const { handle } = runRestApi(choosing(template));
    const headers: [string, string][] = [['Content-Type', 'application/json']];
    expect((await handle(call('/live/api/a', { method: 'OPTIONS', body, headers }))).status).toBe(status);
  },
);

test.each([
  ['$.a.b', '201'],
  ["$['a']['b']", '201'],
  ['$.list[1].status', '201'],
  ['$.missing', '""'],
])('reads the JSONPath %s (AG-MT-02)', async (path, expected) => {
  const { handle } = runRestApi(choosing(`{"statusCode": $input.json("${path}")}`));
  const body = '{"a":{"b":201},"list":[0,{"status":201}]}';
  const headers: [string, string][] = [['Content-Type', 'application/json']];
  const response = await handle(call('/live/api/a', { method: 'OPTIONS', body, headers }));
  expect(response.status).toBe(expected === '201' ? 200 : 500);
});

test.each([
  ['$input.path("$.list[*].status").get(0)', 200],
  ['$input.path("$.list[?(@.status > 300)].status").size()', 500],
  ['$input.json("$..status").substring(1, 4)', 200],
])('%s of a request template gives a list for an indefinite JSONPath (AG-MT-02)', async (value, status) => {
  const { handle } = runRestApi(choosing(`{"statusCode": ${value}}`));
  const body = '{"list":[{"status":201}]}';
  const headers: [string, string][] = [['Content-Type', 'application/json']];
  expect((await handle(call('/live/api/a', { method: 'OPTIONS', body, headers }))).status).toBe(status);
});

test.each([
  ["$input.params('X-Name') $input.params('q') $input.params('none').", 'Ann 1 .'],
  ['$input.params().querystring.get("q")$input.params().header.get("none").', '1.'],
  ['#foreach($n in $input.params().querystring.keySet())$n#if($foreach.hasNext),#end#end', 'q,r'],
  ['$context.stage $context.httpMethod $context.identity.sourceIp', 'live OPTIONS 192.0.2.1'],
])('a response template %s gives %s (AG-MT-02)', async (template, expected) => {
  expect((await responseOf(template, '/live/api/a?q=1&r=2')).body).toBe(expected);
});

test.each([
  ['$util.escapeJavaScript("it\'s é")', String.raw`it\'s \u00e9`],
  ["$util.urlEncode('a b&c')", 'a+b%26c'],
  ["$util.urlDecode('a+b%26c')", 'a b&c'],
  ["$util.base64Encode('abc')", 'YWJj'],
  ["$util.base64Decode('YWJj')", 'abc'],
  [`#set($o = $util.parseJson('{"a":[1,2]}'))$o.a.size() $o.a[1]`, '2 2'],
])('%s is %s (AG-MT-03)', async (template, expected) => {
  expect((await responseOf(template)).body).toBe(expected);
});

test.each([
  [String.raw`$util.escapeJavaScript("it's").replaceAll("\\'", "'")`, "it's"],
  ['$context.stage.toUpperCase().substring(1, 3)', 'IV'],
  ['#if($context.stage.startsWith("li") && !$context.stage.equals("live "))yes#else no#end', 'yes'],
  ['#if($context.stage.matches("l.*e"))yes#end', 'yes'],
  [
    `#set($o = $util.parseJson('{"a":[1,{"b":null}],"c":{"d":"x"}}'))$o $o.a`,
    '{a=[1,{"b":null}], c={d=x}} [1,{"b":null}]',
  ],
])('%s prints %s, as Java does (AG-MT-08)', async (template, expected) => {
  expect((await responseOf(template)).body).toBe(expected);
});

test.each([
  ['text/html', 'text/html', '<p>live</p>'],
  ['application/json', 'application/json', '{"stage":"live"}'],
  ['text/html;q=0.9, */*', 'text/html', '<p>live</p>'],
  ['image/png', 'application/json', '{"stage":"live"}'],
  [undefined, 'application/json', '{"stage":"live"}'],
])('Accept %s gets the response template of %s (AG-MT-07)', async (accept, type, body) => {
  const templates = {
    'text/html': '<p>$context.stage</p>',
    'application/json': '{"stage":"$context.stage"}',
  };
  const { handle } = runRestApi(
    preflight({}, { StatusCode: '200', ResponseParameters: {}, ResponseTemplates: templates }),
  );
  const headers: [string, string][] = accept === undefined ? [] : [['Accept', accept]];
  const response = await handle(call('/live/api/a', { method: 'OPTIONS', headers }));
  expect([response.headers.get('content-type'), await text(response)]).toEqual([type, body]);
});

test('without a template for JSON, the first one is the default (AG-MT-07)', async () => {
  const ResponseTemplates = { 'text/html': '<p>a</p>', 'text/plain': 'b' };
  const { handle } = runRestApi(
    preflight({}, { StatusCode: '200', ResponseParameters: {}, ResponseTemplates }),
  );
  const response = await handle(options());
  expect([response.headers.get('content-type'), await text(response)]).toEqual(['text/html', '<p>a</p>']);
});

test.each([['99'], ['"abc"'], ['600']])('ignores the status %s of an override (AG-MT-04)', async (status) => {
  expect((await responseOf(`#set($context.responseOverride.status = ${status})x`)).status).toBe(200);
});

test('a second override of a header is an internal error (AG-MT-04)', async () => {
  const set = '#set($context.responseOverride.header.X = "1")';
  expect((await responseOf(set + set)).status).toBe(500);
});

test('a template overrides the status and headers of the response (AG-MT-04)', async () => {
  const override =
    '#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-Kind = "tea")';
  const { status, headers } = await responseOf(override);
  expect([status, headers.get('x-kind')]).toEqual([418, 'tea']);
});

test.each([
  ['#foreach($a in [1..100])#foreach($b in [1..100])x#end#end'],
  ['#set($a = "0123456789")#foreach($i in [1..30])#set($a = "$a$a")#end'],
  ['#set($a = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")$a.replaceAll("(a+)+b", "")'],
])('a rendering beyond a limit is an internal error: %s (AG-MT-05)', async (template) => {
  expect(await responseOf(template)).toMatchObject({
    status: 500,
    body: '{"message": "Internal server error"}',
  });
});

test.each([
  ['#set($a = )', 'Parse error on line 1'],
  ['#if($context.stage == "live")x', 'a block has no #end'],
  ['x#end', 'an #end has no block'],
  ['#macro(f)x#end', '#macro'],
  ['#include("file")', '#include'],
  ['#foreach($a in [1..100000])x#end', 'a range'],
  ['$nobody', 'the variable $nobody'],
  ['#set($a = "$nobody")', 'the variable $nobody'],
  ['$context.nothing', '$context.nothing'],
  ['#set($context.requestOverride.header.X = "a")', '$context.requestOverride.header.X'],
  ["$input.json('$')", '$input.json without a body'],
  ["$util.qr('a')", '$util.qr'],
  ['$context.stage.codePointAt(1)', 'the method codePointAt()'],
  ['x#else y', 'an #else has no #if'],
  ['#elseif(true)x', 'an #elseif has no #if'],
  ['#if(true)a#else b#else c#end', 'an #else has no #if'],
  ['#foreach($a in [1])a#else b#end', 'an #else has no #if'],
])('refuses the template %s by name at the start: %s (AG-MT-06)', (template, message) => {
  const change = preflight({}, { ResponseTemplates: { 'application/json': template } });
  expect(() => readRestApi(change)).toThrowError(message);
});

test.each(['$.a.length()', '$.a[?(@.b =~ /c/)]'])(
  'refuses the JSONPath %s at the start (AG-MT-06)',
  (path) => {
    expect(() => readRestApi(choosing(`$input.path('${path}')`))).toThrowError(`the JSONPath ${path}`);
  },
);
