import { timingSafeEqual } from 'node:crypto';
import { derivedUuid } from '@spa-on-aws/cloudformation';
import { UserPoolsApiError } from '../errors';
import type { Challenge } from '../flows/challenge-store';
import { nextChallenge } from '../flows/sign-in-rules';
import type { FirstFactor, UserPool } from '../model/user-pool';
import type { HostedClient } from '../pipeline/hosted-pool';
import { record, traceOf } from '../pipeline/request';
import { beforeAuthentication } from '../triggers/authentication';
import { sendCustomMessage } from '../triggers/custom-message';
import { type Destination, newCode } from '../users/messages';
import type { User } from '../users/user-file';
import { deliveryDetails, wrongCode } from './codes';
import { checkMaySignIn } from './custom-sign-in';
import type { Call } from './operation';
import { continueSignIn, parameter, type Parameters, signInWithPassword } from './sign-in';
import { startSrp } from './start-srp';

/** A first factor, as Cognito's API names its challenge. */
export type FactorName = FirstFactor | 'PASSWORD_SRP';

/** Digits of a one-time password; other codes have six. */
const DIGITS = 8;

/** A sign-in whose first factor the user chooses (row CG-UP-11). */
interface ChoiceSignIn {
  readonly call: Call;
  readonly found: HostedClient;
  readonly username: string;
  /** `undefined` for an unknown user, when the client hides that. */
  readonly user: User | undefined;
  readonly parameters: Parameters;
  readonly clientMetadata: Parameters | undefined;
}

/**
 * Starts the factor that `PREFERRED_CHALLENGE` names, or offers those that the user has.
 *
 * @param session of `ConfirmSignUp`: its code was the first factor
 * @throws UserPoolsApiError
 */
export async function offerFactors(signIn: ChoiceSignIn, session?: string): Promise<object> {
  const { call, found, user, parameters } = signIn;
  const confirmed = session === undefined ? undefined : find(signIn, session);
  if (session !== undefined && confirmed?.name === 'SIGNED_UP' && user?.sub === confirmed.sub) {
    call.state.challenges.close(session);
    checkMaySignIn(user);
    return continueSignIn(call, found, user);
  }
  const factors = factorsOf(found, user);
  const preferred = factors.find((factor) => factor === parameters['PREFERRED_CHALLENGE']);
  if (preferred) return startFactor(signIn, preferred);
  record(call.request, 'first-factors.offered', { factors });
  return {
    AvailableChallenges: factors,
    ...challenge(signIn, 'SELECT_CHALLENGE', { factors }),
  };
}

/** Starts the factor that the user has selected. @throws UserPoolsApiError */
export function selectFactor(signIn: ChoiceSignIn, { choice }: Challenge, session: string): Promise<object> {
  const answer = parameter(signIn.parameters, 'ANSWER');
  const factor = choice?.factors.find((name) => name === answer);
  if (!factor) {
    throw new UserPoolsApiError(
      'InvalidParameterException',
      `${answer} is not one of the available challenges.`,
      `AvailableChallenges are ${choice?.factors.join(', ') ?? 'none'}`,
    );
  }
  signIn.call.state.challenges.close(session);
  return startFactor(signIn, factor);
}

/** Starts a factor, or checks it when the request has its parameters already. @throws UserPoolsApiError */
export async function startFactor(signIn: ChoiceSignIn, factor: FactorName): Promise<object> {
  const { call, found, username, parameters, clientMetadata } = signIn;
  record(call.request, 'first-factor.chosen', { factor });
  const { PASSWORD: password, SRP_A: srp } = parameters;
  if (factor === 'PASSWORD' && password !== undefined)
    return signInWithPassword(call, found, { username, password, clientMetadata });
  if (factor === 'PASSWORD_SRP' && srp !== undefined) return startSrp(call, found, parameters);
  if (factor === 'PASSWORD' || factor === 'PASSWORD_SRP') return challenge(signIn, factor, {});
  return sendOneTimePassword(signIn, factor);
}

/** Checks a one-time password. @throws UserPoolsApiError */
export async function checkOneTimePassword(
  { call, found, user, parameters }: ChoiceSignIn,
  { name, choice }: Challenge,
  session: string,
): Promise<object | undefined> {
  const given = Buffer.from(parameter(parameters, `${name}_CODE`).trim());
  const expected = Buffer.from(choice?.code ?? '');
  if (!user || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    record(call.request, 'one-time-password.rejected', {});
    if (!call.state.challenges.failed(session)) return undefined;
    throw wrongCode();
  }
  call.state.challenges.close(session);
  record(call.request, 'one-time-password.accepted', {});
  checkMaySignIn(user);
  return continueSignIn(call, found, user);
}

/** True if users of the pool need no password. */
export function sendsOneTimePasswords({ firstFactors }: UserPool): boolean {
  return firstFactors.some((factor) => factor !== 'PASSWORD');
}

/** @throws UserPoolsApiError for a new user without a password, where each user must have one */
export function checkSendsOneTimePasswords(pool: UserPool): void {
  if (sendsOneTimePasswords(pool)) return;
  throw new UserPoolsApiError(
    'InvalidParameterException',
    'Password is required.',
    'SignInPolicy of the user pool has neither EMAIL_OTP nor SMS_OTP',
  );
}

/**
 * Opens a session with which a user who has just confirmed the sign-up signs in by `USER_AUTH`: the code was the first factor.
 *
 * @returns `undefined` when the user pool or the app client does not allow that
 */
export function openFirstSignIn(
  call: Call,
  { client, hosted }: HostedClient,
  user: User,
): string | undefined {
  const sendsCodes = factorsOf({ client, hosted }, user).some(
    (name) => name === 'EMAIL_OTP' || name === 'SMS_OTP',
  );
  if (!sendsCodes || !client.authFlows.includes('USER_AUTH')) return undefined;
  return call.state.challenges.open(
    { name: 'SIGNED_UP', clientId: client.id, sub: user.sub },
    call.now() + client.authSessionSeconds * 1_000,
  );
}

/**
 * Lists the factors that the user pool allows and the user has. Codes are sent to verified addresses only, and replace no second
 * factor: a user who needs one signs in with the password.
 */
function factorsOf({ hosted }: HostedClient, user: User | undefined): FactorName[] {
  const { pool } = hosted;
  const needsMfa = pool.mfa === 'ON' || (user && nextChallenge(pool, user) === 'SOFTWARE_TOKEN_MFA');
  return pool.firstFactors.flatMap((factor): FactorName[] => {
    if (factor === 'PASSWORD') return user && !user.passwordDigest ? [] : ['PASSWORD', 'PASSWORD_SRP'];
    return needsMfa || (user && !destination(user, factor)) ? [] : [factor];
  });
}

const ATTRIBUTES = { EMAIL_OTP: 'email', SMS_OTP: 'phone_number' } as const;

function destination({ attributes }: User, factor: keyof typeof ATTRIBUTES): Destination | undefined {
  const attribute = ATTRIBUTES[factor];
  const address = attributes[attribute];
  return address !== undefined && attributes[`${attribute}_verified`] === true
    ? { attribute, address: String(address) }
    : undefined;
}

/** Logs the code that AWS sends; for an unknown user there is none. */
async function sendOneTimePassword(signIn: ChoiceSignIn, factor: keyof typeof ATTRIBUTES): Promise<object> {
  const { call, found, username, user, clientMetadata } = signIn;
  const { client, hosted } = found;
  const trace = traceOf(call.request);
  await beforeAuthentication(found, username, trace, clientMetadata);
  if (user) checkMaySignIn(user);
  const code = newCode(DIGITS);
  const sentTo = (user && destination(user, factor)) ?? simulatedDestination(signIn, factor);
  if (user) {
    const defaultText = `Your authentication code is ${code}`;
    await sendCustomMessage(
      hosted,
      { source: 'Authentication', clientId: client.id, user, destination: sentTo, code, defaultText },
      { log: call.log, trace },
    );
  }
  record(call.request, 'one-time-password.sent', {});
  const { DeliveryMedium, Destination } = deliveryDetails(sentTo);
  return {
    ...challenge(signIn, factor, { code }),
    ChallengeParameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: DeliveryMedium,
      CODE_DELIVERY_DESTINATION: Destination,
    },
  };
}

function simulatedDestination(
  { found, username }: ChoiceSignIn,
  factor: keyof typeof ATTRIBUTES,
): Destination {
  if (factor === 'EMAIL_OTP')
    return { attribute: 'email', address: username.includes('@') ? username : `${username}@${username}` };
  const digits = Number.parseInt(derivedUuid(`${found.hosted.pool.id}/${username}`).slice(0, 8), 16);
  return { attribute: 'phone_number', address: String(digits % 10_000).padStart(4, '0') };
}

function challenge(
  { call, found, username, user }: ChoiceSignIn,
  name: FactorName | 'SELECT_CHALLENGE',
  { factors = [], code }: { readonly factors?: readonly FactorName[]; readonly code?: string },
): object {
  const { client } = found;
  const session = call.state.challenges.open(
    {
      name,
      clientId: client.id,
      sub: user?.sub ?? '',
      choice: { username, factors, ...(code !== undefined && { code }) },
    },
    call.now() + client.authSessionSeconds * 1_000,
  );
  return { ChallengeName: name, Session: session, ChallengeParameters: {} };
}

function find({ call, found }: ChoiceSignIn, session: string): Challenge | undefined {
  return call.state.challenges.find(session, { browserId: undefined, clientId: found.client.id }, call.now());
}
