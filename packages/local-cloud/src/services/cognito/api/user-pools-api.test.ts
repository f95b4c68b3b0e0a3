import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test, vi } from 'vitest';
import { ADA, startCognito } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';

const TYPE = 'application/x-amz-json-1.1';

function call(origin: string, operation: string | undefined, init: RequestInit = {}): Promise<Response> {
  const target =
    operation === undefined ? {} : { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` };
  return fetch(`${origin}/`, {
    method: 'POST',
    body: '{}',
    ...init,
    headers: { 'content-type': TYPE, ...target, ...(init.headers as Record<string, string>) },
  });
}

test('the AWS SDK finds the API by AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER (CG-UP-01)', async () => {
  const { origin, pool, close } = await startCognito();
  vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', origin);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const sdk = new CognitoIdentityProviderClient({ region: 'eu-west-1' });
  const { UserPools } = await sdk.send(new ListUserPoolsCommand({ MaxResults: 10 }));
  expect(UserPools).toEqual([{ Id: pool.id, Name: 'Pool' }]);
  sdk.destroy();
  vi.unstubAllEnvs();
  await close();
});

test('an error has AWS’s headers and body (CG-UP-01)', async () => {
  const { origin, close } = await startCognito();
  const response = await call(origin, 'GetUser', { body: JSON.stringify({ AccessToken: 'nonsense' }) });
  expect(response.status).toBe(400);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': TYPE,
    'x-amzn-errortype': 'NotAuthorizedException',
    'x-amzn-errormessage': 'Invalid Access Token',
    'x-amzn-requestid': expect.stringMatching(/^[\da-f-]{36}$/),
  });
  expect(await response.json()).toEqual({
    __type: 'NotAuthorizedException',
    message: 'Invalid Access Token',
  });
  await close();
});

test.each([
  [undefined, '{}', 'UnknownOperationException', /X-Amz-Target/],
  ['CreateUserPool', '{}', 'UnknownOperationException', /does not support the operation CreateUserPool/],
  ['constructor', '{}', 'UnknownOperationException', /constructor/],
  ['GetUser', '{ "AccessToken": "a-secret', 'SerializationException', /^The body must be JSON/],
  ['GetUser', JSON.stringify({ AccessToken: 'x'.repeat(17_000) }), 'SerializationException', /16 KiB/],
  [
    'GetUser',
    '{}',
    'InvalidParameterException',
    /^1 validation error detected: Value at 'accessToken' failed/,
  ],
])('the operation %s with the body %.30s is %s (CG-UP-01)', async (operation, body, error, message) => {
  const { origin, logged, close } = await startCognito();
  const response = await call(origin, operation, { body });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ __type: error, message: expect.stringMatching(message) });
  expect(logged.join('')).not.toContain('a-secret');
  await close();
});

test('browsers of every origin may call operations for users (CG-UP-02)', async () => {
  const { origin, close } = await startCognito();
  const page = { origin: 'http://localhost:5173' };
  const preflight = await call(origin, undefined, {
    method: 'OPTIONS',
    body: null,
    headers: { ...page, 'access-control-request-headers': 'content-type,x-amz-target,x-amz-user-agent' },
  });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-methods')).toBe('POST');
  expect(preflight.headers.get('access-control-allow-headers')).toBe(
    'content-type,x-amz-target,x-amz-user-agent',
  );
  const response = await call(origin, 'GetUser', { headers: page });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-expose-headers')).toContain('x-amzn-ErrorType');
  await close();
});

test.each([
  [{}, 'MissingAuthenticationTokenException'],
  [{ authorization: 'Bearer token' }, 'MissingAuthenticationTokenException'],
  [
    { authorization: 'AWS4-HMAC-SHA256 Credential=x', origin: 'http://localhost:4300' },
    'AccessDeniedException',
  ],
  [
    { authorization: 'AWS4-HMAC-SHA256 Credential=x', 'sec-fetch-site': 'same-origin' },
    'AccessDeniedException',
  ],
])('an operation for administrators with the headers %j is %s (CG-UP-02)', async (headers, error) => {
  const { origin, pool, close } = await startCognito();
  const body = JSON.stringify({ UserPoolId: pool.id });
  const response = await call(origin, 'ListUsers', { body, headers });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: error });
  await close();
});

test('records events of a sign-in and of an error, without names and passwords', async () => {
  const events: unknown[] = [];
  const { sdk, clientId, close } = await startWithSdk(
    { client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] } },
    {
      onAnswered: (_request, _status, { hops }) =>
        events.push(hops.map(({ event, data }) => ({ event, data }))),
    },
  );
  const signIn = (PASSWORD: string) =>
    sdk.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: ADA.username, PASSWORD },
        ClientId: clientId,
      }),
    );
  await signIn(ADA.password);
  await expect(signIn('a-typed-password')).rejects.toThrow('Incorrect username or password.');
  await expect
    .poll(() => events)
    .toEqual([
      [
        { event: 'user-pools-api.signed-in', data: { client: clientId } },
        { event: 'token.issued', data: { use: 'access' } },
        { event: 'token.issued', data: { use: 'id' } },
        { event: 'user-pools-api.answered', data: { operation: 'InitiateAuth' } },
      ],
      [
        { event: 'login.failed', data: { reason: 'wrong-password', failures: 1 } },
        {
          event: 'user-pools-api.rejected',
          data: {
            operation: 'InitiateAuth',
            error: 'NotAuthorizedException',
            message: 'Incorrect username or password.',
          },
        },
      ],
    ]);
  expect(JSON.stringify(events)).not.toMatch(/ada|typed-password/);
  await close();
});
