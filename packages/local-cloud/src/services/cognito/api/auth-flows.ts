import { UserPoolsApiError } from '../errors';
import type { HostedClient } from '../pipeline/hosted-pool';
import { traceOf } from '../pipeline/request';
import { beforeAuthentication } from '../triggers/authentication';
import type { CustomSignIn } from '../triggers/custom-authentication';
import { migrateUser } from '../triggers/user-migration';
import { checkMaySignIn, continueCustomSignIn } from './custom-sign-in';
import { checkSecretHash } from './lookup';
import type { Call } from './operation';
import { offerFactors } from './first-factor';
import { checkFlow, findUser, parameter, type Parameters, signInWithPassword } from './sign-in';
import { startSrp } from './start-srp';
import { refresh } from './tokens';

type Flow = (
  call: Call,
  found: HostedClient,
  parameters: Parameters,
  clientMetadata: Parameters | undefined,
  session?: string,
) => Promise<object>;

/** Signs in with a password that the client sends. */
const withPassword =
  (flow: 'ADMIN_USER_PASSWORD_AUTH' | 'USER_PASSWORD_AUTH'): Flow =>
  async (call, found, parameters, clientMetadata) => {
    checkFlow(found, flow);
    const username = parameter(parameters, 'USERNAME');
    const password = parameter(parameters, 'PASSWORD');
    checkSecretHash(found.client, parameters['SECRET_HASH'], username);
    await migrateUser(found, { username, password, clientMetadata }, traceOf(call.request));
    return signInWithPassword(call, found, { username, password, clientMetadata });
  };

/** Starts a sign-in by the Secure Remote Password protocol; `PASSWORD_VERIFIER` follows. */
const withSrp: Flow = async (call, found, parameters) => {
  checkFlow(found, 'USER_SRP_AUTH');
  checkSecretHash(found.client, parameters['SECRET_HASH'], parameter(parameters, 'USERNAME'));
  findUser(found, parameters);
  return startSrp(call, found, parameters);
};

/** Starts a sign-in with the challenges that the functions of the user pool choose (row CG-TR-12). */
const withCustomChallenges: Flow = async (call, found, parameters, clientMetadata) => {
  checkFlow(found, 'CUSTOM_AUTH');
  const username = parameter(parameters, 'USERNAME');
  checkSecretHash(found.client, parameters['SECRET_HASH'], username);
  const user = findUser(found, parameters);
  if (parameters['CHALLENGE_NAME'] === 'SRP_A') {
    const signIn: CustomSignIn = {
      username,
      results: [{ challengeName: 'SRP_A', challengeResult: true }],
    };
    return continueCustomSignIn(call, found, signIn, {
      startSrp: () => startSrp(call, found, parameters, signIn),
    });
  }
  await beforeAuthentication(found, username, traceOf(call.request), clientMetadata);
  if (user) checkMaySignIn(user);
  return continueCustomSignIn(call, found, { username, results: [] }, {});
};

const withRefreshToken: Flow = async (call, found, parameters) => {
  checkFlow(found, 'REFRESH_TOKEN_AUTH');
  const value = parameter(parameters, 'REFRESH_TOKEN');
  const result = await refresh(call, found, value, ({ username }) =>
    checkSecretHash(found.client, parameters['SECRET_HASH'], username),
  );
  return { AuthenticationResult: result, ChallengeParameters: {} };
};

/** Starts a sign-in whose first factor the user chooses (row CG-UP-11). */
const withChoice: Flow = async (call, found, parameters, clientMetadata, session) => {
  checkFlow(found, 'USER_AUTH');
  const username = parameter(parameters, 'USERNAME');
  checkSecretHash(found.client, parameters['SECRET_HASH'], username);
  const user = findUser(found, parameters);
  return offerFactors({ call, found, username, user, parameters, clientMetadata }, session);
};

const FLOWS: Readonly<Record<string, Flow>> = {
  CUSTOM_AUTH: withCustomChallenges,
  REFRESH_TOKEN: withRefreshToken,
  REFRESH_TOKEN_AUTH: withRefreshToken,
  USER_AUTH: withChoice,
  USER_SRP_AUTH: withSrp,
};

/** Flows of `InitiateAuth`. */
export const USER_FLOWS = { ...FLOWS, USER_PASSWORD_AUTH: withPassword('USER_PASSWORD_AUTH') };

/** Flows of `AdminInitiateAuth`. */
export const ADMIN_FLOWS = {
  ...FLOWS,
  ADMIN_NO_SRP_AUTH: withPassword('ADMIN_USER_PASSWORD_AUTH'),
  ADMIN_USER_PASSWORD_AUTH: withPassword('ADMIN_USER_PASSWORD_AUTH'),
};

/** @throws UserPoolsApiError */
export function startAuthFlow(
  call: Call,
  found: HostedClient,
  {
    AuthFlow,
    AuthParameters,
    ClientMetadata,
    Session,
  }: {
    readonly AuthFlow: string;
    readonly AuthParameters: Parameters;
    readonly ClientMetadata?: Parameters | undefined;
    readonly Session?: string | undefined;
  },
  flows: Readonly<Record<string, Flow>>,
): Promise<object> {
  const flow = Object.hasOwn(flows, AuthFlow) ? flows[AuthFlow] : undefined;
  if (flow) return flow(call, found, AuthParameters, ClientMetadata, Session);
  throw new UserPoolsApiError('InvalidParameterException', 'Initiate Auth method not supported.');
}
