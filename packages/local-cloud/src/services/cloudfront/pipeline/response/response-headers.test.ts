import { expect, test } from 'vitest';
import { testDistribution, testEdge } from '../../../../../test/edge';

const MANAGED = {
  security: '67f7725c-6f97-4210-82d7-5512b31e9d03',
  simpleCors: '60669652-455b-4ae9-85a4-c4c02393f86c',
  corsWithPreflight: '5cc3b908-e619-4b99-88e5-2cf7f45965bd',
  corsAndSecurity: 'e61eb60c-9c35-4d20-a928-2b84e02af89c',
  corsWithPreflightAndSecurity: 'eaab4381-ed33-4a86-88ca-d9558dc6cd63',
};

const SECURITY_HEADERS = {
  'referrer-policy': 'strict-origin-when-cross-origin',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'x-xss-protection': '1; mode=block',
};

const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

/** A behavior with a policy of the template. */
function withPolicy(config: object) {
  return {
    resources: {
      Policy: {
        Type: 'AWS::CloudFront::ResponseHeadersPolicy',
        Properties: { ResponseHeadersPolicyConfig: { Name: 'test-policy', ...config } },
      },
    },
    behavior: { ResponseHeadersPolicyId: { Ref: 'Policy' }, AllowedMethods: ALL_METHODS },
  };
}

function managed(id: string) {
  return { behavior: { ResponseHeadersPolicyId: id, AllowedMethods: ALL_METHODS } };
}

const CORS = {
  AccessControlAllowCredentials: false,
  AccessControlAllowHeaders: { Items: ['Content-Type', 'X-Thing'] },
  AccessControlAllowMethods: { Items: ['GET', 'POST'] },
  AccessControlAllowOrigins: { Items: ['https://app.example'] },
  AccessControlExposeHeaders: { Items: ['ETag'] },
  AccessControlMaxAgeSec: 600,
  OriginOverride: true,
};

test.each(['security', 'corsAndSecurity', 'corsWithPreflightAndSecurity'] as const)(
  'the managed policy %s sets AWS’s security headers, and no CSP [CF-RHP-01]',
  async (name) => {
    const { headers } = await testEdge(managed(MANAGED[name])).ask('/');
    for (const [header, value] of Object.entries(SECURITY_HEADERS)) expect(headers.get(header)).toBe(value);
    expect(headers.has('content-security-policy')).toBe(false);
  },
);

test('of the managed headers only X-Content-Type-Options overrides the origin’s [CF-RHP-01]', async () => {
  const edge = testEdge(managed(MANAGED.security));
  edge.answerWith(200, Object.fromEntries(Object.keys(SECURITY_HEADERS).map((name) => [name, 'own'])), '');
  const { headers } = await edge.ask('/');
  expect(Object.keys(SECURITY_HEADERS).filter((name) => headers.get(name) !== 'own')).toEqual([
    'x-content-type-options',
  ]);
});

test('replaces or keeps each header by its override flag [CF-RHP-02]', async () => {
  const edge = testEdge(
    withPolicy({
      CustomHeadersConfig: {
        Items: [
          { Header: 'X-One', Value: 'policy', Override: true },
          { Header: 'X-Two', Value: 'policy', Override: false },
          { Header: 'X-Three', Value: 'policy', Override: false },
        ],
      },
    }),
  );
  edge.answerWith(200, { 'x-one': 'origin', 'x-two': 'origin' }, '');
  const { headers } = await edge.ask('/');
  expect(['x-one', 'x-two', 'x-three'].map((name) => headers.getAll(name))).toEqual([
    ['policy'],
    ['origin'],
    ['policy'],
  ]);
});

test('removes headers first, then adds; Server and Date become CloudFront’s [CF-RHP-03]', async () => {
  const edge = testEdge(
    withPolicy({
      RemoveHeadersConfig: {
        Items: ['X-Powered-By', 'x-both', 'Server', 'Date'].map((Header) => ({ Header })),
      },
      CustomHeadersConfig: { Items: [{ Header: 'X-Both', Value: 'policy', Override: false }] },
    }),
  );
  edge.answerWith(200, { 'X-Powered-By': 'p', 'X-Both': 'origin', Server: 'nginx', Date: 'yesterday' }, '');
  const { headers } = await edge.ask('/');
  expect(['x-powered-by', 'x-both', 'server', 'date'].map((name) => headers.get(name))).toEqual([
    undefined,
    'policy',
    'CloudFront',
    'Fri, 01 May 2026 12:00:00 GMT',
  ]);
});

test.each([
  'Connection',
  'Content-Encoding',
  'Content-Length',
  'Expect',
  'Host',
  'Keep-Alive',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Connection',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'Via',
  'Warning',
  'X-Accel-Buffering',
  'X-Amz-Cf-Pop',
  'X-Amzn-Auth',
  'X-Amzn-Cf-Id',
  'X-Amzn-ErrorType',
  'X-Amzn-Header-Order',
  'X-Amzn-RequestId',
  'X-Cache',
  'X-Edge-Thing',
  'X-Forwarded-Proto',
  'X-Real-Ip',
])('rejects a policy that removes %s [CF-RHP-03]', (Header) => {
  const change = withPolicy({ RemoveHeadersConfig: { Items: [{ Header }] } });
  expect(() => testDistribution(change)).toThrowError(
    /RemoveHeadersConfig\.Items\[0\]\.Header: a policy cannot remove/,
  );
});

test('applies to cached responses, origin errors and CloudFront’s pages [CF-RHP-04]', async () => {
  const edge = testEdge({ behavior: { ResponseHeadersPolicyId: MANAGED.security } });
  edge.answerBy(({ path }) => (path === '/error' ? [500, {}, ''] : [200, {}, '']));
  await edge.ask('/');
  const answers = [
    await edge.ask('/'),
    await edge.ask('/error'),
    await edge.ask('/', {}, { method: 'POST' }),
  ];
  expect(answers.map(({ cache, headers }) => [cache, headers.get('x-frame-options')])).toEqual([
    ['Hit', 'SAMEORIGIN'],
    ['Error', 'SAMEORIGIN'],
    ['Error', 'SAMEORIGIN'],
  ]);
});

test('a policy’s Cache-Control reaches viewers; the cache uses the origin’s [CF-RHP-06]', async () => {
  const edge = testEdge(
    withPolicy({
      CustomHeadersConfig: { Items: [{ Header: 'Cache-Control', Value: 'no-store', Override: true }] },
    }),
  );
  edge.answerWith(200, { 'Cache-Control': 'max-age=60' }, '');
  await edge.ask('/');
  const { cache, headers } = await edge.ask('/');
  expect([cache, headers.get('cache-control')]).toEqual(['Hit', 'no-store']);
});

const CORS_HEADERS = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-max-age',
  'access-control-expose-headers',
];

async function corsAnswer(
  change: ReturnType<typeof withPolicy>,
  origin: string | undefined,
  { method = 'GET', fromOrigin = {} }: { method?: string; fromOrigin?: Record<string, string> } = {},
) {
  const edge = testEdge(change);
  edge.answerWith(200, fromOrigin, '');
  const preflight = method === 'OPTIONS' ? { 'Access-Control-Request-Method': 'POST' } : {};
  const { headers } = await edge.ask('/', { ...(origin && { Origin: origin }), ...preflight }, { method });
  return {
    received: edge.received.length,
    headers: Object.fromEntries(
      CORS_HEADERS.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)]] : [])),
    ),
  };
}

test('sends no CORS headers without Origin or for an origin that is not listed [CF-RHP-07]', async () => {
  const change = withPolicy({ CorsConfig: CORS });
  expect((await corsAnswer(change, undefined)).headers).toEqual({});
  expect((await corsAnswer(change, 'https://other.example')).headers).toEqual({});
  expect((await corsAnswer(change, 'http://app.example')).headers).toEqual({});
});

test('sends the listed origin and the exposed headers [CF-RHP-07]', async () => {
  expect((await corsAnswer(withPolicy({ CorsConfig: CORS }), 'https://app.example')).headers).toEqual({
    'access-control-allow-origin': 'https://app.example',
    'access-control-expose-headers': 'ETag',
  });
});

test('forwards a preflight and adds headers to its response [CF-RHP-07, CF-RHP-08]', async () => {
  const { headers, received } = await corsAnswer(withPolicy({ CorsConfig: CORS }), 'https://app.example', {
    method: 'OPTIONS',
  });
  expect(received).toBe(1);
  expect(headers).toEqual({
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'Content-Type, X-Thing',
    'access-control-max-age': '600',
    'access-control-expose-headers': 'ETag',
  });
});

test.each([
  ['https://*.example.org', 'https://a.example.org', true],
  ['*.example.org', 'http://a.b.example.org', true],
  ['*.example.org', 'https://example.org', false],
  ['https://*.example.org', 'http://a.example.org', false],
  ['example.org', 'https://example.org', true],
  ['example.org', 'https://example.org.evil.test', false],
])('%s and the origin %s: %s [CF-RHP-07]', async (pattern, origin, isAllowed) => {
  const CorsConfig = { ...CORS, AccessControlAllowOrigins: { Items: [pattern] } };
  const { headers } = await corsAnswer(withPolicy({ CorsConfig }), origin);
  expect(headers['access-control-allow-origin']).toBe(isAllowed ? origin : undefined);
});

test.each(['example.*', 'test.*.example.org', 'exa*mple.org'])(
  'the wildcard of rejects %s [CF-RHP-07]',
  (pattern) => {
    const CorsConfig = { ...CORS, AccessControlAllowOrigins: { Items: [pattern] } };
    expect(() => testDistribution(withPolicy({ CorsConfig }))).toThrowError(/leftmost/);
  },
);

test('OriginOverride decides whose header reaches the viewer [CF-RHP-07]', async () => {
  const fromOrigin = { 'Access-Control-Allow-Origin': '*' };
  const origin = 'https://app.example';
  const answers = await Promise.all(
    [true, false].map((OriginOverride) =>
      corsAnswer(withPolicy({ CorsConfig: { ...CORS, OriginOverride } }), origin, { fromOrigin }),
    ),
  );
  expect(answers.map(({ headers }) => headers['access-control-allow-origin'])).toEqual([origin, '*']);
});

test('sends credentials only when allowed; ALL is every method [CF-RHP-07]', async () => {
  const CorsConfig = {
    ...CORS,
    AccessControlAllowCredentials: true,
    AccessControlAllowMethods: { Items: ['ALL'] },
  };
  const { headers } = await corsAnswer(withPolicy({ CorsConfig }), 'https://app.example', {
    method: 'OPTIONS',
  });
  expect(headers).toMatchObject({
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
  });
});

test.each([
  ['simpleCors', 'GET', { 'access-control-allow-origin': '*' }],
  ['simpleCors', 'OPTIONS', { 'access-control-allow-origin': '*' }],
  [
    'corsWithPreflight',
    'OPTIONS',
    {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
      'access-control-expose-headers': '*',
    },
  ],
] as const)('the managed policy %s answers %s [CF-RHP-07]', async (name, method, expected) => {
  const edge = managed(MANAGED[name]) as unknown as ReturnType<typeof withPolicy>;
  expect((await corsAnswer(edge, 'https://any.example', { method })).headers).toEqual(expected);
});

const custom = (...values: string[]) => ({
  CustomHeadersConfig: {
    Items: values.map((Value, index) => ({ Header: `X-${index}`, Value, Override: true })),
  },
});

test.each([
  ['11 custom headers', custom(...Array<string>(11).fill('x')), /11 headers, more than the maximum of 10/],
  [
    'a value of 1,784 characters',
    custom('x'.repeat(1_784)),
    /1784 characters, more than the maximum of 1783/,
  ],
  [
    '10,241 characters in all',
    custom(...Array<string>(6).fill('x'.repeat(1_705))),
    /characters in total, more than the maximum of 10240/,
  ],
  [
    'a CSP of 1,784 characters',
    {
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: 'x'.repeat(1_784), Override: true },
      },
    },
    /1784 characters, more than the maximum of 1783/,
  ],
])('rejects %s [CF-RHP-09]', (_, config, message) => {
  expect(() => testDistribution(withPolicy(config))).toThrowError(message);
});

test('accepts exactly the limits [CF-RHP-09]', () => {
  expect(() =>
    testDistribution(withPolicy(custom(...Array<string>(10).fill('x'.repeat(1_000))))),
  ).not.toThrow();
  expect(() => testDistribution(withPolicy(custom('x'.repeat(1_783))))).not.toThrow();
});

test.each([
  [
    'X-XSS-Protection with a report',
    { XSSProtection: { Protection: true, ReportUri: '/r', Override: true } },
    'x-xss-protection',
    '1; report=/r',
  ],
  ['X-XSS-Protection off', { XSSProtection: { Protection: false, Override: true } }, 'x-xss-protection', '0'],
  [
    'HSTS with its flags',
    {
      StrictTransportSecurity: {
        AccessControlMaxAgeSec: '60',
        IncludeSubdomains: true,
        Preload: true,
        Override: true,
      },
    },
    'strict-transport-security',
    'max-age=60; includeSubDomains; preload',
  ],
  ['X-Frame-Options', { FrameOptions: { FrameOption: 'DENY', Override: true } }, 'x-frame-options', 'DENY'],
])('security headers: %s', async (_, SecurityHeadersConfig, name, value) => {
  expect((await testEdge(withPolicy({ SecurityHeadersConfig })).ask('/')).headers.get(name)).toBe(value);
});

test('Server-Timing has miss and hit at a sampling rate of 100', async () => {
  const edge = testEdge(withPolicy({ ServerTimingHeadersConfig: { Enabled: true, SamplingRate: 100 } }));
  edge.answerWith(200, { 'Server-Timing': 'db;dur=1' }, '');
  const miss = (await edge.ask('/')).headers.get('server-timing');
  const hit = (await edge.ask('/')).headers.get('server-timing');
  expect(miss).toMatch(
    /^db;dur=1,cdn-upstream-layer;desc="EDGE",cdn-cache-miss,cdn-pop;desc=".+",cdn-rid;desc=".+==",cdn-downstream-fbl;dur=\d+$/,
  );
  expect(hit).toMatch(
    /^cdn-cache-hit,cdn-pop;desc=".+",cdn-rid;desc=".+==",cdn-hit-layer;desc="EDGE",cdn-downstream-fbl;dur=\d+$/,
  );
});

test('Server-Timing is sent for Pragma: server-timing at any sampling rate', async () => {
  const edge = testEdge(withPolicy({ ServerTimingHeadersConfig: { Enabled: true, SamplingRate: 0 } }));
  expect((await edge.ask('/')).headers.has('server-timing')).toBe(false);
  expect((await edge.ask('/', { Pragma: 'server-timing' })).headers.has('server-timing')).toBe(true);
});

test('the trace contains what the policy set and removed', async () => {
  const edge = testEdge(
    withPolicy({
      RemoveHeadersConfig: { Items: [{ Header: 'X-Powered-By' }] },
      SecurityHeadersConfig: { FrameOptions: { FrameOption: 'DENY', Override: true } },
    }),
  );
  edge.answerWith(200, { 'X-Powered-By': 'p' }, '');
  const { trace } = await edge.ask('/');
  const hop = trace.hops.find(({ event }) => event === 'response.headers-policy-applied');
  expect(hop?.data).toEqual({ policy: 'test-policy' });
  expect(hop?.details.headers).toEqual([
    { on: 'response', op: 'removed', name: 'X-Powered-By', by: 'response headers policy test-policy' },
    {
      on: 'response',
      op: 'set',
      name: 'X-Frame-Options',
      value: 'DENY',
      by: 'response headers policy test-policy',
    },
  ]);
});
