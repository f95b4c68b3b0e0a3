import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { expect, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { request, text } from '../../../../test/requests';
import type { Signer } from '../../s3/model/bucket-policy';
import type { FunctionUrl } from '../model/function-url';
import type { Permission } from '../model/permission';
import { functionUrlServer } from './function-url';

const HOST = 'abc.lambda-url.eu-west-1.on.aws';
const DISTRIBUTION = 'arn:aws:cloudfront::000000000000:distribution/E1';
const CLOUDFRONT: Signer = {
  service: 'cloudfront.amazonaws.com',
  sourceArn: DISTRIBUTION,
  accountId: '000000000000',
};

function permissions(principal: string, more: Partial<Permission> = {}): Permission[] {
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].map((action) => ({
    functionArn: FUNCTION_ARN,
    action,
    principal,
    sourceArn: undefined,
    sourceAccount: undefined,
    functionUrlAuthType: undefined,
    ...more,
  }));
}

function serve(
  respond: (event: Record<string, unknown>) => unknown,
  url: Partial<FunctionUrl> = {},
  allowed: readonly Permission[] = permissions(url.authType === 'AWS_IAM' ? 'cloudfront.amazonaws.com' : '*'),
) {
  const { functions, calls } = fakeFunction(respond);
  const call = functions.get(FUNCTION_ARN);
  if (!call) throw new Error('no function');
  const server = functionUrlServer({
    url: {
      logicalId: 'Url',
      host: HOST,
      functionArn: FUNCTION_ARN,
      authType: 'NONE',
      streams: false,
      cors: undefined,
      ...url,
    },
    call,
    permissions: allowed,
    accountId: '000000000000',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'LOCAL', secretAccessKey: 'secret' },
    functionId: 'Fn',
    now: () => 1_700_000_000_000,
  });
  return { server, calls };
}

test('the event has payload format 2.0 (LA-UR-04)', async () => {
  const { server, calls } = serve(() => 'ok');
  const headers: [string, string][] = [
    ['Cookie', 'a=1; b=2'],
    ['X-Many', 'one'],
    ['x-many', 'two'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ['User-Agent', 'curl'],
  ];
  await server(
    request('/my/p%20ath?x=1&x=2&y=a%20b', { method: 'POST', headers, body: '{"a":1}' }),
    undefined,
  );
  expect(calls[0]?.event).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/my/p%20ath',
    rawQueryString: 'x=1&x=2&y=a%20b',
    cookies: ['a=1', 'b=2'],
    headers: {
      host: HOST,
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'curl',
      'x-many': 'one,two',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    queryStringParameters: { x: '1,2', y: 'a b' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: HOST,
      domainPrefix: 'abc',
      http: {
        method: 'POST',
        path: '/my/p%20ath',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'curl',
      },
      requestId: expect.any(String),
      routeKey: '$default',
      stage: '$default',
      time: '14/Nov/2023:22:13:20 +0000',
      timeEpoch: 1_700_000_000_000,
    },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
});

test('a body that is not text is Base64 (LA-UR-04)', async () => {
  const { server, calls } = serve(() => 'ok');
  const headers: [string, string][] = [['Content-Type', 'application/octet-stream']];
  await server(request('/', { method: 'POST', headers, body: 'abc' }), undefined);
  expect(calls[0]?.event).toMatchObject({ body: 'YWJj', isBase64Encoded: true });
});

test.each<[string, unknown, number, string, string]>([
  ['a text', 'hello', 200, 'hello', 'application/json'],
  ['an object without a status', { a: 1 }, 200, '{"a":1}', 'application/json'],
  ['nothing', undefined, 200, 'null', 'application/json'],
  [
    'a structured response',
    { statusCode: 201, headers: { 'Content-Type': 'text/html' }, body: '<p>' },
    201,
    '<p>',
    'text/html',
  ],
  ['Base64', { statusCode: 200, body: 'YWJj', isBase64Encoded: true }, 200, 'abc', 'application/json'],
])('a function that returns %s (LA-UR-05)', async (_, result, status, body, type) => {
  const { server } = serve(() => result);
  const response = await server(request('/'), undefined);
  expect([response.status, await text(response), response.headers.get('content-type')]).toEqual([
    status,
    body,
    type,
  ]);
});

test('cookies of a response are Set-Cookie headers (LA-UR-05)', async () => {
  const { server } = serve(() => ({ statusCode: 200, cookies: ['a=1; Secure', 'b=2'] }));
  expect((await server(request('/'), undefined)).headers.getAll('set-cookie')).toEqual([
    'a=1; Secure',
    'b=2',
  ]);
});

test('a function that fails, or returns an invalid status, is 502 (LA-UR-05)', async () => {
  const failing = serve(() => {
    throw new Error('detail');
  });
  const response = await failing.server(request('/'), undefined);
  expect([response.status, await text(response)]).toEqual([502, 'Internal Server Error']);
  const invalid = serve(() => ({ statusCode: 'ok' }));
  expect((await invalid.server(request('/'), undefined)).status).toBe(502);
});

test('a throttled function is 429 (LA-UR-05)', async () => {
  const { server } = serve(() => {
    throw { kind: 'rejected', reason: 'throttled' };
  });
  expect((await server(request('/'), undefined)).status).toBe(429);
});

test.each<[string, readonly Permission[], number]>([
  ['both permissions for everyone', permissions('*', { functionUrlAuthType: 'NONE' }), 200],
  ['none', [], 403],
  ['lambda:InvokeFunctionUrl only', permissions('*').slice(0, 1), 403],
  ['lambda:InvokeFunction only', permissions('*').slice(1), 403],
  ['permissions for AWS_IAM', permissions('*', { functionUrlAuthType: 'AWS_IAM' }), 403],
  ['permissions for CloudFront', permissions('cloudfront.amazonaws.com'), 403],
  ['permissions of an alias', permissions('*', { functionArn: `${FUNCTION_ARN}:live` }), 403],
])('with AuthType NONE and %s (LA-UR-01)', async (_, allowed, status) => {
  const { server, calls } = serve(() => 'ok', {}, allowed);
  expect((await server(request('/'), undefined)).status).toBe(status);
  expect(calls).toHaveLength(status === 200 ? 1 : 0);
});

test.each<[string, Signer | undefined, readonly Permission[], number]>([
  ['CloudFront', CLOUDFRONT, permissions('cloudfront.amazonaws.com', { sourceArn: DISTRIBUTION }), 200],
  ['nobody', undefined, permissions('*'), 403],
  [
    'another distribution',
    CLOUDFRONT,
    permissions('cloudfront.amazonaws.com', { sourceArn: `${DISTRIBUTION}2` }),
    403,
  ],
  ['CloudFront without permissions', CLOUDFRONT, [], 403],
])('with AuthType AWS_IAM and a request signed by %s (LA-UR-02)', async (_, signer, allowed, status) => {
  const { server, calls } = serve(() => 'ok', { authType: 'AWS_IAM' }, allowed);
  expect((await server(request('/'), signer)).status).toBe(status);
  expect(calls).toHaveLength(status === 200 ? 1 : 0);
});

/** Signs a request to the function URL as another implementation does. */
async function signedRequest(
  change: Partial<ConstructorParameters<typeof AwsV4Signer>[0]> = {},
  body = '{"a":1}',
) {
  const { headers } = await new AwsV4Signer({
    method: 'POST',
    url: 'http://localhost:4300/notes/a%20b?q=x%20y',
    accessKeyId: 'LOCAL',
    secretAccessKey: 'secret',
    service: 'lambda',
    region: 'eu-west-1',
    datetime: '20231114T221320Z',
    body: '{"a":1}',
    ...change,
  }).sign();
  const signed = [...headers].filter(([name]) => name !== 'host');
  return request('/notes/a%20b?q=x%20y', { method: 'POST', headers: signed, body });
}

test('a client signs requests to a function URL with AWS_IAM (LA-UR-08)', async () => {
  const { server, calls } = serve(() => 'ok', { authType: 'AWS_IAM' }, []);
  expect((await server(await signedRequest(), undefined)).status).toBe(200);
  const userArn = 'arn:aws:iam::000000000000:user/local-cloud';
  expect(calls[0]?.event).toMatchObject({
    requestContext: {
      accountId: '000000000000',
      authentication: null,
      authorizer: { iam: { accessKey: 'LOCAL', accountId: '000000000000', userArn, cognitoIdentity: null } },
    },
  });
  expect(calls[0]?.event['headers']).not.toHaveProperty('authorization');
});

test.each([
  ['another secret', { secretAccessKey: 'other' }, undefined, /does not match/],
  ['a changed body', {}, '{"a":2}', /does not match/],
  ['another access key', { accessKeyId: 'OTHER' }, undefined, /security token .* is invalid/],
  ['another service', { service: 'execute-api' }, undefined, /correct service: 'lambda'/],
  ['another region', { region: 'us-east-1' }, undefined, /valid region/],
  ['an old signature', { datetime: '20231114T220000Z' }, undefined, /Signature expired/],
])('a request signed with %s is rejected (LA-UR-08)', async (_name, change, body, message) => {
  const { server, calls } = serve(() => 'ok', { authType: 'AWS_IAM' });
  const response = await server(await signedRequest(change, body), undefined);
  expect(response.status).toBe(403);
  expect(await text(response)).toMatch(message);
  expect(calls).toEqual([]);
});

test('a signed body needs its hash (LA-UR-03)', async () => {
  const { server } = serve(() => 'ok', { authType: 'AWS_IAM' });
  const post = async (hash?: string): Promise<number> => {
    const headers: [string, string][] = hash === undefined ? [] : [['x-amz-content-sha256', hash]];
    return (await server(request('/', { method: 'POST', headers, body: 'abc' }), CLOUDFRONT)).status;
  };
  expect(await post()).toBe(403);
  expect(await post('UNSIGNED-PAYLOAD')).toBe(403);
  expect(await post(createHash('sha256').update('abc').digest('hex'))).toBe(200);
});

test('Lambda answers preflights, and adds CORS headers to responses (LA-UR-06)', async () => {
  const cors = {
    origins: ['https://app.example'],
    methods: ['GET', 'POST'],
    headers: ['content-type'],
    exposedHeaders: ['x-total'],
    allowsCredentials: true,
    maxAgeSeconds: 60,
  };
  const { server, calls } = serve(() => 'ok', { cors });
  const preflight = (origin: string) =>
    server(
      request('/', {
        method: 'OPTIONS',
        headers: [
          ['Origin', origin],
          ['Access-Control-Request-Method', 'POST'],
        ],
      }),
      undefined,
    );
  const allowed = await preflight('https://app.example');
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    'Access-Control-Allow-Origin': 'https://app.example',
    'Access-Control-Allow-Methods': 'GET,POST',
    'Access-Control-Allow-Headers': 'content-type',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Max-Age': '60',
  });
  expect((await preflight('https://evil.example')).headers.has('access-control-allow-origin')).toBe(false);
  expect(calls).toEqual([]);
  const response = await server(request('/', { headers: [['Origin', 'https://app.example']] }), undefined);
  expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
  expect(response.headers.get('access-control-expose-headers')).toBe('x-total');
});
