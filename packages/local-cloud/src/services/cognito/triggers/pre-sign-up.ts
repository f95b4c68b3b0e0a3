import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Trace } from '../../../trace/trace';
import { claimAliases } from '../api/attributes';
import type { HostedClient, HostedPool } from '../pipeline/hosted-pool';
import type { User } from '../users/user-file';
import { afterConfirmation, NO_CLIENT } from './post-confirmation';
import { invalidResponse } from './run-trigger';

interface NewUser {
  readonly username: string;
  /** `undefined`: the user signs in with one-time passwords. */
  readonly password: string | undefined;
  readonly attributes: User['attributes'];
  /** `ValidationData` of the request. */
  readonly validationData?: Readonly<Record<string, string>> | undefined;
}

const Response = z.looseObject({
  autoConfirmUser: z.boolean().nullish(),
  autoVerifyEmail: z.boolean().nullish(),
  autoVerifyPhone: z.boolean().nullish(),
});

type Decision = z.output<typeof Response>;

const UNCHANGED = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false };

/**
 * Creates a user who signs up, with the triggers before it and after an automatic confirmation (row CG-TR-10).
 *
 * @returns `undefined` when a user with this name, or attribute to sign in with, exists
 * @throws UserPoolsApiError when a trigger fails
 */
export async function signUpUser(
  { client, hosted }: HostedClient,
  newUser: NewUser,
  trace: Trace,
): Promise<User | undefined> {
  const { users } = hosted;
  const sub = randomUUID();
  const { autoConfirmUser, autoVerifyEmail, autoVerifyPhone } = await run(
    hosted,
    newUser,
    { source: 'PreSignUp_SignUp', clientId: client.id, sub },
    trace,
  );
  const verified = [
    ...(autoVerifyEmail === true ? ['email'] : []),
    ...(autoVerifyPhone === true ? ['phone_number'] : []),
  ];
  const missing = verified.find((name) => newUser.attributes[name] === undefined);
  if (missing !== undefined) throw invalidResponse(`the user has no ${missing} to verify`);
  const user = users.signUp(newUser.username, newUser.password, newUser.attributes, sub);
  if (!user) return undefined;
  for (const name of verified) {
    claimAliases(hosted, { [name]: newUser.attributes[name] ?? '' }, true, user);
    users.setAttributes(sub, { [`${name}_verified`]: true });
  }
  if (autoConfirmUser === true) {
    users.confirmSignUp(sub);
    await afterConfirmation(hosted, { clientId: client.id, sub, source: 'ConfirmSignUp' }, trace);
  }
  return users.bySub(sub);
}

/** Runs the trigger before an administrator creates a user; only its failure has an effect. @throws UserPoolsApiError */
export async function beforeAdminCreatesUser(
  hosted: HostedPool,
  newUser: Omit<NewUser, 'password'>,
  sub: string,
  trace: Trace,
): Promise<void> {
  await run(hosted, newUser, { source: 'PreSignUp_AdminCreateUser', clientId: NO_CLIENT, sub }, trace);
}

async function run(
  { pool, triggers }: HostedPool,
  { username, attributes, validationData }: Omit<NewUser, 'password'>,
  { source, clientId, sub }: { readonly source: string; readonly clientId: string; readonly sub: string },
  trace: Trace,
): Promise<Decision> {
  const texts = Object.entries(attributes).map(([name, value]) => [name, String(value)]);
  const event = {
    source,
    userName: pool.signIn.usernameAttributes.length > 0 ? sub : username,
    clientId,
    request: { userAttributes: Object.fromEntries(texts) as unknown, validationData: validationData ?? null },
    response: UNCHANGED,
  };
  const response = await triggers.run('PreSignUp', event, trace);
  const read = Response.safeParse(response ?? UNCHANGED);
  if (!read.success) throw invalidResponse(z.prettifyError(read.error));
  return read.data;
}
