import { GREETING_PATH } from '@spa-on-aws/shared-types';
import type { Expectation, Facts } from './expectation';

const UNAUTHORIZED = {
  status: 401,
  responseHeaders: {
    'content-type': 'application/json',
    'x-amzn-errortype': 'UnauthorizedException',
    'x-amzn-requestid': /^[0-9a-f-]{36}$/,
    'x-amz-apigw-id': /=$/,
    'www-authenticate': undefined,
  },
  responseBody: '{"message":"Unauthorized"}',
} as const;

const MISSING_AUTHENTICATION_TOKEN = {
  status: 403,
  responseHeaders: {
    'content-type': 'application/json',
    'x-amzn-errortype': 'MissingAuthenticationTokenException',
  },
  responseBody: '{"message":"Missing Authentication Token"}',
} as const;

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Returns the access token with a changed claim and the same signature. */
function forged({ tokens }: Facts): string {
  const [header, payload = '', signature] = tokens.access.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: 4_102_444_800 })).toString('base64url');
  return [header, changed, signature].join('.');
}

/** Responses of API Gateway, through the site and directly. */
export const API_GATEWAY: readonly Expectation[] = [
  ...(['site', 'execute-api'] as const).flatMap((endpoint): Expectation[] => [
    {
      rows: ['AG-AU-01', 'AG-GR-01', 'AG-GR-02'],
      name: `a call without a token is rejected (${endpoint})`,
      endpoint,
      target: GREETING_PATH,
      ...UNAUTHORIZED,
    },
    {
      rows: ['AG-AU-02'],
      name: `a malformed token is rejected (${endpoint})`,
      endpoint,
      target: GREETING_PATH,
      headers: bearer('not.a.token'),
      ...UNAUTHORIZED,
    },
    {
      rows: ['AG-AU-02'],
      name: `a token with a changed claim is rejected (${endpoint})`,
      endpoint,
      target: GREETING_PATH,
      headers: (facts) => bearer(forged(facts)),
      ...UNAUTHORIZED,
    },
    {
      rows: ['AG-AU-05'],
      name: `an ID token is rejected (${endpoint})`,
      endpoint,
      target: GREETING_PATH,
      headers: ({ tokens }) => bearer(tokens.id),
      ...UNAUTHORIZED,
    },
    {
      rows: ['AG-AU-05', 'CF-REQ-01', 'CF-REQ-08', 'CF-PATH-09', 'AG-PX-01'],
      name: `an access token is accepted (${endpoint})`,
      endpoint,
      target: GREETING_PATH,
      headers: ({ tokens }) => bearer(tokens.access),
      status: 200,
      responseHeaders: {
        'content-type': /^application\/json/,
        'x-amzn-requestid': /^[0-9a-f-]{36}$/,
        'x-amz-apigw-id': /=$/,
      },
      responseBody: /^\{"id":\d+,"content":"Hello, World!"\}$/,
    },
  ]),
  {
    rows: ['AG-AU-07', 'AG-HD-00'],
    name: 'a token without "Bearer" passes the authorizer and is rejected by the API',
    endpoint: 'site',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ authorization: tokens.access }),
    status: 401,
    responseHeaders: {
      'content-type': /^application\/problem\+json/,
      'x-amzn-errortype': undefined,
      'www-authenticate': undefined,
      'x-amzn-remapped-www-authenticate': /^Bearer/,
    },
  },
  {
    rows: ['AG-PX-03', 'CF-REQ-10'],
    name: 'the query reaches the API',
    endpoint: 'site',
    target: `${GREETING_PATH}?name=Ada%20L.`,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 200,
    responseBody: /"Hello, Ada L\.!"/,
  },
  {
    rows: ['AG-HD-06', 'AG-HD-07'],
    name: 'the API’s Date header is remapped, and the response has no trace id',
    endpoint: 'execute-api',
    target: GREETING_PATH,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 200,
    responseHeaders: { 'x-amzn-remapped-date': /GMT$/, date: /GMT$/, 'x-amzn-trace-id': undefined },
  },
  {
    rows: ['AG-RT-01', 'AG-AU-14', 'AG-GR-01', 'AG-GR-04'],
    name: 'an unknown path returns "Missing Authentication Token"',
    endpoint: 'execute-api',
    target: '/nope',
    ...MISSING_AUTHENTICATION_TOKEN,
  },
  {
    rows: ['AG-RT-02'],
    name: 'an unknown path with a token returns the error for a malformed signature',
    endpoint: 'execute-api',
    target: '/nope',
    headers: bearer('x'),
    status: 403,
    responseHeaders: { 'x-amzn-errortype': 'IncompleteSignatureException' },
    responseBody:
      /^\{"message":"Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '[\w+/=]+'\."\}$/,
  },
  {
    rows: ['AG-LIM-01'],
    name: 'a body over 10 MB is rejected with 413',
    endpoint: 'execute-api',
    method: 'POST',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ ...bearer(tokens.access), 'content-type': 'application/octet-stream' }),
    body: () => Buffer.alloc(10_485_761),
    status: 413,
  },
  ...['/api', '/api/'].map((target): Expectation => ({
    rows: ['AG-RT-03', 'AG-RT-04'],
    name: `${target} has no method and does not match the proxy resource below it`,
    endpoint: 'execute-api',
    target,
    ...MISSING_AUTHENTICATION_TOKEN,
  })),
  {
    rows: ['AG-RT-03'],
    name: 'a resource without a method treats a token as a malformed signature',
    endpoint: 'execute-api',
    target: '/api',
    headers: bearer('x'),
    status: 403,
    responseHeaders: { 'x-amzn-errortype': 'IncompleteSignatureException' },
  },
  {
    rows: ['AG-RT-07'],
    name: 'an unknown stage is rejected with 403',
    endpoint: 'execute-api without a stage',
    target: `/no-such-stage${GREETING_PATH}`,
    status: 403,
    responseHeaders: { 'content-type': 'application/json', 'x-amzn-errortype': 'ForbiddenException' },
    responseBody: '{"message":"Forbidden"}',
  },
  {
    rows: ['AG-RT-10'],
    name: 'an unencoded bar in the query is rejected',
    endpoint: 'execute-api',
    target: `${GREETING_PATH}?name=a|b`,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 400,
  },
  {
    rows: ['AG-RT-12', 'AG-RT-13'],
    name: 'ANY accepts HEAD, and the API responds without a body',
    endpoint: 'execute-api',
    method: 'HEAD',
    target: GREETING_PATH,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 200,
    responseHeaders: { 'content-type': /^application\/json/ },
    responseBody: '',
  },
  ...['PUT', 'PATCH', 'DELETE'].map((method): Expectation => ({
    rows: ['AG-RT-12', 'CF-METH-02'],
    name: `ANY accepts ${method}, and the API lists the allowed methods`,
    endpoint: 'site',
    method,
    target: GREETING_PATH,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 405,
    responseHeaders: { allow: /\bGET\b/, 'content-type': /^application\/problem\+json/ },
  })),
  {
    rows: ['AG-RT-09'],
    name: 'X-HTTP-Method-Override replaces the method',
    endpoint: 'execute-api',
    method: 'GET',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ ...bearer(tokens.access), 'x-http-method-override': 'DELETE' }),
    status: 405,
  },
  {
    rows: ['CF-REQ-09'],
    name: 'X-HTTP-Method-Override has no effect through the site',
    endpoint: 'site',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ ...bearer(tokens.access), 'x-http-method-override': 'DELETE' }),
    status: 200,
  },
  {
    rows: ['AG-AU-12'],
    name: 'a CORS preflight is rejected without CORS headers',
    endpoint: 'site',
    method: 'OPTIONS',
    target: GREETING_PATH,
    headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    ...UNAUTHORIZED,
    responseHeaders: { ...UNAUTHORIZED.responseHeaders, 'access-control-allow-origin': undefined },
  },
  {
    rows: ['AG-LIM-08'],
    name: 'a path that makes the method ARN too long is rejected',
    endpoint: 'execute-api',
    target: `/api/${'a'.repeat(1_700)}`,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 414,
  },
];
