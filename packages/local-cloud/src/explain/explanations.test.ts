import { expect, test } from 'vitest';
import { logRequest, type SampleHop, matchedBehavior } from '../../test/console-sample';
import { RequestLog } from '../console/request-log';
import { decidingHop, explain } from './explanations';

function answered(status: number, hops: readonly SampleHop[], method = 'GET', target = '/x') {
  return logRequest(new RequestLog(), target, status, hops, { method });
}

const BEHAVIOR = matchedBehavior('/api/*', 'api');
const ROUTE: SampleHop = [
  'apigateway',
  'route.matched',
  {
    stage: 'live',
    requestMethod: 'GET',
    method: 'ANY',
    resourcePath: '/api/{proxy+}',
    pathParameters: {},
  },
];
const SETTINGS = { authorizer: 'users', header: 'Authorization', scopes: ['greetings/read'] };
const NO_TOKEN: SampleHop = ['apigateway', 'authorizer.token-missing', SETTINGS];
const ALLOWED: SampleHop = [
  'apigateway',
  'authorizer.allowed',
  { ...SETTINGS, tokenUse: 'access', subject: 'ada', scope: 'greetings/read', cached: undefined },
];
const FUNCTION = { name: 'Spa', eventType: 'viewer-request' } as const;

test.each<[id: string, status: number, hop: SampleHop]>([
  ['no-token', 401, NO_TOKEN],
  ['token-expired', 401, ['apigateway', 'authorizer.token-expired', { ...SETTINGS, expiredSecondsAgo: 180 }]],
  ['token-expired', 401, ['apigateway', 'authorizer.token-expiry-forced', SETTINGS]],
  ['id-token', 401, ['apigateway', 'authorizer.id-token', SETTINGS]],
  ['access-token', 401, ['apigateway', 'authorizer.access-token', { ...SETTINGS, scopes: [] }]],
  ['scope-missing', 401, ['apigateway', 'authorizer.scope-missing', { ...SETTINGS, granted: ['openid'] }]],
  [
    'token-of-another-pool',
    401,
    ['apigateway', 'authorizer.issuer-unknown', { ...SETTINGS, issuer: 'http://other', trusted: [] }],
  ],
  [
    'wrong-audience',
    401,
    ['apigateway', 'authorizer.audience-mismatch', { ...SETTINGS, audience: undefined, expression: '^x$' }],
  ],
  ['token-not-genuine', 401, ['apigateway', 'authorizer.signature-invalid', SETTINGS]],
  ['token-not-genuine', 401, ['apigateway', 'authorizer.token-malformed', SETTINGS]],
  [
    'no-route',
    403,
    [
      'apigateway',
      'route.not-found',
      { method: 'GET', path: '/none', reason: 'unknown-path', routes: [], moreRoutes: 0 },
    ],
  ],
  ['no-stage', 403, ['apigateway', 'stage.not-found', { api: 'api', stage: 'x', stages: ['dev'] }]],
  ['foreign-host', 403, ['apigateway', 'host.unknown', { host: 'localhost', apiHost: 'api' }]],
  ['api-key', 403, ['apigateway', 'api-key.missing', {}]],
  ['policy-refused', 403, ['apigateway', 'policy.not-allowed', { resource: 'r', sourceIp: '127.0.0.1' }]],
  ['address-not-encoded', 400, ['apigateway', 'request.character-not-encoded', { character: '{' }]],
  ['address-not-encoded', 400, ['apigateway', 'request.path-encoding-invalid', { path: '/%' }]],
  ['parameter-missing', 400, ['apigateway', 'request.parameters-missing', { names: ['id'] }]],
  ['body-not-taken', 415, ['apigateway', 'integration.media-type-unsupported', { mediaType: 'text/plain' }]],
  ['mapping-failed', 500, ['apigateway', 'integration.response-missing', { selector: '404' }]],
  ['not-signed', 403, ['apigateway', 'signature.expired', { secondsAgo: 400 }]],
  ['body-invalid', 400, ['apigateway', 'request.body-invalid', { model: 'M', fault: 'f' }]],
  ['body-not-taken', 400, ['apigateway', 'request.body-coding-invalid', { coding: 'gzip' }]],
  [
    'quota-used-up',
    429,
    ['apigateway', 'usage-plan.quota-exceeded', { apiKey: 'mobile', limit: 10, period: 'DAY' }],
  ],
  ['throttled', 429, ['apigateway', 'throttle.forced', {}]],
  ['plain-http', 403, ['apigateway', 'protocol.not-https', {}]],
  [
    'no-such-file',
    403,
    ['s3', 'object.not-found', { endpoint: 'rest', key: 'none.js', error: 'AccessDenied' }],
  ],
  [
    'file-not-found',
    404,
    ['s3', 'object.not-found', { endpoint: 'rest', key: 'none.js', error: 'NoSuchKey' }],
  ],
  ['app-page', 200, ['cloudfront', 'function.ran', { ...FUNCTION, path: '/index.html' } as never]],
  ['timed-out', 504, ['apigateway', 'integration.timed-out', { timeoutMs: 29_000 }]],
  ['api-unhealthy', 503, ['elasticloadbalancing', 'target.none-healthy', { targetGroup: 'G', forced: true }]],
  ['api-failed', 503, ['elasticloadbalancing', 'container.responded', { status: 503 }]],
  [
    'api-unreachable',
    502,
    ['elasticloadbalancing', 'target.connection-failed', { targetPort: 3000, detail: 'ECONNRESET' }],
  ],
  [
    'api-failed',
    500,
    ['apigateway', 'integration.responded', { status: 500, streamed: false, bodyCorrupted: false }],
  ],
  [
    'api-refused',
    400,
    ['apigateway', 'integration.responded', { status: 400, streamed: false, bodyCorrupted: false }],
  ],
  ['too-large', 413, ['apigateway', 'request.body-too-large', { maxBytes: 10 }]],
  [
    'sign-in-grant-refused',
    400,
    ['cognito', 'oauth.rejected', { endpoint: 'token', error: 'invalid_grant' }],
  ],
  [
    'sign-in-redirect-mismatch',
    302,
    ['cognito', 'oauth.rejected', { endpoint: 'authorize', error: 'invalid_redirect_uri' }],
  ],
  ['sign-in-redirect-mismatch', 302, ['cognito', 'logout.rejected', { reason: 'logout_mismatch' }]],
  [
    'sign-in-sent-back',
    302,
    ['cognito', 'oauth.rejected', { endpoint: 'authorize', error: 'invalid_scope' }],
  ],
  [
    'sign-in-refused',
    400,
    ['cognito', 'oauth.rejected', { endpoint: 'token', error: 'unauthorized_client' }],
  ],
  ['still-good', 304, ['s3', 'object.found', { endpoint: 'rest', bucket: 'files', key: 'index.html' }]],
])('explain gives %s for a %i', (id, status, hop) => {
  const { title, text, whatToDo, id: found } = explain(answered(status, [BEHAVIOR, hop])) ?? {};
  expect(found).toBe(id);
  for (const words of [title, text, whatToDo]) expect(words?.length).toBeGreaterThan(10);
});

test('explain gives nothing for an ordinary response', () => {
  const responded: SampleHop = ['elasticloadbalancing', 'container.responded', { status: 200 }];
  expect(explain(answered(200, [BEHAVIOR, ROUTE, ALLOWED, responded]))).toBeUndefined();
});

test.each<SampleHop>([
  ['cognito', 'redirect.sent', { location: 'http://localhost:4301/login?client_id=…' }],
  ['cognito', 'login.succeeded', {}],
])('explain gives nothing for a step of an ordinary login: %s %s', (...hop) => {
  expect(explain(answered(302, [hop as unknown as SampleHop]))).toBeUndefined();
});

test('explain blames the API for its own 401, not the token that the authorizer accepted', () => {
  const responded: SampleHop = ['elasticloadbalancing', 'container.responded', { status: 401 }];
  expect(explain(answered(401, [ROUTE, ALLOWED, responded]))?.id).toBe('api-refused');
});

test('explain tells a CORS preflight from a call', () => {
  expect(explain(answered(401, [NO_TOKEN], 'OPTIONS'))?.id).toBe('preflight');
  expect(explain(answered(401, [NO_TOKEN]))?.id).toBe('no-token');
});

test.each(['/api/failed-jobs', '/api/expired-items', '/api/missing'])(
  'the authorizer decides a 401 on %s, whatever words the path contains',
  (target) => {
    const behavior = matchedBehavior(target, `${target}.expired`);
    const request = answered(401, [behavior, ROUTE, NO_TOKEN], 'GET', target);
    expect(decidingHop(request)).toMatchObject({ service: 'apigateway', event: 'authorizer.token-missing' });
    expect(explain(request)?.id).toBe('no-token');
  },
);

test('the deciding hop is where the request was rejected, not what happened to the response', () => {
  const sent: SampleHop = ['apigateway', 'gateway-response.sent', { status: 401, type: 'UNAUTHORIZED' }];
  expect(decidingHop(answered(401, [BEHAVIOR, ROUTE, NO_TOKEN, sent]))?.event).toBe(
    'authorizer.token-missing',
  );
  expect(decidingHop(answered(200, [BEHAVIOR, ROUTE, ALLOWED]))?.event).toBe('authorizer.allowed');
  expect(decidingHop(answered(500, []))).toBeUndefined();
});
