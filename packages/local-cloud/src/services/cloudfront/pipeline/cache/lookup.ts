import type { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import type { CacheKey } from './key';
import type { Behavior } from '../../model/distribution';
import type { EdgeCache, StoredResponse } from './edge-cache';
import type { EdgeResponse } from '../edge-response';
import { type Exchange, SERVICE } from '../exchange';
import { answerFromStored } from './stored-answer';

/** Where a response is, or would be, in the cache. */
export interface LookUp {
  readonly key: CacheKey;
  readonly storageKey: string;
  readonly stored: StoredResponse | undefined;
}

/**
 * A whole response answers everything. Without one, the answer to a HEAD or a range is kept on its own: it says
 * nothing of the rest.
 */
export function lookUp(cache: EdgeCache, key: CacheKey, request: Request): LookUp {
  const whole = request.method === 'OPTIONS' ? undefined : cache.get(key.value);
  if (whole) return { key, storageKey: key.value, stored: whole };
  const part = ['range', 'if-range'].map((name) => request.headers.get(name) ?? '').join(' ');
  const variant = request.method === 'GET' ? part.trim() : request.method;
  if (variant === '') return { key, storageKey: key.value, stored: undefined };
  const storageKey = `${key.value} ${variant}`;
  return { key, storageKey, stored: cache.get(storageKey) };
}

/** Why a request has nothing to do with the cache; `undefined` when it has. */
export function whyNotCached({ cachePolicy, cachedMethods }: Behavior, request: Request): string | undefined {
  if (cachePolicy.maxTtl === 0) return `caching is off for this behavior (${cachePolicy.name})`;
  if (!cachedMethods.includes(request.method)) return `${request.method} is never cached here`;
  const { headers } = request;
  if (headers.has('if-match') || headers.has('if-unmodified-since'))
    return 'If-Match is for the origin to judge';
  return undefined;
}

/**
 * The answer a copy gives at this moment.
 *
 * @param fetchedSince a copy that young is good whatever its lifetime: the viewer waited for it
 * @returns `undefined` when the origin has to be asked first
 */
export function fromStored(
  exchange: Exchange,
  request: Request,
  stored: StoredResponse,
  fetchedSince: number | undefined,
): { response: EdgeResponse; isStale: boolean } | undefined {
  const { trace } = exchange.request;
  const now = exchange.now();
  const age = Math.floor((now - stored.storedAt) / 1000);
  const left = stored.storedAt / 1000 + stored.lifetime.seconds - now / 1000;
  const response = (): EdgeResponse => answerFromStored(stored, request, 'Hit', now);
  if (left > 0) {
    trace.note(
      SERVICE,
      `served from the cache: stored ${age} s ago, good for ${Math.ceil(left)} s more`,
      storedFacts(stored),
    );
    return { response: response(), isStale: false };
  }
  if (fetchedSince !== undefined && stored.storedAt >= fetchedSince) {
    trace.note(SERVICE, 'served with what was fetched for another viewer meanwhile');
    return { response: response(), isStale: false };
  }
  if (stored.servedStaleUntil !== undefined && now < stored.servedStaleUntil) {
    trace.note(
      SERVICE,
      `served from the cache although expired ${Math.ceil(-left)} s ago: the origin failed a moment ago`,
    );
    return { response: response(), isStale: false };
  }
  if (-left < stored.lifetime.staleWhileRevalidate) {
    trace.note(
      SERVICE,
      `served from the cache although expired ${Math.ceil(-left)} s ago (stale-while-revalidate); the origin is asked in the background`,
    );
    return { response: response(), isStale: true };
  }
  trace.note(
    SERVICE,
    `the copy in the cache expired ${Math.ceil(-left)} s ago: the origin is asked whether it is still good`,
  );
  return undefined;
}

function storedFacts({ lifetime, url }: StoredResponse): { facts: Record<string, string> } {
  return {
    facts: { Path: url.split('?', 1)[0] ?? '', Lifetime: `${lifetime.seconds} s: ${lifetime.reason}` },
  };
}

/** The headers of a request that takes whatever there is, whole unless `keepsRange`. */
export function withoutConditions(headers: HeaderList, keepsRange = false): HeaderList {
  return headers.filter(
    (name) => !/^if-(none-match|modified-since|range)$/.test(name) && (keepsRange || name !== 'range'),
  );
}
