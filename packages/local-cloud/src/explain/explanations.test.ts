import { expect, test } from 'vitest';
import { logRequest, type SampleHop } from '../../test/console-sample';
import { decidingHop, explain } from './explanations';
import { RequestLog } from '../console/request-log';

function reported(status: number, hops: readonly SampleHop[], method = 'GET') {
  return logRequest(new RequestLog(), '/x', status, hops, { method });
}

const BEHAVIOR: SampleHop = ['CloudFront', 'behavior /api/* (its pattern matches) → origin api'];
const ROUTE: SampleHop = ['API Gateway', 'GET /api/greeting fits ANY /api/{proxy+}'];

test.each<[id: string, status: number, hop: SampleHop]>([
  ['no-token', 401, ['Authorizer', 'refused: the request has no token in its authorization header']],
  ['token-expired', 401, ['Authorizer', 'refused: the token expired 3 min ago']],
  [
    'token-expired',
    401,
    ['Authorizer', 'refused: the token counts as expired: every token issued until then was made to expire'],
  ],
  [
    'id-token',
    401,
    [
      'Authorizer',
      'refused: scope greetings/read missing: this is an ID token; the method takes access tokens',
    ],
  ],
  [
    'access-token',
    401,
    ['Authorizer', 'refused: this is an access token; the method asks for no scope, so it takes ID tokens'],
  ],
  [
    'scope-missing',
    401,
    ['Authorizer', 'refused: scope greetings/read missing: the access token has openid'],
  ],
  [
    'token-of-another-pool',
    401,
    [
      'Authorizer',
      'refused: the token is from http://other; the authorizer trusts http://localhost:4301 only',
    ],
  ],
  [
    'wrong-audience',
    401,
    ['Authorizer', 'refused: an access token has no audience (aud); the authorizer asks for ^x$'],
  ],
  ['token-not-genuine', 401, ['Authorizer', 'refused: signature verification failed']],
  [
    'token-not-genuine',
    401,
    ['Authorizer', 'refused: what the request sent is no token (a JWT has three parts)'],
  ],
  ['no-route', 403, ['API Gateway', 'no method for GET /none: the API has ANY /api/{proxy+}']],
  ['no-stage', 403, ['API Gateway', 'api has no stage "x", the first part of the path; it has dev']],
  [
    'foreign-host',
    403,
    ['API Gateway', 'Host "localhost" is no API: the viewer\'s Host must not be forwarded'],
  ],
  ['api-key', 403, ['API Gateway', 'the request has no API key in its X-Api-Key header']],
  ['policy-refused', 403, ['API Gateway', 'the resource policy denies execute-api:Invoke']],
  [
    'policy-refused',
    403,
    ['API Gateway', "denied: no statement of the API's resource policy allows the call"],
  ],
  ['api-key', 403, ['API Gateway', 'refused: no X-Api-Key came, and the method needs an API key']],
  ['address-not-encoded', 400, ['API Gateway', '{ must be percent-encoded in paths and queries, as %7B']],
  ['address-not-encoded', 400, ['API Gateway', 'the percent-encoding of the path is malformed']],
  ['parameter-missing', 400, ['API Gateway', 'refused by the request validator: id missing']],
  ['body-not-taken', 415, ['Integration', 'the mock has no template for text/plain']],
  ['body-not-taken', 400, ['API Gateway', 'the body is not in the gzip coding that Content-Encoding names']],
  ['address-malformed', 400, ['CloudFront', 'refused: http://other/x is no path']],
  ['quota-used-up', 429, ['API Gateway', 'the quota of the API key mobile is used up: 10 calls each day']],
  ['plain-http', 301, ['CloudFront', 'plain HTTP is sent to HTTPS with 301 (redirect-to-https)']],
  ['error-replaced', 200, ['CloudFront', 'custom error response: 403 becomes 200 with /index.html']],
  ['throttled', 429, ['API Gateway', 'throttled: every call is, because it was switched on']],
  ['method-not-allowed', 403, ['CloudFront', 'refused: behavior * allows GET, HEAD, not POST']],
  ['no-such-file', 403, ['S3', 'AccessDenied: no object none.js']],
  [
    'no-such-file',
    403,
    ['CloudFront', 'asks origin files.s3.us-east-1.amazonaws.com for GET /none.js, signed'],
  ],
  ['app-page', 200, ['CloudFront', 'function Spa (viewer-request) changed the path to /index.html']],
  ['file-not-found', 404, ['S3', 'NoSuchKey: no object none.js']],
  ['function-failed', 503, ['CloudFront', '503, the viewer-request function failed: x is not defined']],
  ['timed-out', 504, ['Integration', 'no complete answer within 29000 ms']],
  [
    'api-unhealthy',
    503,
    ['Load balancer', 'answers 503 itself: target group G has no healthy target: it was switched off'],
  ],
  ['api-failed', 503, ['Container', 'answered 503']],
  ['api-unreachable', 502, ['Load balancer', 'the connection broke']],
  ['api-failed', 500, ['Integration', 'the target answered 500']],
  ['api-refused', 400, ['Integration', 'the target answered 400']],
  ['too-large', 413, ['API Gateway', 'the body is too large']],
  ['sign-in-grant-refused', 400, ['Cognito', 'refused: invalid_grant: the code was used before']],
  [
    'sign-in-redirect-mismatch',
    302,
    [
      'Cognito',
      "refused: invalid_redirect_uri: redirect_uri did not match any of the client's registered redirect_uris",
    ],
  ],
  ['sign-in-redirect-mismatch', 302, ['Cognito', 'refused: logout mismatch; the session stays']],
  ['sign-in-sent-back', 302, ['Cognito', 'refused: invalid_scope: requested scope is not allowed']],
  ['sign-in-refused', 400, ['Cognito', 'refused: unauthorized client']],
  ['cache-hit', 200, ['CloudFront', 'served from the cache: stored 4 s ago, good for 56 s more']],
  ['still-good', 304, ['S3', 'has /index.html, unchanged']],
])('%s is said of a %i', (id, status, hop) => {
  const { title, text, whatToDo, id: found } = explain(reported(status, [BEHAVIOR, hop])) ?? {};
  expect(found).toBe(id);
  for (const words of [title, text, whatToDo]) expect(words?.length).toBeGreaterThan(10);
});

test('a refusal behind the API’s route is told from one of the route itself', () => {
  const hop: SampleHop = ['Authorizer', 'refused: the request has no token in its authorization header'];
  expect(explain(reported(401, [BEHAVIOR, ROUTE, hop]))?.id).toBe('no-token');
});

test('an ordinary answer needs no explanation', () => {
  const hops: SampleHop[] = [
    BEHAVIOR,
    ROUTE,
    ['Authorizer', 'allowed: an access token'],
    ['Integration', 'answered 200'],
  ];
  expect(explain(reported(200, hops))).toBeUndefined();
});

test.each([
  [
    'no session: to the login page',
    'sends the browser to http://localhost:4301/login?client_id=…&redirect_uri=…&response_type=…',
  ],
  [
    'signed in: a session of one hour starts, and the browser goes back for its code',
    'sends the browser to http://localhost:4301/oauth2/authorize?client_id=…&redirect_uri=…',
  ],
])('a step of an ordinary login needs no explanation: %s', (...notes) => {
  expect(
    explain(
      reported(
        302,
        notes.map((note): SampleHop => ['Cognito', note]),
      ),
    ),
  ).toBeUndefined();
});

test('a copy that only waits for the origin is no cache hit', () => {
  const hop: SampleHop = ['CloudFront', 'fetched from the origin, kept 60 s'];
  expect(explain(reported(200, [hop]))).toBeUndefined();
});

test('the deciding hop of a refused request is where it was refused, not what came after', () => {
  const refused: SampleHop = ['Authorizer', 'refused: no token in the header'];
  const after: SampleHop = ['CloudFront', 'response headers policy set X-Frame-Options'];
  const asked: SampleHop = ['CloudFront', 'asks origin files'];
  expect(decidingHop(reported(403, [BEHAVIOR, asked, after]))?.note).toBe(asked[1]);
  expect(decidingHop(reported(401, [BEHAVIOR, refused, after]))?.service).toBe('Authorizer');
  expect(decidingHop(reported(200, [BEHAVIOR, after]))?.note).toBe(after[1]);
  expect(decidingHop(reported(500, []))).toBeUndefined();
});

test('the API’s own refusal is not blamed on a token that the authorizer found good', () => {
  const hops: SampleHop[] = [
    ROUTE,
    ['Authorizer', 'allowed: an access token of ada, with the scope greetings/read'],
    ['Container', 'answered 401'],
  ];
  expect(explain(reported(401, hops))?.id).toBe('api-refused');
});

test('a browser’s question before a call is told from a call', () => {
  const hops: SampleHop[] = [['Authorizer', 'refused: the request has no token in its Authorization header']];
  expect(explain(reported(401, hops, 'OPTIONS'))?.id).toBe('preflight');
  expect(explain(reported(401, hops))?.id).toBe('no-token');
});
