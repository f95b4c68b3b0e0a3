import type { User } from 'oidc-client-ts';
import type { AuthContextProps } from 'react-oidc-context';

/** The states of sign-in that a page can be in. */
export type AuthState =
  /** Not known yet: the stored session is being read, or a login is being completed. */
  | { kind: 'starting' }
  /** A login was tried and did not work. */
  | { kind: 'failed'; error: NonNullable<AuthContextProps['error']> }
  /** Nobody is signed in; `sessionEnded` when somebody was until now. */
  | { kind: 'signed-out'; sessionEnded: boolean }
  /** Somebody is signed in. */
  | { kind: 'signed-in'; user: User };

const renewals = ['renewSilent', 'signinSilent'];

/** Reads the one state off what react-oidc-context keeps in several fields. */
export function authState(
  auth: Pick<AuthContextProps, 'user' | 'isLoading' | 'activeNavigator' | 'error'>,
): AuthState {
  const { user, error } = auth;
  if (user && (!user.expired || isRenewable(auth))) return { kind: 'signed-in', user };
  if (error && !renewals.includes(error.source)) return { kind: 'failed', error };
  if (auth.isLoading && !auth.activeNavigator) return { kind: 'starting' };
  return { kind: 'signed-out', sessionEnded: Boolean(user) };
}

/** Whether a session whose tokens have expired may still go on: a refresh token is held and has not failed yet. */
export function isRenewable({ user, error }: Pick<AuthContextProps, 'user' | 'error'>): boolean {
  return Boolean(user?.refresh_token) && !error;
}
