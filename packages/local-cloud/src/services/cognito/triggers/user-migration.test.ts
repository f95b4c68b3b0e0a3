import {
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { locationOf } from '../testing/browser';
import { payloadOf } from '../testing/payload';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';

const OLD = 'old';
const KNOWN = { userAttributes: { email: 'bob@example.com', email_verified: 'true' } };

/** Starts a pool whose users come from another directory, a fake function: `bob` with the weak password `old`. */
async function startWith(response: object = KNOWN, changes: { pool?: object; client?: object } = {}) {
  const { functions, calls } = fakeFunction((event) => {
    const { password } = event['request'] as { password?: string };
    if (event['userName'] !== 'bob') return event;
    if (password !== undefined && password !== OLD) throw new Error('Bad password');
    return { ...event, response };
  });
  const running = await startWithSdk(
    {
      pool: { LambdaConfig: { UserMigration: FUNCTION_ARN }, ...changes.pool },
      client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'], ...changes.client },
    },
    { functions },
  );
  onTestFinished(() => running.close());
  const { clientId: ClientId, pool, sdk } = running;
  return {
    ...running,
    calls,
    signIn: (PASSWORD = OLD, USERNAME = 'bob', ClientMetadata: Record<string, string> = {}) => {
      const AuthParameters = { USERNAME, PASSWORD };
      const input = { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters, ClientId, ClientMetadata } as const;
      return sdk.send(new InitiateAuthCommand(input));
    },
    statusOf: async (Username = 'bob') =>
      (await sdk.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username }))).UserStatus,
    forget: (Username = 'bob') => sdk.send(new ForgotPasswordCommand({ ClientId, Username })),
    reset: (ConfirmationCode: string, Password: string) =>
      sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username: 'bob', ConfirmationCode, Password })),
  };
}

test('a user of another directory signs in with the old password, and is asked for there once [CG-TR-14]', async () => {
  const { calls, clientId, signIn, statusOf } = await startWith();
  const { AuthenticationResult } = await signIn(OLD, 'bob', { tenant: 'blue' });
  expect(payloadOf(AuthenticationResult?.IdToken)).toMatchObject({
    'cognito:username': 'bob',
    email: 'bob@example.com',
    email_verified: true,
  });
  expect(await statusOf()).toBe('CONFIRMED');
  await signIn();
  expect(calls.map(({ event }) => event)).toEqual([
    expect.objectContaining({
      triggerSource: 'UserMigration_Authentication',
      userName: 'bob',
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
      request: { password: OLD, validationData: { tenant: 'blue' } },
      response: {
        userAttributes: null,
        finalUserStatus: null,
        messageAction: null,
        desiredDeliveryMediums: null,
        forceAliasCreation: null,
      },
    }),
  ]);
});

test('a user whom the function refuses, or does not know, is not created [CG-TR-14]', async () => {
  const { signIn, statusOf } = await startWith();
  await expect(signIn('wrong')).rejects.toMatchObject({
    name: 'UserLambdaValidationException',
    message: 'UserMigration failed with error Bad password.',
  });
  await expect(signIn(OLD, 'eve')).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  });
  for (const name of ['bob', 'eve'])
    await expect(statusOf(name)).rejects.toMatchObject({ name: 'UserNotFoundException' });
});

test('SRP does not migrate users: it sends no password [CG-TR-14]', async () => {
  const {
    calls,
    clientId: ClientId,
    sdk,
  } = await startWith(KNOWN, {
    client: { PreventUserExistenceErrors: 'LEGACY' },
  });
  const AuthParameters = { USERNAME: 'bob', SRP_A: 'ab' };
  const attempt = sdk.send(new InitiateAuthCommand({ AuthFlow: 'USER_SRP_AUTH', AuthParameters, ClientId }));
  await expect(attempt).rejects.toMatchObject({ name: 'UserNotFoundException' });
  expect(calls).toEqual([]);
});

test('RESET_REQUIRED asks for a new password before the first sign-in [CG-TR-14]', async () => {
  const { forget, lastCode, reset, signIn, statusOf } = await startWith({
    ...KNOWN,
    finalUserStatus: 'RESET_REQUIRED',
  });
  await expect(signIn()).rejects.toMatchObject({ name: 'PasswordResetRequiredException' });
  expect(await statusOf()).toBe('RESET_REQUIRED');
  await forget();
  await reset(lastCode(), ADA.password);
  expect((await signIn(ADA.password)).AuthenticationResult).toBeDefined();
  expect(await statusOf()).toBe('CONFIRMED');
});

test('a forgotten password migrates a user, who gets a code [CG-TR-14]', async () => {
  const { calls, forget, lastCode, reset, signIn } = await startWith();
  expect((await forget()).CodeDeliveryDetails).toMatchObject({ AttributeName: 'email' });
  expect(calls[0]?.event).toMatchObject({
    triggerSource: 'UserMigration_ForgotPassword',
    request: { clientMetadata: null },
  });
  await reset(lastCode(), ADA.password);
  expect((await signIn(ADA.password)).AuthenticationResult).toBeDefined();
});

test('users are migrated on the login page, also to a new password [CG-TR-14]', async () => {
  const confirmed = await startWith();
  expect((await confirmed.browser().signIn({ username: 'bob', password: OLD })).has('code')).toBe(true);
  const { browser } = await startWith({ ...KNOWN, finalUserStatus: 'RESET_REQUIRED' });
  const visitor = browser();
  const login = locationOf(await visitor.authorize());
  const page = await (await visitor.submitLogin(login.href, 'bob', OLD)).text();
  expect(page).toContain('name="new_password"');
});

test('an alias of another user is taken only with forceAliasCreation [CG-TR-14]', async () => {
  const userAttributes = { email: ADA.email, email_verified: 'true' };
  const pool = { AliasAttributes: ['email'] };
  const refused = await startWith({ userAttributes }, { pool });
  await expect(refused.signIn()).rejects.toMatchObject({ name: 'AliasExistsException' });
  const { signIn } = await startWith({ userAttributes, forceAliasCreation: true }, { pool });
  await signIn();
  const { AuthenticationResult } = await signIn(OLD, ADA.email);
  expect(payloadOf(AuthenticationResult?.IdToken)['cognito:username']).toBe('bob');
});

test.each([
  ['an unknown attribute', { userAttributes: { 'custom:none': 'x' } }, 'UserNotFoundException'],
  ['the attribute sub', { userAttributes: { sub: 'x' } }, 'UserNotFoundException'],
  ['an unknown status', { ...KNOWN, finalUserStatus: 'ARCHIVED' }, 'InvalidLambdaResponseException'],
  ['attributes that are no texts', { userAttributes: { email: 1 } }, 'InvalidLambdaResponseException'],
])('a user with %s is not migrated [CG-TR-14]', async (_name, response, error) => {
  const { signIn } = await startWith(response);
  await expect(signIn()).rejects.toMatchObject({ name: error });
});
