import { z } from 'zod';
import { UserPoolsApiError } from '../errors';
import { CONTACT_FORMATS } from '../model/attributes';
import type { UserPool } from '../model/user-pool';
import { usernameFault } from '../users/user-directory';
import type { User } from '../users/user-file';
import { listAttributes } from './attributes';
import type { Call } from './operation';

/** A username as Cognito accepts it. */
export const Username = z.string().regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u);

/** A user as `ListUsers` and `AdminCreateUser` answer it. */
export function describeUser(user: User) {
  return { ...userState(user), Attributes: listAttributes(user) };
}

/** Name, status and times of a user. Times are in seconds since the epoch. */
export function userState({ username, enabled, status, createdAtMs, modifiedAtMs }: User) {
  return {
    Username: username,
    Enabled: enabled,
    UserStatus: status,
    UserCreateDate: createdAtMs / 1_000,
    UserLastModifiedDate: modifiedAtMs / 1_000,
  };
}

/** Second factors of a user; nothing without one. */
export function mfaSettings({ totp }: User) {
  if (totp?.isPreferred !== true) return {};
  return { UserMFASettingList: ['SOFTWARE_TOKEN_MFA'], PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA' };
}

/**
 * Returns the attributes of a new user; in a pool whose users sign in by an attribute, the username is its value.
 *
 * @throws UserPoolsApiError when the pool does not accept the username
 */
export function attributesOfNewUser(
  pool: UserPool,
  username: string,
  attributes: User['attributes'],
): User['attributes'] {
  const { usernameAttributes } = pool.signIn;
  if (usernameAttributes.length === 0) {
    const fault = usernameFault(pool, username);
    if (fault === undefined) return attributes;
    const kind = fault === 'a phone number' ? 'phone number' : 'email';
    throw new UserPoolsApiError(
      'InvalidParameterException',
      `Username cannot be of ${kind} format, since user pool is configured for ${kind} alias.`,
    );
  }
  const attribute = usernameAttributes.find((name) => CONTACT_FORMATS[name].test(username));
  if (attribute !== undefined) return { [attribute]: username, ...attributes };
  const expected =
    usernameAttributes.length > 1
      ? 'either an email or a phone number'
      : { email: 'an email', phone_number: 'a phone number' }[usernameAttributes[0] ?? 'email'];
  throw new UserPoolsApiError('InvalidParameterException', `Username should be ${expected}.`);
}

/** Ends the user's sign-ins: access tokens are rejected by Cognito, refresh tokens everywhere (row CG-RV-04). */
export function revokeTokensOf({ state }: Call, { sub }: User): void {
  state.records.revoke(({ accountId }) => accountId === sub);
}
