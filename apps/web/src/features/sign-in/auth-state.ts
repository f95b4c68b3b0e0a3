import type { User } from 'oidc-client-ts';
import type { AuthContextProps } from 'react-oidc-context';

/** How a session ended that was there a moment ago: by itself, or by a logout in another tab. */
export type SessionEnd = 'expired' | 'elsewhere';

/** The states of sign-in that a page can be in. */
export type AuthState =
  /** Not known yet: the stored session is being read, or a login is being completed. */
  | { kind: 'starting' }
  /** A login was tried and did not work. */
  | { kind: 'failed'; error: NonNullable<AuthContextProps['error']> }
  /** Nobody is signed in; `ended` when somebody was until now. */
  | { kind: 'signed-out'; ended: SessionEnd | undefined }
  /** Somebody is signed in. */
  | { kind: 'signed-in'; user: User };

/**
 * Reads the one state off what react-oidc-context keeps in several fields.
 *
 * @param ended what is known of a session that ended while the page was open
 */
export function authState(
  auth: Pick<AuthContextProps, 'user' | 'isLoading' | 'activeNavigator' | 'error'>,
  ended?: SessionEnd,
): AuthState {
  const { user, error } = auth;
  if (user && (!user.expired || user.refresh_token)) return { kind: 'signed-in', user };
  if (error?.source === 'signinCallback') return { kind: 'failed', error };
  if (auth.isLoading && !auth.activeNavigator) return { kind: 'starting' };
  return { kind: 'signed-out', ended: ended ?? (user ? 'expired' : undefined) };
}
