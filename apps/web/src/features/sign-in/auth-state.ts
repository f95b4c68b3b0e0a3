import type { User } from 'oidc-client-ts';
import type { AuthContextProps } from 'react-oidc-context';

/** Reason why a session ended while the page was open. */
export type SessionEnd = 'expired' | 'loggedOutElsewhere';

/** The session of the user, as pages see it. */
export interface Session {
  /** The signed-in user; `undefined` when signed out. */
  user?: User | undefined;
  /** Renewal of the tokens; present when the user is signed in. */
  renewal?: {
    /** Renews the tokens now. Rejects when Cognito cannot be reached or rejects the renewal. */
    renew: () => Promise<void>;
    /** True when the last automatic renewal failed. */
    failing: boolean;
  };
  /** Message about a failed login or an ended session. */
  notice?: string | undefined;
  ended?: SessionEnd | undefined;
}

/** State of sign-in. */
export type AuthState =
  /** The stored session is loading, or a login is being completed. */
  | { kind: 'loading' }
  | { kind: 'login-failed'; error: NonNullable<AuthContextProps['error']> }
  /** `ended` is set when a session ended while the page was open. */
  | { kind: 'signed-out'; ended: SessionEnd | undefined }
  | { kind: 'signed-in'; user: User };

/** Returns the state of sign-in. react-oidc-context has it in several fields. */
export function authState(
  auth: Pick<AuthContextProps, 'user' | 'isLoading' | 'activeNavigator' | 'error'>,
  ended?: SessionEnd,
): AuthState {
  const { user, error } = auth;
  if (user && (!user.expired || user.refresh_token)) return { kind: 'signed-in', user };
  if (error?.source === 'signinCallback') return { kind: 'login-failed', error };
  if (auth.isLoading && !auth.activeNavigator) return { kind: 'loading' };
  return { kind: 'signed-out', ended: ended ?? (user ? 'expired' : undefined) };
}
