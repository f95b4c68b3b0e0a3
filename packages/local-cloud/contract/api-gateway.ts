import { at, each, type Expectation, type Facts, type Requests } from './expectation';

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

const operation = ({ apiPath }: Facts): string => apiPath;

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Returns the access token with a changed claim and the same signature. */
function forged({ tokens }: Facts): string {
  const [header, payload = '', signature] = tokens.access_token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: 4_102_444_800 })).toString('base64url');
  return [header, changed, signature].join('.');
}

/** The authorizer, through the site and directly. */
const AUTHORIZER: Requests = {
  'a call without a token is rejected (AG-AU-01, AG-GR-01, AG-GR-02)': {
    target: operation,
    ...UNAUTHORIZED,
  },
  'a malformed token is rejected (AG-AU-02)': {
    target: operation,
    headers: bearer('not.a.token'),
    ...UNAUTHORIZED,
  },
  'a token with a changed claim is rejected (AG-AU-02)': {
    target: operation,
    headers: (facts) => bearer(forged(facts)),
    ...UNAUTHORIZED,
  },
  'an ID token is rejected (AG-AU-05)': {
    target: operation,
    headers: ({ tokens }) => bearer(tokens.id_token),
    ...UNAUTHORIZED,
  },
  'an access token is accepted (AG-AU-05, CF-REQ-01, CF-REQ-08, CF-PATH-09, AG-PX-01)': {
    target: operation,
    headers: ({ tokens }) => bearer(tokens.access_token),
    status: 200,
    responseHeaders: {
      'content-type': /^application\/json/,
      'x-amzn-requestid': /^[0-9a-f-]{36}$/,
      'x-amz-apigw-id': /=$/,
    },
    responseBody: /^\{/,
  },
};

/** Responses of API Gateway, through the site and directly. */
export const API_GATEWAY: readonly Expectation[] = [
  ...at('site', {
    ...AUTHORIZER,
    'a token without "Bearer" passes the authorizer and is rejected by the API (AG-AU-07, AG-HD-00)': {
      target: operation,
      headers: ({ tokens }) => ({ authorization: tokens.access_token }),
      status: 401,
      responseHeaders: {
        'content-type': /^application\/problem\+json/,
        'x-amzn-errortype': undefined,
        'www-authenticate': undefined,
        'x-amzn-remapped-www-authenticate': /^Bearer/,
      },
    },
    ...each(['PUT', 'PATCH', 'DELETE'], (method) => ({
      [`ANY accepts ${method}, and the API lists the allowed methods (AG-RT-12, CF-METH-02)`]: {
        method,
        target: operation,
        headers: ({ tokens }) => bearer(tokens.access_token),
        status: 405,
        responseHeaders: { allow: /\bGET\b/, 'content-type': /^application\/problem\+json/ },
      },
    })),
    'X-HTTP-Method-Override has no effect through the site (CF-REQ-09)': {
      target: operation,
      headers: ({ tokens }) => ({ ...bearer(tokens.access_token), 'x-http-method-override': 'DELETE' }),
      status: 200,
    },
    'a CORS preflight is rejected without CORS headers (AG-AU-12)': {
      method: 'OPTIONS',
      target: operation,
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
      ...UNAUTHORIZED,
      responseHeaders: { ...UNAUTHORIZED.responseHeaders, 'access-control-allow-origin': undefined },
    },
  }),
  ...at('execute-api', {
    ...AUTHORIZER,
    'a Date header of the API is remapped, and the response has no trace id (AG-HD-06, AG-HD-07)': {
      target: operation,
      headers: ({ tokens }) => bearer(tokens.access_token),
      status: 200,
      // A container sends a date, a Lambda function does not.
      responseHeaders: { 'x-amzn-remapped-date': /^$|GMT$/, date: /GMT$/, 'x-amzn-trace-id': undefined },
    },
    'an unknown path returns "Missing Authentication Token" (AG-RT-01, AG-AU-14, AG-GR-01, AG-GR-04)': {
      target: '/nope',
      ...MISSING_AUTHENTICATION_TOKEN,
    },
    'an unknown path with a token returns the error for a malformed signature (AG-RT-02)': {
      target: '/nope',
      headers: bearer('x'),
      status: 403,
      responseHeaders: { 'x-amzn-errortype': 'IncompleteSignatureException' },
      responseBody:
        /^\{"message":"Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '[\w+/=]+'\."\}$/,
    },
    'a body over 10 MB is rejected with 413 (AG-LIM-01)': {
      method: 'POST',
      target: operation,
      headers: ({ tokens }) => ({
        ...bearer(tokens.access_token),
        'content-type': 'application/octet-stream',
      }),
      body: () => Buffer.alloc(10_485_761),
      status: 413,
    },
    ...each(['/api', '/api/'], (target) => ({
      [`${target} has no method and does not match the proxy resource below it (AG-RT-03, AG-RT-04)`]: {
        target,
        ...MISSING_AUTHENTICATION_TOKEN,
      },
    })),
    'a resource without a method treats a token as a malformed signature (AG-RT-03)': {
      target: '/api',
      headers: bearer('x'),
      status: 403,
      responseHeaders: { 'x-amzn-errortype': 'IncompleteSignatureException' },
    },
    'an unencoded bar in the query is rejected (AG-RT-10)': {
      target: ({ apiPath }) => `${apiPath}?name=a|b`,
      headers: ({ tokens }) => bearer(tokens.access_token),
      status: 400,
    },
    'ANY accepts HEAD, and the API responds without a body (AG-RT-12, AG-RT-13)': {
      method: 'HEAD',
      target: operation,
      headers: ({ tokens }) => bearer(tokens.access_token),
      status: 200,
      responseHeaders: { 'content-type': /^application\/json/ },
      responseBody: '',
    },
    'X-HTTP-Method-Override replaces the method (AG-RT-09)': {
      method: 'GET',
      target: operation,
      headers: ({ tokens }) => ({ ...bearer(tokens.access_token), 'x-http-method-override': 'DELETE' }),
      status: 405,
    },
    'a path that makes the method ARN too long is rejected (AG-LIM-08)': {
      target: `/api/${'a'.repeat(1_700)}`,
      headers: ({ tokens }) => bearer(tokens.access_token),
      status: 414,
    },
  }),
  ...at('execute-api without a stage', {
    'an unknown stage is rejected with 403 (AG-RT-07)': {
      target: ({ apiPath }) => `/no-such-stage${apiPath}`,
      status: 403,
      responseHeaders: { 'content-type': 'application/json', 'x-amzn-errortype': 'ForbiddenException' },
      responseBody: '{"message":"Forbidden"}',
    },
  }),
];
