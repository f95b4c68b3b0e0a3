import type { Trace } from '../../../trace/trace';
import type { HostedPool } from '../pipeline/hosted-pool';
import { userAttributesOf } from './run-trigger';

/** Client of an operation that names none, in events. */
export const NO_CLIENT = 'CLIENT_ID_NOT_APPLICABLE';

/**
 * Runs the trigger after a user was confirmed, or has reset the password; that stays when the trigger fails (row CG-TR-09).
 *
 * @throws UserPoolsApiError when the trigger fails
 */
export async function afterConfirmation(
  { triggers, users }: HostedPool,
  {
    clientId,
    sub,
    source,
  }: {
    readonly clientId: string;
    readonly sub: string;
    readonly source: 'ConfirmSignUp' | 'ConfirmForgotPassword';
  },
  trace: Trace,
): Promise<void> {
  const user = users.bySub(sub);
  if (!user) return;
  const event = {
    source: `PostConfirmation_${source}`,
    userName: user.username,
    clientId,
    request: { userAttributes: userAttributesOf(user) },
    response: {},
  };
  await triggers.run('PostConfirmation', event, trace);
}
