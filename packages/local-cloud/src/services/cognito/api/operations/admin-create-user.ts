import { z } from 'zod';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Trace } from '../../../../trace/trace';
import { UserPoolsApiError } from '../../errors';
import type { PasswordPolicy } from '../../model/attributes';
import type { HostedPool } from '../../pipeline/hosted-pool';
import { traceOf } from '../../pipeline/request';
import { sendCustomMessage } from '../../triggers/custom-message';
import { NO_CLIENT } from '../../triggers/post-confirmation';
import { beforeAdminCreatesUser } from '../../triggers/pre-sign-up';
import { destinationOf } from '../../users/messages';
import type { User } from '../../users/user-file';
import { AttributeList, checkPassword, claimAliases, readAttributes, validationDataOf } from '../attributes';
import { sendsOneTimePasswords } from '../first-factor';
import { poolOf, userOf } from '../lookup';
import { attributesOfNewUser, describeUser, Username } from '../users';
import { defineOperation } from '../operation';

/**
 * Creates a user with a temporary password and logs the invitation, which AWS sends (row CG-UP-09); without a password where
 * users can sign in with one-time passwords (row CG-UP-11).
 */
export const adminCreateUser = defineOperation({
  access: 'admin',
  input: z.object({
    DesiredDeliveryMediums: z.array(z.enum(['EMAIL', 'SMS'])).default(['SMS']),
    ForceAliasCreation: z.boolean().default(false),
    MessageAction: z.enum(['RESEND', 'SUPPRESS']).optional(),
    TemporaryPassword: z.string().optional(),
    UserAttributes: AttributeList.default([]),
    UserPoolId: z.string(),
    Username,
    ValidationData: AttributeList.optional(),
  }),
  async run(input, call) {
    const hosted = poolOf(call, input.UserPoolId);
    const { pool, users } = hosted;
    const given = input.TemporaryPassword === '' ? undefined : input.TemporaryPassword;
    if (given === undefined && input.MessageAction !== 'RESEND' && sendsOneTimePasswords(pool)) {
      return { User: describeUser(await created(hosted, input, undefined, traceOf(call.request))) };
    }
    const password = given ?? temporaryPassword(pool.passwordPolicy);
    checkPassword(password, pool.passwordPolicy);
    const user =
      input.MessageAction === 'RESEND'
        ? renewed(hosted, input.Username, password)
        : await created(hosted, input, password, traceOf(call.request));
    const media = input.DesiredDeliveryMediums.map((medium) =>
      medium === 'EMAIL' ? 'email' : 'phone_number',
    );
    const destination = destinationOf(user, media);
    if (input.MessageAction !== 'SUPPRESS' && destination) {
      const { Username: username } = input;
      const defaultText = `Your username is ${username} and temporary password is ${password}`;
      await sendCustomMessage(
        hosted,
        {
          source: 'AdminCreateUser',
          clientId: NO_CLIENT,
          user,
          destination,
          code: password,
          username,
          defaultText,
        },
        { log: call.log, trace: traceOf(call.request) },
      );
    }
    return { User: describeUser(users.bySub(user.sub) ?? user) };
  },
});

async function created(
  hosted: HostedPool,
  input: {
    readonly ForceAliasCreation: boolean;
    readonly UserAttributes: Parameters<typeof readAttributes>[0];
    readonly Username: string;
    readonly ValidationData?: z.output<typeof AttributeList> | undefined;
  },
  password: string | undefined,
  trace: Trace,
): Promise<User> {
  const { pool, users } = hosted;
  if (users.find(input.Username)) {
    throw new UserPoolsApiError('UsernameExistsException', 'User account already exists');
  }
  const attributes = attributesOfNewUser(pool, input.Username, readAttributes(input.UserAttributes, pool));
  claimAliases(hosted, attributes, input.ForceAliasCreation);
  const sub = randomUUID();
  const validationData = validationDataOf(input.ValidationData);
  await beforeAdminCreatesUser(hosted, { username: input.Username, attributes, validationData }, sub, trace);
  const status = password === undefined ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
  const user = users.create(input.Username, password, status, attributes, sub);
  if (!user) throw new UserPoolsApiError('UsernameExistsException', 'User account already exists');
  return user;
}

/** Sets a new temporary password. @throws UserPoolsApiError when the user has chosen a password */
function renewed(hosted: HostedPool, name: string, password: string): User {
  const user = userOf(hosted, name);
  if (user.status !== 'FORCE_CHANGE_PASSWORD') {
    throw new UserPoolsApiError(
      'UnsupportedUserStateException',
      `Resend not possible. ${user.username} status is not FORCE_CHANGE_PASSWORD`,
    );
  }
  hosted.users.setPassword(user.sub, password);
  return user;
}

function temporaryPassword({ minimumLength }: PasswordPolicy): string {
  return `${randomBytes(Math.max(12, minimumLength)).toString('base64url')}aA1!`;
}
