import type { HeaderList } from '../../../../http/header-list';
import type { LifetimeBasis, LifetimeData } from '../../../../trace/cloudfront-events';
import type { CachePolicy } from '../../model/cache-policy';

/** How long a response may be served from the cache. `seconds` = 0: only after revalidation. */
export interface Lifetime extends LifetimeData {
  /** Seconds after expiry in which it may be served while it is revalidated. */
  readonly staleWhileRevalidate: number;
  /** Seconds after expiry in which it may be served when the origin fails; `undefined` = no limit. */
  readonly staleIfError: number | undefined;
}

/** Errors that are cached whatever the origin says (row CF-ERR-07). */
const ERRORS_ALWAYS_CACHED = new Set([404, 414, 500, 501, 502, 503, 504]);
/** Errors that are cached when the origin says for how long (row CF-ERR-07). */
const ERRORS_CACHED_ON_REQUEST = new Set([400, 403, 405, 412, 415]);

/**
 * Returns the lifetime of a response in the cache (rows CF-TTL-03 to CF-TTL-07, CF-ERR-06 and CF-ERR-07).
 *
 * @param errorCachingMinTtl minimum seconds for an error of this status
 * @param now milliseconds since the epoch
 * @returns `undefined` when the response is not cached
 */
export function lifetimeOf(
  { name, minTtl, defaultTtl, maxTtl }: CachePolicy,
  { status, headers }: { readonly status: number; readonly headers: HeaderList },
  errorCachingMinTtl: number,
  now: number,
): Lifetime | undefined {
  const directives = cacheControl(headers.get('cache-control') ?? '');
  const never = { staleWhileRevalidate: 0, staleIfError: 0 };
  const policy = { name, minTtl, maxTtl };
  if (status >= 400) {
    const requested = requestedLifetime(directives, undefined, now);
    if (!ERRORS_ALWAYS_CACHED.has(status) && !(requested && ERRORS_CACHED_ON_REQUEST.has(status)))
      return undefined;
    return requested && requested.seconds >= errorCachingMinTtl
      ? { ...never, seconds: requested.seconds, basis: { source: requested.source } }
      : { ...never, seconds: errorCachingMinTtl, basis: { source: 'error-minimum' } };
  }
  const source = (['no-store', 'private', 'no-cache'] as const).find((directive) =>
    directives.has(directive),
  );
  if (source !== undefined) {
    if (minTtl > 0) return { ...never, seconds: minTtl, basis: { source, policy } };
    return source === 'no-cache' ? { ...never, seconds: 0, basis: { source } } : undefined;
  }
  const stale = {
    staleWhileRevalidate: Math.min(directives.get('stale-while-revalidate') || 0, maxTtl),
    staleIfError: directives.has('stale-if-error')
      ? Math.min(directives.get('stale-if-error') || 0, maxTtl)
      : undefined,
  };
  const requested = requestedLifetime(directives, headers, now);
  if (!requested)
    return { ...stale, seconds: Math.max(minTtl, defaultTtl), basis: { source: 'default-ttl', policy } };
  const seconds = Math.min(Math.max(requested.seconds, minTtl), maxTtl);
  const limits = seconds === requested.seconds ? {} : { originSeconds: requested.seconds, policy };
  return { ...stale, seconds, basis: { source: requested.source, ...limits } };
}

/** Returns the lifetime that the origin asks for, by `Cache-Control` or else `Expires`. */
function requestedLifetime(
  directives: ReadonlyMap<string, number>,
  headers: HeaderList | undefined,
  now: number,
): { readonly source: LifetimeBasis['source']; readonly seconds: number } | undefined {
  for (const source of ['s-maxage', 'max-age'] as const) {
    const seconds = directives.get(source);
    if (seconds !== undefined && !Number.isNaN(seconds)) return { source, seconds };
  }
  const expires = headers?.get('expires');
  if (expires === undefined) return undefined;
  const at = Date.parse(expires);
  return { source: 'expires', seconds: Number.isNaN(at) ? 0 : Math.max(0, Math.floor((at - now) / 1000)) };
}

/** Parses directives by name with their number of seconds; `NaN` for those without. */
function cacheControl(header: string): ReadonlyMap<string, number> {
  const directives = new Map<string, number>();
  for (const part of header.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
    const [name = '', value = ''] = part.split('=', 2).map((word) => word.trim());
    if (name === '' || directives.has(name.toLowerCase())) continue;
    const seconds = /^"?\d+"?$/.test(value) ? Number(value.replaceAll('"', '')) : Number.NaN;
    directives.set(name.toLowerCase(), seconds);
  }
  return directives;
}
