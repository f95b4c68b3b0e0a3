import { UserPoolsApiError } from '../errors';
import type { Challenge } from '../flows/challenge-store';
import { nextChallenge } from '../flows/sign-in-rules';
import type { HostedClient } from '../pipeline/hosted-pool';
import { record, traceOf } from '../pipeline/request';
import { beforeAuthentication } from '../triggers/authentication';
import { acceptedStep } from '../users/totp';
import { poolName } from '../users/user-directory';
import type { User } from '../users/user-file';
import { checkPassword, checkRequired, readAttributes } from './attributes';
import { wrongCode } from './codes';
import { answerCustomChallenge, continueCustomSignIn } from './custom-sign-in';
import { checkOneTimePassword, selectFactor, startFactor } from './first-factor';
import { checkSecretHash } from './lookup';
import type { Call } from './operation';
import { acceptPassword, checkStatus, continueSignIn, finishSignIn, parameter } from './sign-in';
import { provesPassword } from './srp';

type Responses = Readonly<Record<string, string>>;

interface Answer {
  readonly call: Call;
  readonly found: HostedClient;
  readonly responses: Responses;
  readonly session: string;
  readonly challenge: Challenge;
  readonly clientMetadata: Responses | undefined;
}

/** Answers a challenge of a sign-in. @throws UserPoolsApiError */
export async function respondToChallenge(
  call: Call,
  found: HostedClient,
  input: {
    readonly ChallengeName: string;
    readonly ChallengeResponses: Responses;
    readonly ClientMetadata?: Responses | undefined;
    readonly Session?: string | undefined;
  },
): Promise<object> {
  const { ChallengeName: name, ChallengeResponses: responses } = input;
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  if (!handler) {
    const message = `The local cloud does not support the challenge ${name}.`;
    throw new UserPoolsApiError('InvalidParameterException', message);
  }
  checkSecretHash(found.client, responses['SECRET_HASH'], parameter(responses, 'USERNAME'));
  const block = responses['PASSWORD_CLAIM_SECRET_BLOCK'] ?? '';
  const session =
    name === 'PASSWORD_VERIFIER' ? Buffer.from(block, 'base64').toString() : (input.Session ?? '');
  const from = { browserId: undefined, clientId: found.client.id };
  const challenge = call.state.challenges.find(session, from, call.now());
  if (challenge?.name !== name) throw expiredSession(call);
  return handler({ call, found, responses, session, challenge, clientMetadata: input.ClientMetadata });
}

const HANDLERS: Readonly<Record<string, (answer: Answer) => Promise<object>>> = {
  CUSTOM_CHALLENGE: checkAnswer,
  EMAIL_OTP: checkCode,
  MFA_SETUP: finishAppSetup,
  NEW_PASSWORD_REQUIRED: setNewPassword,
  PASSWORD: checkFactor,
  PASSWORD_SRP: checkFactor,
  PASSWORD_VERIFIER: verifyPassword,
  SELECT_CHALLENGE: (answer) => selectFactor(choiceOf(answer), answer.challenge, answer.session),
  SMS_OTP: checkCode,
  SOFTWARE_TOKEN_MFA: checkAppCode,
};

/** Checks the password, or starts the Secure Remote Password protocol. */
function checkFactor(answer: Answer): Promise<object> {
  const { call, responses, session, challenge } = answer;
  const factor = challenge.name === 'PASSWORD' ? 'PASSWORD' : 'PASSWORD_SRP';
  parameter(responses, factor === 'PASSWORD' ? 'PASSWORD' : 'SRP_A');
  call.state.challenges.close(session);
  return startFactor(choiceOf(answer), factor);
}

async function checkCode(answer: Answer): Promise<object> {
  const result = await checkOneTimePassword(choiceOf(answer), answer.challenge, answer.session);
  if (result) return result;
  throw expiredSession(answer.call);
}

function choiceOf({ call, found, responses, challenge, clientMetadata }: Answer) {
  const user = found.hosted.users.bySub(challenge.sub);
  const username = challenge.choice?.username ?? '';
  return { call, found, username, user, parameters: responses, clientMetadata };
}

async function checkAnswer({ call, found, responses, session, challenge, clientMetadata }: Answer) {
  const answer = parameter(responses, 'ANSWER');
  if (!challenge.custom) throw expiredSession(call);
  call.state.challenges.close(session);
  return answerCustomChallenge(call, found, challenge.custom, answer, clientMetadata);
}

async function verifyPassword({
  call,
  found,
  responses,
  session,
  challenge,
  clientMetadata,
}: Answer): Promise<object> {
  const { users, pool } = found.hosted;
  const user = users.bySub(challenge.sub);
  const { custom, srp } = challenge;
  const claim = {
    poolName: poolName(pool),
    username: user?.username ?? '',
    secretBlock: Buffer.from(parameter(responses, 'PASSWORD_CLAIM_SECRET_BLOCK'), 'base64'),
    timestamp: parameter(responses, 'TIMESTAMP'),
    signature: Buffer.from(parameter(responses, 'PASSWORD_CLAIM_SIGNATURE'), 'base64'),
  };
  call.state.challenges.close(session);
  const name = user?.username ?? parameter(responses, 'USERNAME');
  await beforeAuthentication(found, name, traceOf(call.request));
  const authentication = users.authenticateBy(name, () => srp !== undefined && provesPassword(srp, claim));
  const accepted = acceptPassword(call, found, authentication);
  if (!custom) return continueSignIn(call, found, accepted);
  checkStatus(accepted);
  const results = [...custom.results, { challengeName: 'PASSWORD_VERIFIER', challengeResult: true } as const];
  return continueCustomSignIn(call, found, { ...custom, results }, { clientMetadata });
}

async function setNewPassword({ call, found, responses, session, challenge }: Answer): Promise<object> {
  const { pool, users } = found.hosted;
  const user = pendingUser({ call, found, challenge });
  const password = parameter(responses, 'NEW_PASSWORD');
  const prefix = 'userAttributes.';
  const given = Object.entries(responses).filter(([name]) => name.startsWith(prefix));
  const list = given.map(([name, Value]) => ({ Name: name.slice(prefix.length), Value }));
  const attributes = readAttributes(list, pool, found.client);
  checkPassword(password, pool.passwordPolicy);
  checkRequired(pool, { ...user.attributes, ...attributes });
  call.state.challenges.close(session);
  users.confirm(user.sub, password, attributes);
  record(call.request, 'new-password.set', {});
  const confirmed = users.bySub(user.sub) ?? user;
  return continueSignIn(call, found, confirmed, 'TokenGeneration_NewPasswordChallenge');
}

async function checkAppCode({ call, found, responses, session, challenge }: Answer): Promise<object> {
  const user = pendingUser({ call, found, challenge });
  const { totp } = user;
  const code = parameter(responses, 'SOFTWARE_TOKEN_MFA_CODE');
  const step = totp && acceptedStep(totp.secret, code, call.now(), totp.usedStep);
  if (!totp || step === undefined) {
    record(call.request, 'totp.code-rejected', {});
    if (!call.state.challenges.failed(session)) throw expiredSession(call);
    throw wrongCode();
  }
  call.state.challenges.close(session);
  found.hosted.users.enrolApp(user.sub, { ...totp, usedStep: step });
  record(call.request, 'totp.code-accepted', {});
  return finishSignIn(call, found, user);
}

/** Signs in with the session of `VerifySoftwareToken`, which has enrolled an app. */
async function finishAppSetup({ call, found, session, challenge }: Answer): Promise<object> {
  const user = found.hosted.users.bySub(challenge.sub);
  if (!user) throw expiredSession(call);
  if (challenge.appEnrolled !== true) {
    const message = 'Software token MFA has not been set up: call VerifySoftwareToken, and send its Session.';
    throw new UserPoolsApiError('InvalidParameterException', message);
  }
  call.state.challenges.close(session);
  return finishSignIn(call, found, user);
}

/** Finds the user; the challenge may have been answered in another session. @throws UserPoolsApiError */
function pendingUser({ call, found, challenge }: Pick<Answer, 'call' | 'found' | 'challenge'>): User {
  const user = found.hosted.users.bySub(challenge.sub);
  if (user && nextChallenge(found.hosted.pool, user) === challenge.name) return user;
  throw expiredSession(call);
}

export function expiredSession(call: Call): UserPoolsApiError {
  record(call.request, 'challenge.not-found', {});
  const message = 'Invalid session for the user, session is expired.';
  return new UserPoolsApiError('NotAuthorizedException', message);
}
