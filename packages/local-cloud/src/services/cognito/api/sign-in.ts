import type { SignInChallengeName } from '../../../trace/cognito-events';
import { UserPoolsApiError } from '../errors';
import type { Challenge } from '../flows/challenge-store';
import { nextChallenge, SIGN_IN_FAILURES } from '../flows/sign-in-rules';
import type { AuthFlow } from '../model/user-pool-client';
import { type HostedClient, nameOf } from '../pipeline/hosted-pool';
import { record, traceOf } from '../pipeline/request';
import { afterAuthentication, beforeAuthentication } from '../triggers/authentication';
import type { TokenSource } from '../triggers/pre-token-generation';
import type { Authentication } from '../users/user-directory';
import type { User } from '../users/user-file';
import type { Call } from './operation';
import { signIn } from './tokens';

/** Parameters of a request, by name. */
export type Parameters = Readonly<Record<string, string>>;

/** @throws UserPoolsApiError when the app client may not use the flow */
export function checkFlow({ client }: HostedClient, flow: AuthFlow): void {
  if (client.authFlows.includes(flow)) return;
  const message = {
    USER_PASSWORD_AUTH: 'USER_PASSWORD_AUTH flow not enabled for this client',
    USER_SRP_AUTH: 'USER_SRP_AUTH is not enabled for the client.',
  }[String(flow)];
  throw new UserPoolsApiError(
    'InvalidParameterException',
    message ?? 'Auth flow not enabled for this client',
    `add ALLOW_${flow} to ExplicitAuthFlows of the app client ${nameOf(client)}`,
  );
}

/** Returns a parameter of the request. @throws UserPoolsApiError when it is missing */
export function parameter(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value !== undefined && value !== '') return value;
  throw new UserPoolsApiError('InvalidParameterException', `Missing required parameter ${name}`);
}

/** @returns the user whose password is right @throws UserPoolsApiError */
export function acceptPassword(call: Call, { client }: HostedClient, authentication: Authentication): User {
  if (authentication.outcome === 'password-right') return authentication.user;
  const { outcome: reason, ...details } = authentication;
  record(call.request, 'login.failed', { reason, ...details });
  const isHidden = reason === 'unknown-user' && client.hidesUnknownUsers;
  throw new UserPoolsApiError(
    reason === 'unknown-user' && !isHidden ? 'UserNotFoundException' : 'NotAuthorizedException',
    SIGN_IN_FAILURES[isHidden ? 'wrong-password' : reason],
    isHidden ? 'the user does not exist, and PreventUserExistenceErrors hides it' : undefined,
  );
}

/** @returns `undefined` for an unknown user, when the client hides that @throws UserPoolsApiError */
export function findUser({ client, hosted }: HostedClient, parameters: Parameters) {
  const user = hosted.users.find(parameter(parameters, 'USERNAME'));
  if (user || client.hidesUnknownUsers) return user;
  throw new UserPoolsApiError('UserNotFoundException', 'User does not exist.');
}

/** Signs in a user with a password that the client sends. @throws UserPoolsApiError */
export async function signInWithPassword(
  call: Call,
  found: HostedClient,
  {
    username,
    password,
    clientMetadata,
  }: {
    readonly username: string;
    readonly password: string;
    readonly clientMetadata: Parameters | undefined;
  },
): Promise<object> {
  await beforeAuthentication(found, username, traceOf(call.request), clientMetadata);
  const authentication = found.hosted.users.authenticate(username, password);
  return continueSignIn(call, found, acceptPassword(call, found, authentication));
}

/** @throws UserPoolsApiError when the user cannot sign in before something else happens */
export function checkStatus({ status }: User): void {
  if (status === 'UNCONFIRMED') {
    throw new UserPoolsApiError('UserNotConfirmedException', 'User is not confirmed.');
  }
  if (status === 'RESET_REQUIRED') {
    const message = 'Password reset required for the user';
    throw new UserPoolsApiError('PasswordResetRequiredException', message, 'call ForgotPassword');
  }
}

/** Answers after the right password, or after a challenge: with the next challenge, or with tokens. @throws UserPoolsApiError */
export async function continueSignIn(
  call: Call,
  found: HostedClient,
  user: User,
  source?: TokenSource,
): Promise<object> {
  checkStatus(user);
  const name = nextChallenge(found.hosted.pool, user);
  if (name === undefined) return finishSignIn(call, found, user, source);
  record(call.request, 'challenge.started', { challenge: name });
  return {
    ChallengeName: name,
    Session: openChallenge(call, found, user, name),
    ChallengeParameters: challengeParameters(found, user, name),
  };
}

export async function finishSignIn(
  call: Call,
  found: HostedClient,
  user: User,
  source: TokenSource = 'TokenGeneration_Authentication',
): Promise<object> {
  await afterAuthentication(found, user, traceOf(call.request));
  return { AuthenticationResult: await signIn(call, found, user, source), ChallengeParameters: {} };
}

/** @returns the session */
export function openChallenge(
  { now, state }: Call,
  { client }: HostedClient,
  { sub }: User,
  name: SignInChallengeName,
  more: Pick<Challenge, 'totpSecret' | 'appEnrolled'> = {},
): string {
  return state.challenges.open(
    { name, clientId: client.id, sub, ...more },
    now() + client.authSessionSeconds * 1_000,
  );
}

function challengeParameters(
  { hosted }: HostedClient,
  user: User,
  name: SignInChallengeName,
): Record<string, string> {
  switch (name) {
    case 'NEW_PASSWORD_REQUIRED': {
      const required = hosted.users.missingAttributes(user).map((attribute) => `userAttributes.${attribute}`);
      const given = Object.entries(user.attributes).map(([attribute, value]) => [attribute, String(value)]);
      return {
        USER_ID_FOR_SRP: user.username,
        requiredAttributes: JSON.stringify(required),
        userAttributes: JSON.stringify(Object.fromEntries(given)),
      };
    }
    case 'SOFTWARE_TOKEN_MFA':
      return { USER_ID_FOR_SRP: user.username, FRIENDLY_DEVICE_NAME: '' };
    case 'MFA_SETUP':
      return { USER_ID_FOR_SRP: user.username, MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' };
  }
}
