import { autoSignIn, confirmSignIn, confirmSignUp, signIn, signOut, signUp } from '@aws-amplify/auth';
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  type ChallengeNameType,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { differencesFromAws } from '../model/differences';
import { readUserPools } from '../model/user-pool';
import { traceOf } from '../pipeline/request';
import { configureAmplify } from '../testing/amplify';
import { ADA, startCognito } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';
import { type SampleChanges, sampleStack } from '../testing/template';

const CLIENT = { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] };
const CODES = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] } };
const PASSWORDLESS: SampleChanges = {
  pool: { Policies: CODES, AutoVerifiedAttributes: ['email'] },
  client: CLIENT,
};
const MFA = { EnabledMfas: ['SOFTWARE_TOKEN_MFA'] };
const GRACE = { ...ADA, username: 'grace', email: 'grace@example.com', emailVerified: false };

afterEach(() => vi.restoreAllMocks());

/** The last code in the log, such as a one-time password of eight digits. */
const codeIn = (logged: readonly string[], digits = 8): string =>
  new RegExp(`code is (\\d{${digits}})\\b`).exec(
    logged.findLast((line) => line.includes('code is')) ?? '',
  )?.[1] ?? '';

async function startChoice(...[changes = PASSWORDLESS, options]: Parameters<typeof startWithSdk>) {
  const running = await startWithSdk(changes, options);
  const { sdk, clientId: ClientId } = running;
  return {
    ...running,
    begin: (parameters: Record<string, string> = {}, Session?: string) =>
      sdk.send(
        new InitiateAuthCommand({
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME: ADA.username, ...parameters },
          ClientId,
          Session,
        }),
      ),
    respond: (
      ChallengeName: ChallengeNameType,
      Session: string | undefined,
      responses: Record<string, string>,
    ) =>
      sdk.send(
        new RespondToAuthChallengeCommand({
          ChallengeName,
          ChallengeResponses: { USERNAME: ADA.username, ...responses },
          ClientId,
          Session,
        }),
      ),
  };
}

test('without PREFERRED_CHALLENGE, the user selects one of the first factors (CG-UP-11)', async () => {
  const { begin, respond, close } = await startChoice({ client: CLIENT });
  const offered = await begin();
  expect(offered).toMatchObject({
    ChallengeName: 'SELECT_CHALLENGE',
    AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'],
  });
  await expect(respond('SELECT_CHALLENGE', offered.Session, { ANSWER: 'EMAIL_OTP' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  const wrong = { ANSWER: 'PASSWORD', PASSWORD: 'wrong' };
  await expect(respond('SELECT_CHALLENGE', offered.Session, wrong)).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  });
  const { Session } = await begin();
  const signedIn = await respond('SELECT_CHALLENGE', Session, { ANSWER: 'PASSWORD', PASSWORD: ADA.password });
  expect(signedIn.AuthenticationResult?.AccessToken).toBeDefined();
  await close();
});

test('PREFERRED_CHALLENGE starts a factor at once, if the user has it (CG-UP-11)', async () => {
  const { begin, respond, close } = await startChoice();
  const direct = await begin({ PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: ADA.password });
  expect(direct.AuthenticationResult?.IdToken).toBeDefined();
  const asked = await begin({ PREFERRED_CHALLENGE: 'PASSWORD' });
  expect(asked.ChallengeName).toBe('PASSWORD');
  const answered = await respond('PASSWORD', asked.Session, { PASSWORD: ADA.password });
  expect(answered.AuthenticationResult?.IdToken).toBeDefined();
  const unavailable = await begin({ PREFERRED_CHALLENGE: 'SMS_OTP' });
  expect(unavailable).toMatchObject({
    ChallengeName: 'SELECT_CHALLENGE',
    AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP'],
  });
  await close();
});

test('administrators sign users in with a choice of first factors; a temporary password is changed (CG-UP-05, CG-UP-11)', async () => {
  const users = [{ ...ADA, temporaryPassword: true }];
  const { sdk, clientId: ClientId, pool, close } = await startChoice(PASSWORDLESS, { users });
  const admin = { ClientId, UserPoolId: pool.id };
  const offered = await sdk.send(
    new AdminInitiateAuthCommand({ ...admin, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: 'ada' } }),
  );
  const answer = { USERNAME: 'ada', ANSWER: 'PASSWORD', PASSWORD: ADA.password };
  const next = await sdk.send(
    new AdminRespondToAuthChallengeCommand({
      ...admin,
      ChallengeName: 'SELECT_CHALLENGE',
      ChallengeResponses: answer,
      Session: offered.Session,
    }),
  );
  expect(next.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  await close();
});

test('the app client must allow USER_AUTH (CG-UP-03, CG-UP-11)', async () => {
  const { begin, close } = await startChoice({});
  await expect(begin()).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Auth flow not enabled for this client',
  });
  await close();
});

test('a one-time password of eight digits is valid once, for five tries, and as long as the session (CG-UP-11)', async () => {
  let now = Date.now();
  const events: string[] = [];
  const { begin, respond, logged, close } = await startChoice(PASSWORDLESS, {
    now: () => now,
    onAnswered: (request) =>
      events.push(
        ...traceOf(request)
          .hops.map(({ event }) => event)
          .filter((event) => /factor|one-time/.test(event)),
      ),
  });
  const preferred = { PREFERRED_CHALLENGE: 'EMAIL_OTP' };
  const sent = await begin(preferred);
  expect(sent).toMatchObject({
    ChallengeName: 'EMAIL_OTP',
    ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL', CODE_DELIVERY_DESTINATION: 'a***@e***' },
  });
  const wrong = { EMAIL_OTP_CODE: '0' };
  await expect(respond('EMAIL_OTP', sent.Session, wrong)).rejects.toMatchObject({
    name: 'CodeMismatchException',
  });
  const right = { EMAIL_OTP_CODE: codeIn(logged) };
  expect((await respond('EMAIL_OTP', sent.Session, right)).AuthenticationResult?.AccessToken).toBeDefined();
  await expect(respond('EMAIL_OTP', sent.Session, right)).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  });
  expect(events).toEqual([
    'first-factor.chosen',
    'one-time-password.sent',
    'one-time-password.rejected',
    'one-time-password.accepted',
  ]);
  const { Session: guessed } = await begin(preferred);
  for (let tries = 1; tries < 5; tries++)
    await expect(respond('EMAIL_OTP', guessed, wrong)).rejects.toMatchObject({
      name: 'CodeMismatchException',
    });
  await expect(respond('EMAIL_OTP', guessed, wrong)).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  });
  const { Session: late } = await begin(preferred);
  now += 3 * 60_000;
  await expect(respond('EMAIL_OTP', late, { EMAIL_OTP_CODE: codeIn(logged) })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  });
  await close();
});

test.each([
  ['an address that is not verified', {}, GRACE, ['PASSWORD', 'PASSWORD_SRP']],
  ['a pool that requires MFA', { MfaConfiguration: 'ON', ...MFA }, ADA, ['PASSWORD', 'PASSWORD_SRP']],
  [
    'an enrolled authenticator app',
    { MfaConfiguration: 'OPTIONAL', ...MFA },
    { ...ADA, totpSecret: 'JBSWY3DPEHPK3PXP' },
    ['PASSWORD', 'PASSWORD_SRP'],
  ],
  [
    'a verified phone number',
    {},
    { ...ADA, attributes: { phone_number: '+15550100123' }, phoneNumberVerified: true },
    ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP', 'SMS_OTP'],
  ],
])('first factors of a user with %s (CG-UP-11)', async (_name, pool, user, expected) => {
  const changes = { ...PASSWORDLESS, pool: { ...PASSWORDLESS.pool, ...pool } };
  const { begin, close } = await startChoice(changes, { users: [user] });
  expect((await begin({ USERNAME: user.username })).AvailableChallenges).toEqual(expected);
  await close();
});

test('an unknown user looks like one with all first factors, and no code is right (CG-AD-04, CG-UP-11)', async () => {
  const { begin, respond, logged, close } = await startChoice();
  const nobody = { USERNAME: 'nobody' };
  expect((await begin(nobody)).AvailableChallenges).toEqual([
    'PASSWORD',
    'PASSWORD_SRP',
    'EMAIL_OTP',
    'SMS_OTP',
  ]);
  const { Session, ChallengeParameters } = await begin({ ...nobody, PREFERRED_CHALLENGE: 'SMS_OTP' });
  expect(ChallengeParameters?.['CODE_DELIVERY_DESTINATION']).toMatch(/^\+\*{7}\d{4}$/);
  expect(logged.join()).not.toContain('code is');
  await expect(respond('SMS_OTP', Session, { ...nobody, SMS_OTP_CODE: '12345678' })).rejects.toMatchObject({
    name: 'CodeMismatchException',
  });
  await close();
  const open = await startChoice({ client: { ...CLIENT, PreventUserExistenceErrors: 'LEGACY' } });
  await expect(open.begin(nobody)).rejects.toMatchObject({ name: 'UserNotFoundException' });
  await open.close();
});

test('users sign up and are created without a password where codes are a first factor (CG-UP-11)', async () => {
  const { sdk, begin, respond, logged, lastCode, clientId: ClientId, pool, close } = await startChoice();
  const Username = 'grace';
  const UserAttributes = [{ Name: 'email', Value: GRACE.email }];
  await sdk.send(new SignUpCommand({ ClientId, Username, UserAttributes }));
  const { Session } = await sdk.send(
    new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: lastCode() }),
  );
  expect((await begin({ USERNAME: Username }, Session)).AuthenticationResult?.IdToken).toBeDefined();
  // The session is valid once.
  expect((await begin({ USERNAME: Username }, Session)).AvailableChallenges).toEqual(['EMAIL_OTP']);
  const verified = [
    { Name: 'email', Value: 'alan@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ];
  const { User } = await sdk.send(
    new AdminCreateUserCommand({ UserPoolId: pool.id, Username: 'alan', UserAttributes: verified }),
  );
  expect(User?.UserStatus).toBe('CONFIRMED');
  const alan = { USERNAME: 'alan' };
  const sent = await begin({ ...alan, PREFERRED_CHALLENGE: 'EMAIL_OTP' });
  const code = { ...alan, EMAIL_OTP_CODE: codeIn(logged) };
  expect((await respond('EMAIL_OTP', sent.Session, code)).AuthenticationResult?.IdToken).toBeDefined();
  await close();
  const others = await startChoice({ client: CLIENT });
  const signUpWithout = others.sdk.send(
    new SignUpCommand({ ClientId: others.clientId, Username, UserAttributes }),
  );
  await expect(signUpWithout).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await others.close();
});

test('CustomMessage writes the message with a one-time password (CG-TR-13, CG-UP-11)', async () => {
  const { functions, calls } = fakeFunction(({ request, ...event }: Record<string, unknown>) => ({
    ...event,
    request,
    response: { emailMessage: 'Open with {####}', emailSubject: 'Hello' },
  }));
  const changes = {
    ...PASSWORDLESS,
    pool: { ...PASSWORDLESS.pool, LambdaConfig: { CustomMessage: FUNCTION_ARN } },
  };
  const { begin, logged, close } = await startChoice(changes, { functions });
  await begin({ PREFERRED_CHALLENGE: 'EMAIL_OTP' });
  expect(calls).toMatchObject([{ event: { triggerSource: 'CustomMessage_Authentication' } }]);
  expect(logged.join()).toMatch(/Hello: Open with \d{8}/);
  await close();
});

test('without passkeys, WEB_AUTHN is not offered (CG-UP-11)', async () => {
  const factors = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } };
  const pool = {
    Policies: factors,
    WebAuthnRelyingPartyID: 'example.com',
    WebAuthnUserVerification: 'required',
  };
  const { begin, close } = await startChoice({ pool, client: CLIENT });
  expect(await begin({ PREFERRED_CHALLENGE: 'WEB_AUTHN' })).toMatchObject({
    ChallengeName: 'SELECT_CHALLENGE',
    AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'],
  });
  await close();
});

test.each([
  [{ ...PASSWORDLESS, domain: { ManagedLoginVersion: 2 } }, 1],
  [{ ...PASSWORDLESS, client: {} }, 0],
  [{ client: CLIENT }, 0],
])(
  'the start warns when login pages would offer one-time passwords on AWS: %# (CG-UP-11)',
  (changes, count) => {
    const differences = readUserPools(sampleStack(changes)).flatMap(differencesFromAws);
    expect(differences.filter((line) => line.includes('offer EMAIL_OTP and SMS_OTP on AWS'))).toHaveLength(
      count,
    );
  },
);

test('aws-amplify signs in with a choice of first factors (CG-UP-11)', async () => {
  const running = await startCognito(PASSWORDLESS);
  configureAmplify(running);
  const options = { authFlowType: 'USER_AUTH' } as const;
  const { nextStep } = await signIn({ username: 'ada', options });
  expect(nextStep).toMatchObject({
    signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
    availableChallenges: ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP'],
  });
  const sent = await confirmSignIn({ challengeResponse: 'EMAIL_OTP' });
  expect(sent.nextStep).toEqual({
    signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
    codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
  });
  expect(await confirmSignIn({ challengeResponse: codeIn(running.logged) })).toMatchObject({
    isSignedIn: true,
  });
  await signOut();
  for (const factor of ['PASSWORD', 'PASSWORD_SRP'] as const) {
    await signIn({ username: 'ada', options });
    const asked = await confirmSignIn({ challengeResponse: factor });
    expect(asked.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_PASSWORD');
    expect(await confirmSignIn({ challengeResponse: ADA.password })).toMatchObject({ isSignedIn: true });
    await signOut();
    const preferred = { ...options, preferredChallenge: factor };
    expect(await signIn({ username: 'ada', password: ADA.password, options: preferred })).toMatchObject({
      isSignedIn: true,
    });
    await signOut();
  }
  await running.close();
});

test('aws-amplify signs up without a password, and signs in at once (CG-UP-11)', async () => {
  const running = await startCognito(PASSWORDLESS);
  configureAmplify(running);
  const username = 'grace';
  await signUp({
    username,
    options: { userAttributes: { email: GRACE.email }, autoSignIn: { authFlowType: 'USER_AUTH' } },
  });
  const { nextStep } = await confirmSignUp({ username, confirmationCode: codeIn(running.logged, 6) });
  expect(nextStep.signUpStep).toBe('COMPLETE_AUTO_SIGN_IN');
  expect(await autoSignIn()).toMatchObject({ isSignedIn: true });
  await signOut();
  await running.close();
});
