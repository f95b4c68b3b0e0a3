import { UserPoolsApiError } from '../errors';
import { SIGN_IN_FAILURES } from '../flows/sign-in-rules';
import type { HostedClient } from '../pipeline/hosted-pool';
import { record, traceOf } from '../pipeline/request';
import {
  createAuthChallenge,
  type CustomSignIn,
  type CustomSignInRequest,
  defineAuthChallenge,
  verifyAuthChallenge,
} from '../triggers/custom-authentication';
import { invalidResponse } from '../triggers/run-trigger';
import type { User } from '../users/user-file';
import type { Call } from './operation';
import { checkStatus, continueSignIn } from './sign-in';

type Metadata = CustomSignInRequest['clientMetadata'];

/**
 * Answers with the step that the functions of the user pool choose: a challenge, tokens or an error (row CG-TR-12).
 *
 * @param startSrp starts the Secure Remote Password protocol; only the first step can be that
 * @throws UserPoolsApiError
 */
export async function continueCustomSignIn(
  call: Call,
  found: HostedClient,
  signIn: CustomSignIn,
  { clientMetadata, startSrp }: { readonly clientMetadata?: Metadata; readonly startSrp?: () => object },
): Promise<object> {
  const user = found.hosted.users.find(signIn.username);
  const request = { found, signIn, user, clientMetadata, trace: traceOf(call.request) };
  const { challengeName, issueTokens, failAuthentication } = await defineAuthChallenge(request);
  if (failAuthentication === true || (issueTokens === true && !user)) {
    throw new UserPoolsApiError('NotAuthorizedException', SIGN_IN_FAILURES['wrong-password']);
  }
  if (issueTokens === true && user) return continueSignIn(call, found, user);
  if (startSrp && (challengeName === 'PASSWORD_VERIFIER' || challengeName === 'SRP_A')) return startSrp();
  if (challengeName !== 'CUSTOM_CHALLENGE') {
    throw invalidResponse(
      `DefineAuthChallenge chose the challenge '${challengeName ?? ''}'. The local cloud knows CUSTOM_CHALLENGE and, as the answer to SRP_A, PASSWORD_VERIFIER`,
    );
  }
  const challenge = await createAuthChallenge(request);
  const session = call.state.challenges.open(
    {
      name: 'CUSTOM_CHALLENGE',
      clientId: found.client.id,
      sub: user?.sub ?? '',
      custom: { ...signIn, challenge },
    },
    call.now() + found.client.authSessionSeconds * 1_000,
  );
  record(call.request, 'custom-challenge.started', {});
  return {
    ChallengeName: 'CUSTOM_CHALLENGE',
    Session: session,
    ChallengeParameters: {
      USERNAME: user?.username ?? signIn.username,
      ...challenge.publicChallengeParameters,
    },
  };
}

/** Checks the answer to a custom challenge, and answers with the next step. @throws UserPoolsApiError */
export async function answerCustomChallenge(
  call: Call,
  found: HostedClient,
  signIn: CustomSignIn,
  answer: string,
  clientMetadata: Metadata,
): Promise<object> {
  const { username, results, challenge } = signIn;
  const user = found.hosted.users.find(username);
  const request = { found, signIn, user, clientMetadata, trace: traceOf(call.request) };
  const challengeResult = await verifyAuthChallenge(request, answer);
  const challengeMetadata = challenge?.challengeMetadata ?? undefined;
  const result = { challengeName: 'CUSTOM_CHALLENGE', challengeResult, challengeMetadata } as const;
  return continueCustomSignIn(call, found, { username, results: [...results, result] }, { clientMetadata });
}

/** Checks a user who signs in without a password. @throws UserPoolsApiError */
export function checkMaySignIn(user: User): void {
  if (!user.enabled) throw new UserPoolsApiError('NotAuthorizedException', SIGN_IN_FAILURES.disabled);
  checkStatus(user);
}
