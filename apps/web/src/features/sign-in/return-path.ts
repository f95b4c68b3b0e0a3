import { CALLBACK_PATH } from '@spa-on-aws/shared-types';

/**
 * Returns the path where a login started, if it is a path of this site, otherwise `/`.
 *
 * Rejects everything that a browser can resolve to another origin: `//evil`, `https:`, `/\evil`, and control characters,
 * because URL parsers drop tabs and line breaks. Also rejects the callback path.
 *
 * @param state of the login, from `signinRedirect({ state })`
 */
export function returnPath(state: unknown, origin: string): string {
  if (typeof state !== 'string' || !/^\/(?!\/)[^\\\p{Cc}]*$/u.test(state)) return '/';
  const { pathname, search, hash, origin: target } = new URL(state, origin);
  if (target !== origin || pathname.startsWith('//') || pathname === CALLBACK_PATH) return '/';
  return pathname + search + hash;
}
