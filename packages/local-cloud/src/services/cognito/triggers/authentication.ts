import type { Trace } from '../../../trace/trace';
import type { HostedClient } from '../pipeline/hosted-pool';
import type { User } from '../users/user-file';
import { userAttributesOf } from './run-trigger';

/**
 * Runs the trigger before a password is checked (row CG-TR-11). For an unknown user it runs only when
 * `PreventUserExistenceErrors` hides that.
 *
 * @throws UserPoolsApiError when the trigger fails
 */
export async function beforeAuthentication(
  { client, hosted }: HostedClient,
  signInName: string,
  trace: Trace,
  validationData: Readonly<Record<string, string>> | null = null,
): Promise<void> {
  const user = hosted.users.find(signInName);
  if (!user && !client.hidesUnknownUsers) return;
  const event = {
    source: 'PreAuthentication_Authentication',
    userName: user?.username ?? signInName,
    clientId: client.id,
    request: {
      userAttributes: user ? userAttributesOf(user) : {},
      validationData,
      ...(client.hidesUnknownUsers && { userNotFound: user === undefined }),
    },
    response: {},
  };
  await hosted.triggers.run('PreAuthentication', event, trace);
}

/** Runs the trigger after all challenges, before there are tokens or a session (row CG-TR-11). @throws UserPoolsApiError */
export async function afterAuthentication(
  { client, hosted }: HostedClient,
  user: User,
  trace: Trace,
): Promise<void> {
  const event = {
    source: 'PostAuthentication_Authentication',
    userName: user.username,
    clientId: client.id,
    request: { userAttributes: userAttributesOf(user), newDeviceUsed: false },
    response: {},
  };
  await hosted.triggers.run('PostAuthentication', event, trace);
}
