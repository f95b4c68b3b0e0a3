const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Why Cognito would not register the URL for sign-in or sign-out (row CG-AD-06), as the end of a sentence;
 * `undefined` when it would.
 */
export function redirectUrlFault(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed) return 'is not an absolute URL';
  if (url.includes('#')) return 'has a fragment, which a redirect cannot carry';
  if (parsed.protocol === 'http:' && !LOOPBACK.has(parsed.hostname)) {
    return 'is plain http, which is allowed for localhost only: use https';
  }
  return undefined;
}

/** Whether the URL is a web address, rather than an app's own scheme such as `myapp://`. */
export function isWebUrl(url: string): boolean {
  return /^https?:/i.test(url);
}
