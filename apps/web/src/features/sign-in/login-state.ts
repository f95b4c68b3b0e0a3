import { CALLBACK_PATH } from '@spa-on-aws/shared-types';

/** Returns the page state to keep during a login, such as the user's input. */
export type SaveState = () => unknown;

/** Restores the page state after a login. The value comes from storage, so it must be validated. */
export type RestoreState = (saved: unknown) => void;

/** State of a login. It stays in this tab: the URL of the login page has only a random ID. */
export interface LoginState {
  /** Path to return to after login. */
  returnPath: string;
  /** Page state from {@link SaveState}. */
  saved: unknown;
}

/** Reads the state of a login and validates its return path. */
export function readLoginState(state: unknown, origin: string): LoginState {
  const { returnPath, saved } = (state ?? {}) as Partial<LoginState>;
  return { returnPath: safeReturnPath(returnPath, origin), saved };
}

/**
 * Returns `path` if it is a path of this site, otherwise `/`.
 *
 * Rejects everything that a browser can resolve to another origin: `//evil`, `https:`, `/\evil`, and control characters,
 * because URL parsers drop tabs and line breaks. Also rejects the callback path.
 */
export function safeReturnPath(path: unknown, origin: string): string {
  if (typeof path !== 'string' || !/^\/(?!\/)[^\\\p{Cc}]*$/u.test(path)) return '/';
  const { pathname, search, hash, origin: target } = new URL(path, origin);
  if (target !== origin || pathname.startsWith('//') || pathname === CALLBACK_PATH) return '/';
  return pathname + search + hash;
}
