import type { SignInState } from './state';
import type { UserDirectory } from './users/user-directory';

export interface SignInControls {
  /** Makes all access and ID tokens issued so far count as expired; refresh tokens and sessions stay valid. */
  expireTokens(): void;
  /** Milliseconds since the epoch: tokens with an `iat` at or before it count as expired. 0: none. */
  expiredBefore(): number;
  /**
   * Ends every session, code and refresh token. userInfo rejects access tokens at once; API Gateway, which checks the
   * signature only, accepts them until they expire (row CG-RV-04).
   */
  revokeTokens(): void;
  /**
   * Replaces the signing keys of every pool. Tokens signed with the old keys are rejected everywhere at once; refresh tokens
   * and sessions stay valid.
   */
  rotateSigningKeys(): Promise<void>;
  /** Undoes locks, changed passwords, enrolled apps and sign-ups: users are as in the users file. */
  resetUsers(): void;
}

export function createControls({
  state,
  now,
  users,
  renewKeys,
}: {
  readonly state: SignInState;
  readonly now: () => number;
  readonly users: readonly Pick<UserDirectory, 'reset'>[];
  readonly renewKeys: () => Promise<void>;
}): SignInControls {
  return {
    expireTokens: () => {
      state.expiredBeforeMs = now();
    },
    expiredBefore: () => state.expiredBeforeMs,
    revokeTokens: () => {
      state.records.clear();
      state.challenges.clear();
    },
    rotateSigningKeys: renewKeys,
    resetUsers: () => {
      state.lockout.clear();
      state.challenges.clear();
      state.codes.clear();
      state.newApps.clear();
      users.forEach((directory) => directory.reset());
    },
  };
}
