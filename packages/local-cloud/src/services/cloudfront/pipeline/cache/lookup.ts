import type { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import type { CacheBypass, CloudFrontEvents } from '../../../../trace/cloudfront-events';
import type { Behavior } from '../../model/distribution';
import type { EdgeResponse, Exchange } from '../exchange';
import type { EdgeCache, StoredResponse } from './edge-cache';
import type { CacheKey } from './key';
import { answerFromStored } from './stored-answer';

/** Place of a response in the cache. */
export interface Lookup {
  readonly key: CacheKey;
  readonly storageKey: string;
  readonly stored: StoredResponse | undefined;
}

/**
 * Looks a response up. A complete response answers every request; without one, answers to HEAD and to a range have keys
 * of their own.
 */
export function lookUp(cache: EdgeCache, key: CacheKey, request: Request): Lookup {
  const complete = request.method === 'OPTIONS' ? undefined : cache.get(key.value);
  if (complete) return { key, storageKey: key.value, stored: complete };
  const range = ['range', 'if-range'].map((name) => request.headers.get(name) ?? '').join(' ');
  const variant = request.method === 'GET' ? range.trim() : request.method;
  if (variant === '') return { key, storageKey: key.value, stored: undefined };
  const storageKey = `${key.value} ${variant}`;
  return { key, storageKey, stored: cache.get(storageKey) };
}

/** Returns why a request does not use the cache; `undefined` when it does. */
export function bypassReason(
  { cachePolicy, cachedMethods }: Behavior,
  { method, headers }: Request,
): CacheBypass | undefined {
  if (cachePolicy.maxTtl === 0) return 'caching-disabled';
  if (!cachedMethods.includes(method)) return 'method-not-cached';
  return headers.has('if-match') || headers.has('if-unmodified-since') ? 'if-match' : undefined;
}

/**
 * Returns the answer of a cached response at this time.
 *
 * @param fetchedSince a response stored since then is served even when it has expired: the viewer waited for it
 * @returns `undefined` when the origin must be asked first
 */
export function fromStored(
  exchange: Exchange,
  request: Request,
  stored: StoredResponse,
  fetchedSince: number | undefined,
): { response: EdgeResponse; isStale: boolean } | undefined {
  const { trace } = exchange.request;
  const now = exchange.now();
  const data = cachedResponse(stored, now);
  const { path, secondsLeft } = data;
  const answer = (isStale = false) => ({ response: answerFromStored(stored, request, 'Hit', now), isStale });
  const isHit = secondsLeft > 0;
  if (isHit || (fetchedSince !== undefined && stored.storedAt >= fetchedSince)) {
    trace.add('cloudfront', isHit ? 'cache.hit' : 'cache.collapsed', data);
    return answer();
  }
  if (stored.servedStaleUntil !== undefined && now < stored.servedStaleUntil) {
    trace.add('cloudfront', 'cache.stale-served', { ...data, reason: 'origin-failed-recently' });
    return answer();
  }
  if (-secondsLeft < stored.lifetime.staleWhileRevalidate) {
    trace.add('cloudfront', 'cache.stale-served', { ...data, reason: 'revalidating' });
    return answer(true);
  }
  trace.add('cloudfront', 'cache.expired', { path, expiredSecondsAgo: Math.ceil(-secondsLeft) });
  return undefined;
}

/** Describes a stored response for a trace. */
export function cachedResponse(
  { url, storedAt, lifetime: { seconds, basis } }: StoredResponse,
  now: number,
): CloudFrontEvents['cache.hit'] {
  return {
    path: url.split('?', 1)[0] ?? '',
    ageSeconds: Math.floor((now - storedAt) / 1000),
    secondsLeft: storedAt / 1000 + seconds - now / 1000,
    lifetime: { seconds, basis },
  };
}

/** Returns the headers without conditions, and without a range unless `keepsRange`. */
export function withoutConditions(headers: HeaderList, keepsRange = false): HeaderList {
  return headers.filter(
    (name) => !/^if-(none-match|modified-since|range)$/.test(name) && (keepsRange || name !== 'range'),
  );
}
