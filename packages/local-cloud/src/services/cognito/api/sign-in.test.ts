import {
  AssociateSoftwareTokenCommand,
  type AuthFlowType,
  AdminInitiateAuthCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { payloadOf } from '../testing/payload';
import type { startCognito } from '../testing/running-cognito';
import { ADA } from '../testing/running-cognito';
import { secretHash, startWithSdk } from '../testing/sdk';
import type { SampleChanges } from '../testing/template';
import { totpCode } from '../users/totp';

const PASSWORD_FLOW = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
const BY_PASSWORD: SampleChanges = { client: { ExplicitAuthFlows: PASSWORD_FLOW } };
const NOW = Date.now();

/** Starts the sample pool, where `signIn` sends a password. */
async function startPasswordFlow(...[changes = BY_PASSWORD, options]: Parameters<typeof startCognito>) {
  const running = await startWithSdk(changes, options);
  const { sdk, clientId } = running;
  return {
    ...running,
    signIn: (parameters: Record<string, string> = {}) =>
      sdk.send(
        new InitiateAuthCommand({
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: ADA.username, PASSWORD: ADA.password, ...parameters },
          ClientId: clientId,
        }),
      ),
    refresh: (REFRESH_TOKEN = '', more: Record<string, string> = {}) =>
      sdk.send(
        new InitiateAuthCommand({
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN, ...more },
          ClientId: clientId,
        }),
      ),
    respond: (ChallengeName: string, Session: string | undefined, responses: Record<string, string>) =>
      sdk.send(
        new RespondToAuthChallengeCommand({
          ChallengeName: ChallengeName as 'MFA_SETUP',
          ChallengeResponses: { USERNAME: ADA.username, ...responses },
          ClientId: clientId,
          Session,
        }),
      ),
    getUser: (AccessToken: string | undefined) => sdk.send(new GetUserCommand({ AccessToken })),
  };
}

test('a password gets tokens with the claims of the API (CG-UP-03)', async () => {
  const { clientId, issuer, getUser, signIn, close } = await startPasswordFlow();
  const { AuthenticationResult: result, ChallengeParameters } = await signIn();
  expect(ChallengeParameters).toEqual({});
  expect(result).toMatchObject({ ExpiresIn: 3_600, TokenType: 'Bearer', RefreshToken: expect.any(String) });
  const access = payloadOf(result?.AccessToken);
  expect(access).toMatchObject({
    client_id: clientId,
    iss: issuer,
    scope: 'aws.cognito.signin.user.admin',
    token_use: 'access',
    username: 'ada',
  });
  expect(access).not.toHaveProperty('version');
  const id = payloadOf(result?.IdToken);
  expect(id).toMatchObject({ aud: clientId, email: ADA.email, name: ADA.name, token_use: 'id' });
  expect(id).not.toHaveProperty('at_hash');
  expect(await getUser(result?.AccessToken)).toMatchObject({
    Username: 'ada',
    UserAttributes: expect.arrayContaining([
      { Name: 'sub', Value: access['sub'] },
      { Name: 'email_verified', Value: 'true' },
    ]),
  });
  await close();
});

describe.each<[legacy: string, client: Record<string, unknown>, allowed: readonly AuthFlowType[]]>([
  ['no ExplicitAuthFlows', {}, ['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH']],
  ['ALLOW_USER_SRP_AUTH', { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }, ['USER_SRP_AUTH']],
  ['ALLOW_USER_PASSWORD_AUTH', { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }, ['USER_PASSWORD_AUTH']],
  ['ALLOW_REFRESH_TOKEN_AUTH', { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] }, ['REFRESH_TOKEN_AUTH']],
  [
    'ALLOW_ADMIN_USER_PASSWORD_AUTH',
    { ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'] },
    ['ADMIN_USER_PASSWORD_AUTH'],
  ],
  [
    'ADMIN_NO_SRP_AUTH',
    { ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH'] },
    ['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'ADMIN_USER_PASSWORD_AUTH'],
  ],
  [
    'USER_PASSWORD_AUTH',
    { ExplicitAuthFlows: ['USER_PASSWORD_AUTH'] },
    ['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH'],
  ],
  [
    'RefreshTokenRotation',
    { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 } },
    ['USER_SRP_AUTH'],
  ],
])('an app client with %s', (_name, client, allowed) => {
  test(`allows only ${allowed.join(', ')} (CG-UP-03)`, async () => {
    const { sdk, clientId, pool, close } = await startWithSdk({ client });
    const parameters = { USERNAME: 'ada', PASSWORD: 'wrong', SRP_A: 'ab', REFRESH_TOKEN: 'none' };
    const start = (AuthFlow: AuthFlowType) => {
      const request = { AuthFlow, AuthParameters: parameters, ClientId: clientId };
      return AuthFlow === 'ADMIN_USER_PASSWORD_AUTH'
        ? sdk.send(new AdminInitiateAuthCommand({ ...request, UserPoolId: pool.id }))
        : sdk.send(new InitiateAuthCommand(request));
    };
    for (const flow of [
      'USER_SRP_AUTH',
      'USER_PASSWORD_AUTH',
      'REFRESH_TOKEN_AUTH',
      'ADMIN_USER_PASSWORD_AUTH',
    ] as const) {
      const error: unknown = await start(flow).catch((thrown: unknown) => thrown);
      const isRefused = error instanceof Error && /not enabled for th/.test(error.message);
      expect([flow, isRefused]).toEqual([flow, !allowed.includes(flow)]);
      if (isRefused) expect(error.name).toBe('InvalidParameterException');
    }
    await close();
  });
});

test('PreventUserExistenceErrors decides what an unknown user gets (CG-AD-04, CG-UP-03)', async () => {
  const hidden = await startPasswordFlow();
  await expect(hidden.signIn({ USERNAME: 'nobody' })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  });
  const srp = { AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: 'nobody', SRP_A: 'ab' } } as const;
  await hidden.close();
  const withSrp = await startWithSdk();
  const { ChallengeParameters } = await withSrp.sdk.send(
    new InitiateAuthCommand({ ...srp, ClientId: withSrp.clientId }),
  );
  expect(ChallengeParameters).toMatchObject({
    USER_ID_FOR_SRP: 'nobody',
    SALT: expect.stringMatching(/^[\da-f]+$/),
  });
  await withSrp.close();
  const legacy = await startPasswordFlow({
    client: {
      ExplicitAuthFlows: [...PASSWORD_FLOW, 'ALLOW_USER_SRP_AUTH'],
      PreventUserExistenceErrors: 'LEGACY',
    },
  });
  const unknown = { name: 'UserNotFoundException', message: 'User does not exist.' };
  await expect(legacy.signIn({ USERNAME: 'nobody' })).rejects.toMatchObject(unknown);
  await expect(
    legacy.sdk.send(new InitiateAuthCommand({ ...srp, ClientId: legacy.clientId })),
  ).rejects.toMatchObject(unknown);
  await legacy.close();
});

test('wrong passwords lock the user, also on the login page (CG-LG-04)', async () => {
  const { browser, signIn, close } = await startPasswordFlow(BY_PASSWORD, { now: () => NOW });
  for (let failures = 1; failures <= 5; failures += 1) {
    await expect(signIn({ PASSWORD: 'wrong' })).rejects.toThrow('Incorrect username or password.');
  }
  await expect(signIn()).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Password attempts exceeded',
  });
  const visitor = browser();
  const page = await visitor.submitLogin(`/login?${visitor.query()}`, ADA.username, ADA.password);
  expect(await page.text()).toContain('Password attempts exceeded');
  await close();
});

test('a client with a secret must send its hash (CG-UP-03)', async () => {
  const { pool, refresh, signIn, close } = await startPasswordFlow({
    client: { ExplicitAuthFlows: PASSWORD_FLOW, GenerateSecret: true },
  });
  const [client] = pool.clients;
  if (!client) throw new TypeError('no client');
  await expect(signIn()).rejects.toThrow(
    `Client ${client.id} is configured with secret but SECRET_HASH was not received`,
  );
  await expect(signIn({ SECRET_HASH: secretHash('eve', client) })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: `Unable to verify secret hash for client ${client.id}`,
  });
  const SECRET_HASH = secretHash('ada', client);
  const { AuthenticationResult } = await signIn({ SECRET_HASH });
  const token = AuthenticationResult?.RefreshToken;
  await expect(refresh(token, { SECRET_HASH: secretHash('eve', client) })).rejects.toThrow(
    'Unable to verify',
  );
  expect((await refresh(token, { SECRET_HASH })).AuthenticationResult?.IdToken).toBeDefined();
  await close();
});

test('a client without a secret must not send a hash (CG-UP-03)', async () => {
  const { signIn, close } = await startPasswordFlow();
  await expect(signIn({ SECRET_HASH: 'x' })).rejects.toThrow('is not configured for secret');
  await close();
});

test('NEW_PASSWORD_REQUIRED sets password and required attributes (CG-UP-05)', async () => {
  const { signIn, respond, close } = await startPasswordFlow(
    { ...BY_PASSWORD, pool: { Schema: [{ Name: 'given_name', Required: true }] } },
    { users: [{ ...ADA, temporaryPassword: true }] },
  );
  const { ChallengeName, ChallengeParameters, Session } = await signIn();
  expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  expect(JSON.parse(ChallengeParameters?.['requiredAttributes'] ?? '')).toEqual([
    'userAttributes.given_name',
  ]);
  expect(JSON.parse(ChallengeParameters?.['userAttributes'] ?? '')).toMatchObject({ email: ADA.email });
  const answer = (NEW_PASSWORD: string, more = {}) =>
    respond('NEW_PASSWORD_REQUIRED', Session, { NEW_PASSWORD, ...more });
  await expect(answer('short')).rejects.toMatchObject({
    name: 'InvalidPasswordException',
    message: 'Password did not conform with policy: Password not long enough',
  });
  await expect(answer('Another-horse-9')).rejects.toThrow('given_name: The attribute is required');
  const { AuthenticationResult } = await answer('Another-horse-9', { 'userAttributes.given_name': 'Ada' });
  expect(payloadOf(AuthenticationResult?.IdToken)).toMatchObject({ given_name: 'Ada' });
  await expect(answer('Another-horse-9')).rejects.toThrow(
    'Invalid session for the user, session is expired.',
  );
  await expect(signIn()).rejects.toThrow('Incorrect username or password.');
  expect((await signIn({ PASSWORD: 'Another-horse-9' })).AuthenticationResult).toBeDefined();
  await close();
});

const SECRET = 'JBSWY3DPEHPK3PXP';
const MFA = { MfaConfiguration: 'ON', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] };

test('SOFTWARE_TOKEN_MFA takes each code of the app once (CG-UP-05)', async () => {
  const { signIn, respond, close } = await startPasswordFlow(
    { ...BY_PASSWORD, pool: MFA },
    { users: [{ ...ADA, totpSecret: SECRET }], now: () => NOW },
  );
  const SOFTWARE_TOKEN_MFA_CODE = totpCode(SECRET, NOW);
  const first = await signIn();
  expect(first.ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
  const answer = (session: string | undefined, code: string) =>
    respond('SOFTWARE_TOKEN_MFA', session, { SOFTWARE_TOKEN_MFA_CODE: code });
  await expect(answer(first.Session, '000000')).rejects.toMatchObject({ name: 'CodeMismatchException' });
  expect((await answer(first.Session, SOFTWARE_TOKEN_MFA_CODE)).AuthenticationResult).toBeDefined();
  const second = await signIn();
  await expect(answer(second.Session, SOFTWARE_TOKEN_MFA_CODE)).rejects.toMatchObject({
    name: 'CodeMismatchException',
  });
  await close();
});

test('five wrong codes end the sign-in (CG-UP-05)', async () => {
  const { signIn, respond, close } = await startPasswordFlow(
    { ...BY_PASSWORD, pool: MFA },
    { users: [{ ...ADA, totpSecret: SECRET }], now: () => NOW },
  );
  const { Session } = await signIn();
  const answer = (SOFTWARE_TOKEN_MFA_CODE: string) =>
    respond('SOFTWARE_TOKEN_MFA', Session, { SOFTWARE_TOKEN_MFA_CODE });
  for (let tries = 1; tries <= 4; tries += 1) {
    await expect(answer('000000')).rejects.toMatchObject({ name: 'CodeMismatchException' });
  }
  await expect(answer('000000')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  await expect(answer(totpCode(SECRET, NOW))).rejects.toThrow('session is expired');
  await close();
});

test('MFA_SETUP enrolls an app, and only its session signs in (CG-UP-05)', async () => {
  const { sdk, signIn, respond, getUser, close } = await startPasswordFlow(
    { ...BY_PASSWORD, pool: MFA },
    { now: () => NOW },
  );
  const other = await signIn();
  const { ChallengeName, Session } = await signIn();
  expect(ChallengeName).toBe('MFA_SETUP');
  await expect(respond('MFA_SETUP', Session, {})).rejects.toThrow('Software token MFA has not been set up');
  const associated = await sdk.send(new AssociateSoftwareTokenCommand({ Session }));
  const verify = (UserCode: string) =>
    sdk.send(new VerifySoftwareTokenCommand({ Session: associated.Session, UserCode }));
  await expect(verify('000000')).rejects.toMatchObject({ name: 'EnableSoftwareTokenMFAException' });
  const verified = await verify(totpCode(associated.SecretCode ?? '', NOW));
  expect(verified.Status).toBe('SUCCESS');
  // The second sign-in with the password alone does not become one with the app of the first.
  await expect(respond('MFA_SETUP', other.Session, {})).rejects.toThrow();
  await expect(sdk.send(new AssociateSoftwareTokenCommand({ Session: other.Session }))).rejects.toThrow(
    'expired',
  );
  const { AuthenticationResult } = await respond('MFA_SETUP', verified.Session, {});
  expect(await getUser(AuthenticationResult?.AccessToken)).toMatchObject({
    PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
  });
  expect((await signIn()).ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
  await close();
});

test('a signed-in user enrolls an app and turns it on and off (CG-UP-05)', async () => {
  const { sdk, signIn, close } = await startPasswordFlow(
    { ...BY_PASSWORD, pool: { ...MFA, MfaConfiguration: 'OPTIONAL' } },
    { now: () => NOW },
  );
  const { AccessToken } = (await signIn()).AuthenticationResult ?? {};
  const prefer = (Enabled: boolean) =>
    sdk.send(
      new SetUserMFAPreferenceCommand({
        AccessToken,
        SoftwareTokenMfaSettings: { Enabled, PreferredMfa: Enabled },
      }),
    );
  await expect(prefer(true)).rejects.toThrow('User has not verified software token mfa');
  const { SecretCode = '' } = await sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }));
  await sdk.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totpCode(SecretCode, NOW) }));
  expect((await signIn()).AuthenticationResult).toBeDefined();
  await prefer(true);
  expect((await signIn()).ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
  await prefer(false);
  expect((await signIn()).AuthenticationResult).toBeDefined();
  await close();
});

test('a session of a challenge expires (CG-UP-05)', async () => {
  let now = NOW;
  const { signIn, respond, close } = await startPasswordFlow(BY_PASSWORD, {
    users: [{ ...ADA, temporaryPassword: true }],
    now: () => now,
  });
  const { Session } = await signIn();
  now += 180_000;
  await expect(
    respond('NEW_PASSWORD_REQUIRED', Session, { NEW_PASSWORD: 'Another-horse-9' }),
  ).rejects.toThrow('Invalid session for the user, session is expired.');
  await close();
});

test('refresh tokens are the same for API and login page (CG-UP-07)', async () => {
  const { browser, clientId, getUser, refresh, signIn, close } = await startPasswordFlow();
  const visitor = browser();
  const hosted = (await visitor.redeem((await visitor.signIn(ADA)).get('code'))).body;
  const refreshed = (await refresh(String(hosted['refresh_token']))).AuthenticationResult;
  expect(refreshed?.RefreshToken).toBeUndefined();
  expect(payloadOf(refreshed?.AccessToken)['scope']).toBe(payloadOf(hosted['access_token'])['scope']);
  await expect(getUser(refreshed?.AccessToken)).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Access Token does not have required scopes',
  });
  const { RefreshToken } = (await signIn()).AuthenticationResult ?? {};
  const { status, body } = await visitor.token({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: RefreshToken,
  });
  expect(status).toBe(200);
  expect(payloadOf(body['access_token'])['scope']).toBe('aws.cognito.signin.user.admin');
  await close();
});

test('GetTokensFromRefreshToken rotates refresh tokens (CG-TK-11)', async () => {
  const { sdk, clientId, signIn, close } = await startPasswordFlow({
    client: {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    },
  });
  const refresh = (RefreshToken: string | undefined) =>
    sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: clientId, RefreshToken }));
  const first = (await signIn()).AuthenticationResult?.RefreshToken;
  const second = (await refresh(first)).AuthenticationResult;
  expect(second?.IdToken).toBeDefined();
  expect(second?.RefreshToken).toEqual(expect.any(String));
  expect(second?.RefreshToken).not.toBe(first);
  await expect(refresh(first)).rejects.toMatchObject({ name: 'RefreshTokenReuseException' });
  expect((await refresh(second?.RefreshToken)).AuthenticationResult?.AccessToken).toBeDefined();
  await close();
});

test('a refresh token expires, and belongs to its client (CG-UP-07)', async () => {
  let now = NOW;
  const { refresh, signIn, close } = await startPasswordFlow(BY_PASSWORD, { now: () => now });
  const { RefreshToken } = (await signIn()).AuthenticationResult ?? {};
  await expect(refresh('nonsense')).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Invalid Refresh Token',
  });
  now += 30 * 86_400_000;
  await expect(refresh(RefreshToken)).rejects.toThrow('Refresh Token has expired');
  await close();
});

test('RevokeToken ends one sign-in, GlobalSignOut all of them (CG-UP-07)', async () => {
  const { sdk, clientId, getUser, refresh, signIn, close } = await startPasswordFlow();
  const [first, second] = [await signIn(), await signIn()].map(
    ({ AuthenticationResult }) => AuthenticationResult,
  );
  const revoke = (Token: string | undefined) =>
    sdk.send(new RevokeTokenCommand({ ClientId: clientId, Token }));
  await expect(revoke(first?.AccessToken)).rejects.toMatchObject({ name: 'UnsupportedTokenTypeException' });
  await revoke(first?.RefreshToken);
  await revoke('never-issued');
  await expect(refresh(first?.RefreshToken)).rejects.toThrow('Invalid Refresh Token');
  await expect(getUser(first?.AccessToken)).rejects.toThrow('Access Token has been revoked');
  expect((await getUser(second?.AccessToken)).Username).toBe('ada');
  await sdk.send(new GlobalSignOutCommand({ AccessToken: second?.AccessToken }));
  await expect(refresh(second?.RefreshToken)).rejects.toThrow('Invalid Refresh Token');
  await expect(getUser(second?.AccessToken)).rejects.toThrow('Access Token has been revoked');
  await close();
});

test('a client without token revocation cannot revoke (CG-UP-07)', async () => {
  const { sdk, clientId, close } = await startWithSdk({ client: { EnableTokenRevocation: false } });
  await expect(
    sdk.send(new RevokeTokenCommand({ ClientId: clientId, Token: 'token' })),
  ).rejects.toMatchObject({ name: 'UnsupportedOperationException' });
  await close();
});

test('a pool without a domain has the API (CG-UP-01)', async () => {
  const { getUser, signIn, refresh, close } = await startPasswordFlow({
    ...BY_PASSWORD,
    domain: null,
    branding: null,
  });
  const { AccessToken, RefreshToken } = (await signIn()).AuthenticationResult ?? {};
  expect((await getUser(AccessToken)).Username).toBe('ada');
  expect((await refresh(RefreshToken)).AuthenticationResult?.AccessToken).toBeDefined();
  await close();
});
