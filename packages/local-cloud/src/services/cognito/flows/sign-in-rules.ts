import type { SignInChallengeName } from '../../../trace/cognito-events';
import type { UserPool } from '../model/user-pool';
import type { Authentication } from '../users/user-directory';
import type { User } from '../users/user-file';

/** Returns the step that follows the right password. Cognito asks for the new password before the second factor. */
export function nextChallenge({ mfa }: UserPool, user: User): SignInChallengeName | undefined {
  if (user.status === 'FORCE_CHANGE_PASSWORD') return 'NEW_PASSWORD_REQUIRED';
  if (mfa === 'OFF') return undefined;
  if (user.totp && (mfa === 'ON' || user.totp.isPreferred)) return 'SOFTWARE_TOKEN_MFA';
  return mfa === 'ON' ? 'MFA_SETUP' : undefined;
}

/** Texts of Cognito when a sign-in fails (rows CG-LG-01, CG-LG-03, CG-LG-04). */
export const SIGN_IN_FAILURES: Readonly<
  Record<Exclude<Authentication['outcome'], 'password-right'>, string>
> = {
  locked: 'Password attempts exceeded',
  disabled: 'User is disabled.',
  'temporary-password-expired': 'Temporary password has expired and must be reset by an administrator.',
  'unknown-user': 'User does not exist.',
  'wrong-password': 'Incorrect username or password.',
};
