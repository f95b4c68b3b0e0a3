import { z } from 'zod';
import type { Logger } from 'pino';
import type { Trace } from '../../../trace/trace';
import type { HostedPool } from '../pipeline/hosted-pool';
import { type Destination, sendMessage } from '../users/messages';
import type { User } from '../users/user-file';
import { invalidResponse, userAttributesOf } from './run-trigger';

/** Reasons for a message, as `triggerSource` has them. */
export type MessageSource =
  | 'AdminCreateUser'
  | 'Authentication'
  | 'ForgotPassword'
  | 'ResendCode'
  | 'SignUp'
  | 'UpdateUserAttribute'
  | 'VerifyUserAttribute';

/** Placeholders that the function puts into its texts. */
const CODE = '{####}';
const USERNAME = '{username}';

/** AWS allows this many characters in a message. */
const LIMITS = { email: 20_000, phone_number: 140 } as const;

const Response = z.looseObject({
  smsMessage: z.string().nullish(),
  emailMessage: z.string().nullish(),
  emailSubject: z.string().nullish(),
});

interface Message {
  readonly source: MessageSource;
  readonly clientId: string;
  readonly user: User;
  readonly destination: Destination;
  /** A code or a temporary password. */
  readonly code: string;
  /** Of a message with a temporary password. */
  readonly username?: string;
  readonly defaultText: string;
}

/**
 * Logs a message that AWS sends, with the text that the trigger gives it (row CG-TR-13).
 *
 * @throws UserPoolsApiError when the trigger fails
 */
export async function sendCustomMessage(
  { triggers }: HostedPool,
  message: Message,
  { log, trace }: { readonly log: Logger; readonly trace: Trace },
): Promise<void> {
  const { source, clientId, user, destination, code, username, defaultText } = message;
  const event = {
    source: `CustomMessage_${source}`,
    userName: user.username,
    clientId,
    request: {
      userAttributes: userAttributesOf(user),
      codeParameter: CODE,
      usernameParameter: username === undefined ? null : USERNAME,
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  };
  const read = Response.safeParse((await triggers.run('CustomMessage', event, trace)) ?? {});
  if (!read.success) throw invalidResponse(z.prettifyError(read.error));
  const { smsMessage, emailMessage, emailSubject } = read.data;
  const custom = destination.attribute === 'email' ? emailMessage : smsMessage;
  const missing = [CODE, ...(username === undefined ? [] : [USERNAME])].filter(
    (placeholder) => typeof custom === 'string' && !custom.includes(placeholder),
  );
  if (missing.length > 0)
    log.warn(`The text of CustomMessage has no ${missing.join(' and no ')}: the default text is sent.`);
  const text =
    typeof custom === 'string' && missing.length === 0
      ? custom.replaceAll(CODE, code).replaceAll(USERNAME, username ?? USERNAME)
      : defaultText;
  if (text.length > LIMITS[destination.attribute])
    throw invalidResponse(`the message is longer than ${LIMITS[destination.attribute]} characters`);
  const subject = destination.attribute === 'email' ? (emailSubject ?? undefined) : undefined;
  sendMessage(log, destination, subject === undefined ? text : `${subject}: ${text}`);
}
