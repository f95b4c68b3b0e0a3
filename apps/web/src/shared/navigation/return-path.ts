import { CALLBACK_PATH } from '@spa-on-aws/shared-types';

/**
 * Where to go after login: `wanted` when it is a path of this site, else `/`.
 *
 * Refused is everything a browser could take for another origin (`//evil`, `https:`, `/\evil`, and a slash followed
 * by a tab or line break, which URL parsers drop) and the callback itself, which would not lead anywhere.
 */
export function safeReturnPath(wanted: unknown, origin: string): string {
  if (typeof wanted !== 'string' || !/^\/(?!\/)[^\\\p{Cc}]*$/u.test(wanted)) return '/';
  const { pathname, search, hash, origin: target } = new URL(wanted, origin);
  if (target !== origin || pathname.startsWith('//') || pathname === CALLBACK_PATH) return '/';
  return pathname + search + hash;
}
