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
      rows: ['AG-AU-01'],
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
      rows: ['AG-AU-05', 'CF-REQ-08', 'AG-PX-01'],
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
    rows: ['AG-AU-07'],
    name: 'a token without "Bearer" gets past the authorizer, and the API asks for the scheme',
    door: 'site',
    target: GREETING_PATH,
    headers: ({ tokens }) => ({ authorization: tokens.access }),
    status: 401,
    answerHeaders: { 'content-type': /^application\/problem\+json/, 'x-amzn-errortype': undefined },
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
    rows: ['AG-RT-01', 'AG-GR-04'],
    name: 'a path without a route misses an authentication token',
    door: 'execute-api',
    target: '/nope',
    status: 403,
    answerHeaders: {
      'content-type': 'application/json',
      'x-amzn-errortype': 'MissingAuthenticationTokenException',
    },
    answer: '{"message":"Missing Authentication Token"}',
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
];
