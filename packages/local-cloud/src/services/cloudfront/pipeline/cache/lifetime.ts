import type { HeaderList } from '../../../../http/header-list';
import type { CachePolicy } from '../../model/cache-policy';

/** How long a response may be served from the cache, and how long after that. */
export interface Lifetime {
  /** 0: asked for again each time, by its validators. */
  readonly seconds: number;
  /** How long after it expired it may be served while it is asked for again. */
  readonly staleWhileRevalidate: number;
  /** How long after it expired it may be served when the origin fails; `undefined` = as long as it is kept. */
  readonly staleIfError: number | undefined;
  /** What decided, in words. */
  readonly reason: string;
}

/** Errors that are kept whatever the origin says (row CF-ERR-07). */
const ERRORS_ALWAYS_KEPT = new Set([404, 414, 500, 501, 502, 503, 504]);
/** Errors that are kept when the origin says for how long (row CF-ERR-07). */
const ERRORS_KEPT_WHEN_SAID = new Set([400, 403, 405, 412, 415]);

/**
 * How long CloudFront keeps a response (rows CF-TTL-03 to CF-TTL-07, CF-ERR-06 and CF-ERR-07).
 *
 * @param errorCachingMinTtl seconds for which an error of this status is kept at least
 * @param now milliseconds since the epoch
 * @returns `undefined` when it is not kept at all
 */
export function lifetimeOf(
  policy: CachePolicy,
  { status, headers }: { readonly status: number; readonly headers: HeaderList },
  errorCachingMinTtl: number,
  now: number,
): Lifetime | undefined {
  const directives = cacheControl(headers.get('cache-control') ?? '');
  const never = { staleWhileRevalidate: 0, staleIfError: 0 };
  if (status >= 400) {
    const [, said] = saidLifetime(directives, undefined, now);
    if (!ERRORS_ALWAYS_KEPT.has(status) && (!ERRORS_KEPT_WHEN_SAID.has(status) || said === undefined))
      return undefined;
    const seconds = Math.max(errorCachingMinTtl, said ?? 0);
    const reason =
      seconds === said ? 'Cache-Control of the error' : 'minimum for errors (ErrorCachingMinTTL)';
    return { ...never, seconds, reason };
  }
  const range = `${policy.name}: min ${policy.minTtl}, max ${policy.maxTtl}`;
  if (directives.has('no-store') || directives.has('private') || directives.has('no-cache')) {
    const word = ['no-store', 'private', 'no-cache'].find((name) => directives.has(name)) ?? '';
    if (policy.minTtl > 0) return { ...never, seconds: policy.minTtl, reason: `${word}, but ${range}` };
    return word === 'no-cache' ? { ...never, seconds: 0, reason: word } : undefined;
  }
  const [source, said] = saidLifetime(directives, headers, now);
  const stale = {
    staleWhileRevalidate: Math.min(directives.get('stale-while-revalidate') || 0, policy.maxTtl),
    staleIfError: directives.has('stale-if-error')
      ? Math.min(directives.get('stale-if-error') || 0, policy.maxTtl)
      : undefined,
  };
  if (said === undefined) {
    const seconds = Math.max(policy.minTtl, policy.defaultTtl);
    return { ...stale, seconds, reason: `${source}, default of ${policy.name}` };
  }
  const seconds = Math.min(Math.max(said, policy.minTtl), policy.maxTtl);
  const reason = seconds === said ? source : `${source} ${said}, within ${range}`;
  return { ...stale, seconds, reason };
}

function saidLifetime(
  directives: ReadonlyMap<string, number>,
  headers: HeaderList | undefined,
  now: number,
): [source: string, seconds: number | undefined] {
  for (const name of ['s-maxage', 'max-age']) {
    const seconds = directives.get(name);
    if (seconds !== undefined && !Number.isNaN(seconds)) return [name, seconds];
  }
  const expires = headers?.get('expires');
  if (expires === undefined) return ['the origin says nothing', undefined];
  const at = Date.parse(expires);
  return ['Expires', Number.isNaN(at) ? 0 : Math.max(0, Math.floor((at - now) / 1000))];
}

/** Directives by name with their number of seconds; `NaN` for those without. */
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
