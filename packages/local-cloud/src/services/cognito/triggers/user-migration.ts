import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Trace } from '../../../trace/trace';
import { claimAliases, readAttributes } from '../api/attributes';
import { attributesOfNewUser } from '../api/users';
import { UserPoolsApiError } from '../errors';
import type { HostedClient } from '../pipeline/hosted-pool';
import { invalidResponse } from './run-trigger';

type Metadata = Readonly<Record<string, string>> | undefined;

const Response = z.looseObject({
  userAttributes: z.record(z.string(), z.string()).nullish(),
  finalUserStatus: z.enum(['CONFIRMED', 'RESET_REQUIRED']).nullish(),
  messageAction: z.literal('SUPPRESS').nullish(),
  desiredDeliveryMediums: z.array(z.enum(['EMAIL', 'SMS'])).nullish(),
  forceAliasCreation: z.boolean().nullish(),
});

/**
 * Creates a user who does not exist yet, if the trigger knows the user (row CG-TR-14).
 *
 * @param sent `password`: `undefined` for a forgotten password
 * @throws UserPoolsApiError when the trigger fails, or the pool does not accept the user
 */
export async function migrateUser(
  { client, hosted }: HostedClient,
  sent: {
    readonly username: string;
    readonly password: string | undefined;
    readonly clientMetadata?: Metadata;
  },
  trace: Trace,
): Promise<void> {
  const { pool, triggers, users } = hosted;
  const { username, password, clientMetadata = null } = sent;
  if (users.find(username)) return;
  const isSignIn = password !== undefined;
  const event = {
    source: isSignIn ? 'UserMigration_Authentication' : 'UserMigration_ForgotPassword',
    userName: username,
    clientId: client.id,
    request: isSignIn ? { password, validationData: clientMetadata } : { clientMetadata },
    response: Object.fromEntries(Object.keys(Response.shape).map((name) => [name, null])),
  };
  const read = Response.safeParse((await triggers.run('UserMigration', event, trace)) ?? {});
  if (!read.success) throw invalidResponse(z.prettifyError(read.error));
  const { userAttributes, finalUserStatus, forceAliasCreation } = read.data;
  if (!userAttributes) return;
  const list = Object.entries(userAttributes).map(([Name, Value]) => ({ Name, Value }));
  const attributes = readMigrated(client.id, () =>
    attributesOfNewUser(pool, username, readAttributes(list, pool)),
  );
  claimAliases(hosted, attributes, forceAliasCreation === true);
  const status = isSignIn ? (finalUserStatus ?? 'CONFIRMED') : 'RESET_REQUIRED';
  users.create(username, password ?? randomUUID(), status, attributes);
}

function readMigrated<Value>(clientId: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserPoolsApiError)) throw error;
    const message = `Exception migrating user in app client ${clientId}`;
    throw new UserPoolsApiError('UserNotFoundException', message, error.message);
  }
}
