import type { SignInChallengeName } from '../../../trace/cognito-events';
import type { UserPool } from '../model/user-pool';
import type { User } from '../users/user-file';

/** Returns the step that follows the right password. Cognito asks for the new password before the second factor. */
export function nextChallenge({ mfa }: UserPool, user: User): SignInChallengeName | undefined {
  if (user.status === 'FORCE_CHANGE_PASSWORD') return 'NEW_PASSWORD_REQUIRED';
  if (mfa === 'OFF') return undefined;
  if (user.totp && (mfa === 'ON' || user.totp.isPreferred)) return 'SOFTWARE_TOKEN_MFA';
  return mfa === 'ON' ? 'MFA_SETUP' : undefined;
}
