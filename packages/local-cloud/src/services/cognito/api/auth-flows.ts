import { randomBytes } from 'node:crypto';
import { derivedUuid } from '@spa-on-aws/cloudformation';
import { UserPoolsApiError } from '../errors';
import type { HostedClient } from '../pipeline/hosted-pool';
import { traceOf } from '../pipeline/request';
import { beforeAuthentication } from '../triggers/authentication';
import type { CustomSignIn } from '../triggers/custom-authentication';
import { migrateUser } from '../triggers/user-migration';
import { checkMaySignIn, continueCustomSignIn } from './custom-sign-in';
import { checkSecretHash } from './lookup';
import type { Call } from './operation';
import { acceptPassword, checkFlow, continueSignIn, parameter } from './sign-in';
import { answerClient, hexOf } from './srp';
import { refresh } from './tokens';

type Parameters = Readonly<Record<string, string>>;

type Flow = (
  call: Call,
  found: HostedClient,
  parameters: Parameters,
  clientMetadata: Parameters | undefined,
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
    await beforeAuthentication(found, username, traceOf(call.request), clientMetadata);
    const authentication = found.hosted.users.authenticate(username, password);
    return continueSignIn(call, found, acceptPassword(call, found, authentication));
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

/** @returns `undefined` for an unknown user, when the client hides that @throws UserPoolsApiError */
function findUser({ client, hosted }: HostedClient, parameters: Parameters) {
  const user = hosted.users.find(parameter(parameters, 'USERNAME'));
  if (user || client.hidesUnknownUsers) return user;
  throw new UserPoolsApiError('UserNotFoundException', 'User does not exist.');
}

/** Answers with `PASSWORD_VERIFIER`. @throws UserPoolsApiError */
function startSrp(call: Call, found: HostedClient, parameters: Parameters, custom?: CustomSignIn): object {
  const username = parameter(parameters, 'USERNAME');
  const clientPublicHex = parameter(parameters, 'SRP_A');
  const user = found.hosted.users.find(username);
  // The same answer for an unknown user, whose password is always wrong.
  const digest = user?.passwordDigest ?? randomBytes(32);
  const srp = /^[0-9a-f]{1,1024}$/i.test(clientPublicHex) ? answerClient(clientPublicHex, digest) : undefined;
  if (!srp) throw new UserPoolsApiError('InvalidParameterException', 'Invalid SRP_A');
  const session = call.state.challenges.open(
    {
      name: 'PASSWORD_VERIFIER',
      clientId: found.client.id,
      sub: user?.sub ?? '',
      srp,
      ...(custom && { custom }),
    },
    call.now() + found.client.authSessionSeconds * 1_000,
  );
  const { pool } = found.hosted;
  const simulated =
    pool.signIn.usernameAttributes.length > 0 ? derivedUuid(`${pool.id}/${username}`) : username;
  const userId = user?.username ?? simulated;
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      SALT: hexOf(srp.salt),
      SECRET_BLOCK: Buffer.from(session).toString('base64'),
      SRP_B: hexOf(srp.publicValue),
      USERNAME: userId,
      USER_ID_FOR_SRP: userId,
    },
  };
}

const withRefreshToken: Flow = async (call, found, parameters) => {
  checkFlow(found, 'REFRESH_TOKEN_AUTH');
  const value = parameter(parameters, 'REFRESH_TOKEN');
  const result = await refresh(call, found, value, ({ username }) =>
    checkSecretHash(found.client, parameters['SECRET_HASH'], username),
  );
  return { AuthenticationResult: result, ChallengeParameters: {} };
};

const FLOWS: Readonly<Record<string, Flow>> = {
  CUSTOM_AUTH: withCustomChallenges,
  REFRESH_TOKEN: withRefreshToken,
  REFRESH_TOKEN_AUTH: withRefreshToken,
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
  }: {
    readonly AuthFlow: string;
    readonly AuthParameters: Parameters;
    readonly ClientMetadata?: Parameters | undefined;
  },
  flows: Readonly<Record<string, Flow>>,
): Promise<object> {
  const flow = Object.hasOwn(flows, AuthFlow) ? flows[AuthFlow] : undefined;
  if (flow) return flow(call, found, AuthParameters, ClientMetadata);
  throw new UserPoolsApiError(
    'InvalidParameterException',
    AuthFlow === 'USER_AUTH'
      ? `The local cloud does not support the flow ${AuthFlow}. Use USER_SRP_AUTH or USER_PASSWORD_AUTH.`
      : 'Initiate Auth method not supported.',
  );
}
