import { z } from 'zod';
import { UserPoolsApiError } from '../errors';
import type { Challenge } from '../flows/challenge-store';
import { nextChallenge } from '../flows/sign-in-rules';
import type { HostedClient, HostedPool } from '../pipeline/hosted-pool';
import { record } from '../pipeline/request';
import { acceptedStep } from '../users/totp';
import type { User } from '../users/user-file';
import { clientOf } from './lookup';
import type { Call } from './operation';
import { expiredSession } from './respond-to-challenge';

interface PendingSetup extends HostedClient {
  readonly challenge: Challenge;
  readonly session: string;
  readonly user: User;
}

/** Finds the sign-in that waits for an authenticator app. @throws UserPoolsApiError */
export function pendingSetup(call: Call, session = ''): PendingSetup {
  const challenge = call.state.challenges.find(session, { browserId: undefined }, call.now());
  if (challenge?.name !== 'MFA_SETUP') throw expiredSession(call);
  const found = clientOf(call, challenge.clientId);
  const user = found.hosted.users.bySub(challenge.sub);
  if (!user || nextChallenge(found.hosted.pool, user) !== 'MFA_SETUP') throw expiredSession(call);
  return { ...found, challenge, session, user };
}

/**
 * Checks the first code of an app.
 *
 * @param session sign-in that ends after too many wrong codes
 * @throws UserPoolsApiError
 */
export function acceptCode(
  call: Call,
  secret: string | undefined,
  code: string,
  session?: string,
): { readonly secret: string; readonly usedStep: number } {
  if (secret === undefined) {
    const message = 'Software token has not been associated: call AssociateSoftwareToken first.';
    throw new UserPoolsApiError('InvalidParameterException', message);
  }
  const usedStep = acceptedStep(secret, code, call.now(), undefined);
  if (usedStep === undefined) {
    record(call.request, 'totp.code-rejected', {});
    if (session !== undefined && !call.state.challenges.failed(session)) throw expiredSession(call);
    throw new UserPoolsApiError('EnableSoftwareTokenMFAException', 'Code mismatch');
  }
  record(call.request, 'totp.app-enrolled', {});
  return { secret, usedStep };
}

const Settings = z.object({ Enabled: z.boolean().default(false), PreferredMfa: z.boolean().default(false) });

/** Members of the input of operations that turn a second factor on or off. */
export const MfaPreference = {
  EmailMfaSettings: Settings.optional(),
  SMSMfaSettings: Settings.optional(),
  SoftwareTokenMfaSettings: Settings.optional(),
};

/** @throws UserPoolsApiError */
export function setMfaPreference(
  { users }: HostedPool,
  { sub, totp }: User,
  preference: {
    readonly [name in keyof typeof MfaPreference]?: z.output<typeof Settings> | undefined;
  },
): void {
  const { EmailMfaSettings, SMSMfaSettings, SoftwareTokenMfaSettings: app } = preference;
  if (EmailMfaSettings?.Enabled === true || SMSMfaSettings?.Enabled === true) {
    const message = 'The local cloud sends no messages: use SoftwareTokenMfaSettings.';
    throw new UserPoolsApiError('InvalidParameterException', message);
  }
  if (!app) return;
  if (app.PreferredMfa && !app.Enabled) {
    throw new UserPoolsApiError('InvalidParameterException', 'PreferredMfa requires Enabled.');
  }
  if (app.Enabled && !totp) {
    throw new UserPoolsApiError('InvalidParameterException', 'User has not verified software token mfa');
  }
  if (totp) users.enrolApp(sub, { ...totp, isPreferred: app.Enabled });
}
