import { confirmSignIn, fetchAuthSession, fetchUserAttributes, signIn, signOut } from '@aws-amplify/auth';
import {
  AuthenticationDetails,
  CognitoUser,
  type CognitoUserAttribute,
  CognitoUserPool,
  type CognitoUserSession,
  type IAuthenticationCallback,
} from 'amazon-cognito-identity-js';
import { InMemoryWebStorage } from 'oidc-client-ts';
import { afterEach, expect, test, vi } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { configureAmplify } from '../testing/amplify';
import { ADA, startCognito } from '../testing/running-cognito';
import { totpCode } from '../users/totp';

const TEMPORARY = { ...ADA, temporaryPassword: true };
const SECRET = 'JBSWY3DPEHPK3PXP';
const NOW = Date.now();
const MFA = { MfaConfiguration: 'OPTIONAL', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] };

afterEach(() => vi.restoreAllMocks());

/** The user of amazon-cognito-identity-js, and a sign-in by SRP with its callbacks as one result. */
function identityUser(
  { origin, pool, clientId }: Awaited<ReturnType<typeof startCognito>>,
  Username = 'ada',
) {
  const Storage = new InMemoryWebStorage();
  const Pool = new CognitoUserPool({
    UserPoolId: pool.id,
    ClientId: clientId,
    endpoint: `${origin}/`,
    Storage,
  });
  const user = new CognitoUser({ Username, Pool, Storage });
  type Result = CognitoUserSession | 'newPasswordRequired' | 'totpRequired';
  const settled = (start: (callbacks: IAuthenticationCallback) => void) =>
    new Promise<Result>((resolve, reject) =>
      start({
        onSuccess: resolve,
        onFailure: reject,
        newPasswordRequired: () => resolve('newPasswordRequired'),
        totpRequired: () => resolve('totpRequired'),
      }),
    );
  const session = async (result: Promise<Result>): Promise<CognitoUserSession> => {
    const settledResult = await result;
    if (typeof settledResult === 'string') throw new TypeError(settledResult);
    return settledResult;
  };
  const authenticate = (Password: string) =>
    settled((callbacks) =>
      user.authenticateUser(new AuthenticationDetails({ Username, Password }), callbacks),
    );
  return { user, authenticate, session, settled };
}

test('amazon-cognito-identity-js signs in by SRP, refreshes and signs out everywhere (CG-UP-04)', async () => {
  const running = await startCognito();
  const { authenticate, session, user } = identityUser(running);
  await expect(authenticate('wrong')).rejects.toMatchObject({
    code: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  });
  const signedIn = await session(authenticate(ADA.password));
  expect(signedIn.getIdToken().payload['email']).toBe(ADA.email);
  const attributes = await new Promise<CognitoUserAttribute[] | undefined>((resolve, reject) =>
    user.getUserAttributes((error, result) => (error ? reject(error) : resolve(result))),
  );
  expect(attributes?.map(({ Name }) => Name)).toContain('email_verified');
  const refreshed = await new Promise<CognitoUserSession>((resolve, reject) =>
    user.refreshSession(signedIn.getRefreshToken(), (error: Error | null, result: CognitoUserSession) =>
      error ? reject(error) : resolve(result),
    ),
  );
  expect(refreshed.getAccessToken().getJwtToken()).not.toBe(signedIn.getAccessToken().getJwtToken());
  expect(await new Promise((onSuccess, onFailure) => user.globalSignOut({ onSuccess, onFailure }))).toBe(
    'SUCCESS',
  );
  await running.close();
});

test('amazon-cognito-identity-js sets a new password (CG-UP-05)', async () => {
  const running = await startCognito({}, { users: [TEMPORARY] });
  const { authenticate, session, settled, user } = identityUser(running);
  expect(await authenticate(ADA.password)).toBe('newPasswordRequired');
  const signedIn = await session(
    settled((callbacks) => user.completeNewPasswordChallenge('Another-horse-9', {}, callbacks)),
  );
  expect(signedIn.isValid()).toBe(true);
  expect((await session(authenticate('Another-horse-9'))).isValid()).toBe(true);
  await running.close();
});

test('amazon-cognito-identity-js sends the code of an authenticator app (CG-UP-05)', async () => {
  const running = await startCognito(
    { pool: MFA },
    { users: [{ ...ADA, totpSecret: SECRET }], now: () => NOW },
  );
  const { authenticate, session, settled, user } = identityUser(running);
  expect(await authenticate(ADA.password)).toBe('totpRequired');
  const code = totpCode(SECRET, NOW);
  const signedIn = await session(
    settled((callbacks) => user.sendMFACode(code, callbacks, 'SOFTWARE_TOKEN_MFA')),
  );
  expect(signedIn.getIdToken().payload['cognito:username']).toBe('ada');
  await running.close();
});

test('amazon-cognito-identity-js signs in by e-mail address (CG-JT-03, CG-UP-04)', async () => {
  const running = await startCognito(
    { pool: { UsernameAttributes: ['email'] } },
    { users: [{ ...ADA, username: ADA.email }] },
  );
  const { authenticate, session } = identityUser(running, ADA.email);
  const { sub, 'cognito:username': name } = (await session(authenticate(ADA.password))).getIdToken().payload;
  expect(name).toBe(sub);
  await running.close();
});

test('aws-amplify signs in by SRP, refreshes and signs out (CG-UP-04)', async () => {
  const running = await startCognito();
  configureAmplify(running);
  await expect(signIn({ username: 'ada', password: 'wrong' })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  });
  expect(await signIn({ username: 'ada', password: ADA.password })).toMatchObject({ isSignedIn: true });
  const { tokens } = await fetchAuthSession();
  expect(tokens?.idToken?.payload['email']).toBe(ADA.email);
  expect(await fetchUserAttributes()).toMatchObject({ email: ADA.email, email_verified: 'true' });
  const refreshed = await fetchAuthSession({ forceRefresh: true });
  expect(refreshed.tokens?.accessToken.toString()).not.toBe(tokens?.accessToken.toString());
  await signOut();
  expect((await fetchAuthSession()).tokens).toBeUndefined();
  await running.close();
});

test('aws-amplify signs in with a temporary password (CG-UP-05)', async () => {
  const running = await startCognito({}, { users: [TEMPORARY] });
  configureAmplify(running);
  const { nextStep } = await signIn({ username: 'ada', password: ADA.password });
  expect(nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
  expect(await confirmSignIn({ challengeResponse: 'Another-horse-9' })).toMatchObject({ isSignedIn: true });
  await signOut();
  await running.close();
});

test('aws-amplify enrolls an authenticator app (CG-UP-05)', async () => {
  const running = await startCognito({ pool: { ...MFA, MfaConfiguration: 'ON' } }, { now: () => NOW });
  configureAmplify(running);
  const { nextStep } = await signIn({ username: 'ada', password: ADA.password });
  if (nextStep.signInStep !== 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP') throw new TypeError(nextStep.signInStep);
  const code = totpCode(nextStep.totpSetupDetails.sharedSecret, NOW);
  expect(await confirmSignIn({ challengeResponse: code })).toMatchObject({ isSignedIn: true });
  await signOut();
  await running.close();
});

/** Answers the triggers of a custom sign-in: after the password, if the client sends it, the word 'open' is asked for. */
function customChallenge({ triggerSource, request, ...event }: Record<string, unknown>) {
  const { session = [], challengeAnswer } = request as {
    session?: { challengeName: string; challengeResult: boolean }[];
    challengeAnswer?: string;
  };
  const last = session.at(-1);
  switch (String(triggerSource).split('_')[0]) {
    case 'DefineAuthChallenge': {
      const issueTokens = last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult;
      const challengeName = last?.challengeName === 'SRP_A' ? 'PASSWORD_VERIFIER' : 'CUSTOM_CHALLENGE';
      return { ...event, response: { issueTokens, failAuthentication: false, challengeName } };
    }
    case 'CreateAuthChallenge':
      return { ...event, response: { publicChallengeParameters: { question: 'the word' } } };
    default:
      return { ...event, response: { answerCorrect: challengeAnswer === 'open' } };
  }
}

test.each(['CUSTOM_WITHOUT_SRP', 'CUSTOM_WITH_SRP'] as const)(
  'aws-amplify signs in with custom challenges: %s (CG-TR-12)',
  async (authFlowType) => {
    const names = ['DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse'];
    const LambdaConfig = Object.fromEntries(names.map((name) => [name, FUNCTION_ARN]));
    const { functions } = fakeFunction(customChallenge);
    const running = await startCognito({ pool: { LambdaConfig } }, { functions });
    configureAmplify(running);
    const options = { authFlowType };
    if (authFlowType === 'CUSTOM_WITH_SRP') {
      const wrong = signIn({ username: 'ada', password: 'wrong', options });
      await expect(wrong).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    }
    const password = authFlowType === 'CUSTOM_WITH_SRP' ? { password: ADA.password } : {};
    const { nextStep } = await signIn({ username: 'ada', ...password, options });
    expect(nextStep).toMatchObject({
      signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
      additionalInfo: { question: 'the word' },
    });
    // A wrong answer is asked for again: DefineAuthChallenge decides that.
    const again = await confirmSignIn({ challengeResponse: 'closed' });
    expect(again.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
    expect(await confirmSignIn({ challengeResponse: 'open' })).toMatchObject({ isSignedIn: true });
    expect((await fetchAuthSession()).tokens?.idToken?.payload['email']).toBe(ADA.email);
    await signOut();
    await running.close();
  },
);
