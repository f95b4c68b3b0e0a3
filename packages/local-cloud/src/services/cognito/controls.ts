import type { SignInState } from './state';
import type { UserDirectory } from './users/user-directory';

/** What the console and tests can do to the user pools while they run. */
export interface SignInControls {
  /** From now on, every access and ID token issued so far counts as expired; refresh tokens and sessions go on. */
  expireTokens(): void;
  /** Milliseconds since the epoch: a token whose `iat` is at or before it counts as expired. 0 when none does. */
  expiredBefore(): number;
  /**
   * Ends every session, code and refresh token. Access tokens are refused by userInfo, while whoever checks the signature
   * alone, API Gateway for one, takes them until they expire (row CG-RV-04).
   */
  revokeTokens(): void;
  /**
   * Gives every pool new signing keys. The old ones leave the key set at once, so tokens signed with them are refused
   * everywhere; refresh tokens and sessions go on, and give tokens of the new keys.
   */
  rotateSigningKeys(): Promise<void>;
  /** Lifts every lock, forgets changed passwords and enrolled apps: people are as the file of users says. */
  resetUsers(): void;
}

/** What the controls act on. */
export interface ControlsOptions {
  readonly state: SignInState;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The people of every pool. */
  readonly users: readonly Pick<UserDirectory, 'reset'>[];
  /** Makes new signing keys for every pool. */
  readonly renewKeys: () => Promise<void>;
}

/** Controls that act on the state, so whatever instance of the service goes on with it. */
export function createControls({ state, now, users, renewKeys }: ControlsOptions): SignInControls {
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
      users.forEach((directory) => directory.reset());
    },
  };
}
