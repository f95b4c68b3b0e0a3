import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { HostedClient } from '../pipeline/hosted-pool';
import { traceOf } from '../pipeline/request';
import type { SignInState } from '../state';
import { type MessageSource, sendCustomMessage } from '../triggers/custom-message';
import type { Destination } from '../users/messages';
import type { User } from '../users/user-file';
import type { CodePurpose } from '../users/verification-codes';

/** Default texts of messages, before the code. */
const TEXTS: Readonly<Record<CodePurpose, string>> = {
  'sign-up': 'Your confirmation code is',
  'new-password': 'Your password reset code is',
  email: 'Your verification code is',
  phone_number: 'Your verification code is',
};

/**
 * Creates a code and logs it; AWS sends it by e-mail or SMS (rows CG-LG-05, CG-TR-13).
 *
 * @returns what the code is for
 * @throws UserPoolsApiError when the trigger CustomMessage fails
 */
export async function sendCode(
  { client, hosted }: HostedClient,
  user: User,
  source: Exclude<MessageSource, 'AdminCreateUser' | 'Authentication'>,
  destination: Destination,
  {
    log,
    now,
    request,
    state,
  }: {
    readonly log: Logger;
    readonly now: () => number;
    readonly request: IncomingMessage;
    readonly state: Pick<SignInState, 'codes'>;
  },
): Promise<CodePurpose> {
  const purpose = purposeOf(source, destination);
  const code = state.codes.create(user.sub, purpose, destination, now());
  const defaultText = `${TEXTS[purpose]} ${code}`;
  const message = { source, clientId: client.id, user, destination, code, defaultText };
  await sendCustomMessage(hosted, message, { log, trace: traceOf(request) });
  return purpose;
}

function purposeOf(source: MessageSource, { attribute }: Destination): CodePurpose {
  if (source === 'SignUp' || source === 'ResendCode') return 'sign-up';
  return source === 'ForgotPassword' ? 'new-password' : attribute;
}
