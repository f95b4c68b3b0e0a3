import { GREETING_PATH } from '@spa-on-aws/shared-types';
import type { Expectation, World } from './expectation';

const UNAUTHORIZED = {
  status: 401,
  answerHeaders: {
    'content-type': 'application/json',
    'x-amzn-errortype': 'UnauthorizedException',
    'x-amzn-requestid': /^[0-9a-f-]{36}$/,
    'x-amz-apigw-id': /=$/,
    'www-authenticate': undefined,
  },
  answer: '{"message":"Unauthorized"}',
} as const;

const MISSING_AUTHENTICATION_TOKEN = {
  status: 403,
  answerHeaders: {
    'content-type': 'application/json',
    'x-amzn-errortype': 'MissingAuthenticationTokenException',
  },
  answer: '{"message":"Missing Authentication Token"}',
} as const;

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** The access token with a claim changed and its signature kept. */
function forged({ tokens }: World): string {
  const [header, payload = '', signature] = tokens.access.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: 4_102_444_800 })).toString('base64url');
  return [header, changed, signature].join('.');
}

/** What API Gateway answers, through the site and around it. */
export const API_GATEWAY: readonly Expectation[] = [
  ...(['site', 'execute-api'] as const).flatMap((door): Expectation[] => [
    {
      rows: ['AG-AU-01', 'AG-GR-01', 'AG-GR-02'],
      name: `no token is refused (${door})`,
      door,
      target: GREETING_PATH,
      ...UNAUTHORIZED,
    },
    {
      rows: ['AG-AU-02'],
      name: `a token that is none is refused (${door})`,
      door,
      target: GREETING_PATH,
      headers: bearer('not.a.token'),
      ...UNAUTHORIZED,
    },
    {
      rows: ['AG-AU-02'],
      name: `a token with a changed claim is refused (${door})`,
      door,
      target: GREETING_PATH,
      headers: (world) => bearer(forged(world)),
      ...UNAUTHORIZED,
    },
    {
      rows: ['AG-AU-05'],
      name: `an ID token is no credential for the API (${door})`,
      door,
      target: GREETING_PATH,
      headers: ({ tokens }) => bearer(tokens.id),
      ...UNAUTHORIZED,
    },
    {
      rows: ['AG-AU-05', 'CF-REQ-01', 'CF-REQ-08', 'CF-PATH-09', 'AG-PX-01'],
      name: `the access token is let through (${door})`,
      door,
      target: GREETING_PATH,
      headers: ({ tokens }) => bearer(tokens.access),
      status: 200,
      answerHeaders: {
        'content-type': /^application\/json/,
        'x-amzn-requestid': /^[0-9a-f-]{36}$/,
        'x-amz-apigw-id': /=$/,
      },
      answer: /^\{"id":\d+,"content":"Hello, World!"\}$/,
    },
  ]),
  {
    rows: ['AG-AU-07', 'AG-HD-00'],
    name: 'a token without "Bearer" gets past the authorizer, and the API asks for the scheme',
    door: 'site',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ authorization: tokens.access }),
    status: 401,
    answerHeaders: {
      'content-type': /^application\/problem\+json/,
      'x-amzn-errortype': undefined,
      'www-authenticate': undefined,
      'x-amzn-remapped-www-authenticate': /^Bearer/,
    },
  },
  {
    rows: ['AG-PX-03', 'CF-REQ-10'],
    name: 'the query reaches the API',
    door: 'site',
    target: `${GREETING_PATH}?name=Ada%20L.`,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 200,
    answer: /"Hello, Ada L\.!"/,
  },
  {
    rows: ['AG-HD-06', 'AG-HD-07'],
    name: 'the API’s date is remapped, and no trace id comes back',
    door: 'execute-api',
    target: GREETING_PATH,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 200,
    answerHeaders: { 'x-amzn-remapped-date': /GMT$/, date: /GMT$/, 'x-amzn-trace-id': undefined },
  },
  {
    rows: ['AG-RT-01', 'AG-AU-14', 'AG-GR-01', 'AG-GR-04'],
    name: 'a path without a route misses an authentication token',
    door: 'execute-api',
    target: '/nope',
    ...MISSING_AUTHENTICATION_TOKEN,
  },
  {
    rows: ['AG-RT-02'],
    name: 'a path without a route takes a token for a signature',
    door: 'execute-api',
    target: '/nope',
    headers: bearer('x'),
    status: 403,
    answerHeaders: { 'x-amzn-errortype': 'IncompleteSignatureException' },
    answer:
      /^\{"message":"Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '[\w+/=]+'\."\}$/,
  },
  {
    rows: ['AG-LIM-01'],
    name: 'a body of more than 10 MB is too large',
    door: 'execute-api',
    method: 'POST',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ ...bearer(tokens.access), 'content-type': 'application/octet-stream' }),
    body: () => Buffer.alloc(10_485_761),
    status: 413,
  },
  ...['/api', '/api/'].map((target): Expectation => ({
    rows: ['AG-RT-03', 'AG-RT-04'],
    name: `${target} has no method, and what is below it does not take it`,
    door: 'execute-api',
    target,
    ...MISSING_AUTHENTICATION_TOKEN,
  })),
  {
    rows: ['AG-RT-03'],
    name: 'a resource without a method takes a token for a signature, as no resource does',
    door: 'execute-api',
    target: '/api',
    headers: bearer('x'),
    status: 403,
    answerHeaders: { 'x-amzn-errortype': 'IncompleteSignatureException' },
  },
  {
    rows: ['AG-RT-07'],
    name: 'a stage that is not there is forbidden',
    door: 'execute-api without a stage',
    target: `/no-such-stage${GREETING_PATH}`,
    status: 403,
    answerHeaders: { 'content-type': 'application/json', 'x-amzn-errortype': 'ForbiddenException' },
    answer: '{"message":"Forbidden"}',
  },
  {
    rows: ['AG-RT-10'],
    name: 'a bar in the query has to be encoded',
    door: 'execute-api',
    target: `${GREETING_PATH}?name=a|b`,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 400,
  },
  {
    rows: ['AG-RT-12', 'AG-RT-13'],
    name: 'ANY takes HEAD, and the API answers it without a body',
    door: 'execute-api',
    method: 'HEAD',
    target: GREETING_PATH,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 200,
    answerHeaders: { 'content-type': /^application\/json/ },
    answer: '',
  },
  ...['PUT', 'PATCH', 'DELETE'].map((method): Expectation => ({
    rows: ['AG-RT-12', 'CF-METH-02'],
    name: `ANY takes ${method}, and the API says what the path takes`,
    door: 'site',
    method,
    target: GREETING_PATH,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 405,
    answerHeaders: { allow: /\bGET\b/, 'content-type': /^application\/problem\+json/ },
  })),
  {
    rows: ['AG-RT-09'],
    name: 'X-HTTP-Method-Override is the method',
    door: 'execute-api',
    method: 'GET',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ ...bearer(tokens.access), 'x-http-method-override': 'DELETE' }),
    status: 405,
  },
  {
    rows: ['CF-REQ-09'],
    name: 'X-HTTP-Method-Override does not get through the site',
    door: 'site',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ ...bearer(tokens.access), 'x-http-method-override': 'DELETE' }),
    status: 200,
  },
  {
    rows: ['AG-AU-12'],
    name: 'a preflight has no token, and is refused without a word about other origins',
    door: 'site',
    method: 'OPTIONS',
    target: GREETING_PATH,
    headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    ...UNAUTHORIZED,
    answerHeaders: { ...UNAUTHORIZED.answerHeaders, 'access-control-allow-origin': undefined },
  },
  {
    rows: ['AG-LIM-08'],
    name: 'a path that makes the name of the method too long is too long',
    door: 'execute-api',
    target: `/api/${'a'.repeat(1_700)}`,
    headers: ({ tokens }) => bearer(tokens.access),
    status: 414,
  },
];
