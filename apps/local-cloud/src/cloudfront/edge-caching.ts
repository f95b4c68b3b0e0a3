import { Readable } from 'node:stream';
import { HeaderList } from '../http/header-list';
import { type Request, type Response, Trace } from '../http/message';
import { type CacheKey, cacheKey } from './cache-key';
import { type Lifetime, lifetimeOf } from './cache-lifetime';
import { CollapsedFetch } from './collapsed-fetch';
import { compress } from './compression';
import type { Behavior } from './distribution';
import type { EdgeCache, StoredResponse } from './edge-cache';
import type { EdgeResponse } from './edge-response';
import { type Exchange, SERVICE } from './exchange';
import { answerFromStored } from './stored-answer';
import { storeWhileSending } from './stored-body';

/** Gets a response from beyond the edge. */
export type Fetch = (exchange: Exchange, request: Request) => Promise<EdgeResponse>;

/** Puts a cache before the origins: what it holds is served, what it does not is fetched once and kept (rows A6). */
export function throughCache(cache: EdgeCache, fetch: Fetch): Fetch {
  const underWay = new Map<string, CollapsedFetch>();

  return async (exchange, request) => {
    const obstacle = whyNotCached(exchange.behavior, request);
    if (obstacle !== undefined) {
      exchange.request.trace.add(SERVICE, `not cached: ${obstacle}`);
      return fetch(exchange, request);
    }
    const key = cacheKey(exchange.behavior, request);
    const arrivedAt = exchange.now();
    for (let hasWaited = false; ; hasWaited = true) {
      const look = lookUp(cache, key, request);
      const { stored } = look;
      if (stored) {
        const answer = fromStored(exchange, request, stored, hasWaited ? arrivedAt : undefined);
        if (answer?.isStale === true) revalidate(exchange, request, look);
        if (answer) return answer.response;
      }
      const ahead = underWay.get(look.storageKey);
      if (!ahead) return lead(exchange, request, look, request.signal);
      exchange.request.trace.add(
        SERVICE,
        'waits: the same is being fetched from the origin for another viewer',
      );
      if ((await ahead.outcome(request.signal)) === 'notStored') return fetch(exchange, request);
    }
  };

  /** Fetches on behalf of everybody who asks for the same meanwhile. */
  async function lead(
    exchange: Exchange,
    request: Request,
    look: LookUp,
    viewer: AbortSignal,
  ): Promise<EdgeResponse> {
    const collapsed = new CollapsedFetch(viewer);
    underWay.set(look.storageKey, collapsed);
    const settle = (outcome: 'stored' | 'notStored' | 'failed'): void => {
      if (underWay.get(look.storageKey) === collapsed) underWay.delete(look.storageKey);
      collapsed.settle(outcome);
    };
    try {
      const { answer, whole } = await fill(exchange, request, look, collapsed);
      whole.then((isStored) => settle(isStored ? 'stored' : 'notStored'));
      return answer;
    } catch (error) {
      settle('failed');
      throw error;
    }
  }

  /** Row CF-TTL-07: the viewer has its answer already. */
  function revalidate(exchange: Exchange, request: Request, look: LookUp): void {
    if (underWay.has(look.storageKey)) return;
    const trace = new Trace();
    const quiet = { ...exchange, request: { ...exchange.request, trace } };
    const plain = { ...request, trace, headers: withoutConditions(request.headers) };
    lead(quiet, plain, look, new AbortController().signal).then(
      ({ response }) => response.body instanceof Readable && response.body.resume(),
      // The stale copy stays; the next viewer tries again.
      () => undefined,
    );
  }

  async function fill(
    exchange: Exchange,
    request: Request,
    look: LookUp,
    collapsed: CollapsedFetch,
  ): Promise<{ answer: EdgeResponse; whole: Promise<boolean> }> {
    const { behavior, now } = exchange;
    const { trace } = exchange.request;
    const { stored } = look;
    const done = (answer: EdgeResponse, isStored: boolean) => ({ answer, whole: Promise.resolve(isStored) });
    const { purges } = cache;
    const put = (entry: StoredResponse): void => {
      if (cache.purges === purges) cache.put(entry);
    };

    const asked = toCacheFill(request, stored, collapsed.signal);
    const answer = await fetch(exchange, asked);
    if (stored && answer.originStatus === 304) {
      discard(answer);
      const refreshed = refresh(stored, answer, exchange);
      put(refreshed);
      trace.add(
        SERVICE,
        `the copy is still good, says the origin (304): kept ${inWords(refreshed.lifetime)}`,
      );
      return done(answerFromStored(refreshed, request, 'RefreshHit', now()), true);
    }
    if (stored && answer.response.status >= 500 && mayServeStale(stored, now())) {
      discard(answer);
      const { status } = answer.response;
      const seconds = exchange.distribution.errorCachingMinTtl(status);
      put({ ...stored, servedStaleUntil: now() + seconds * 1000 });
      trace.add(
        SERVICE,
        `the origin failed (${status}), so the expired copy is served; the origin is left alone for ${seconds} s`,
      );
      return done(answerFromStored(stored, request, 'Hit', now()), true);
    }
    const lifetime = lifetimeOf(
      behavior.cachePolicy,
      answer.response,
      exchange.distribution.errorCachingMinTtl(answer.response.status),
      now(),
    );
    const validators = validatorsOf(answer);
    const hasRanges = answer.response.headers.has('content-length');
    const { response, note } = await compress(
      behavior,
      request,
      withoutLegacyCookies(behavior, answer).response,
    );
    const compressed: EdgeResponse = { ...answer, response };
    if (!lifetime || answer.originStatus === 304) {
      trace.add(SERVICE, `not kept: ${whyNotKept(answer)}`, { facts: { Compression: note } });
      return done(compressed, false);
    }
    const length = contentLength(response.headers);
    if (length !== undefined && length > cache.maxBodyBytes && request.method !== 'HEAD') {
      trace.add(SERVICE, `not kept: ${length} bytes are more than this cache takes (${cache.maxBodyBytes})`);
      return done(compressed, false);
    }
    trace.add(SERVICE, `fetched from the origin, kept ${inWords(lifetime)}`, {
      facts: { 'Cache key': look.key.description, Lifetime: lifetime.reason, Compression: note },
    });
    const keep = (body: Buffer | undefined): void =>
      put({
        key: isVariant(request, response) ? look.storageKey : look.key.value,
        url: look.key.url,
        status: response.status,
        headers: new HeaderList(response.headers),
        body,
        validators,
        storedAt: now(),
        lifetime,
        hasRanges,
      });
    if (!(response.body instanceof Readable)) {
      keep(response.body);
      return done(compressed, true);
    }
    const source = response.body;
    collapsed.signal.addEventListener('abort', () => source.destroy(), { once: true });
    const headers = new HeaderList(response.headers);
    const { body, whole } = storeWhileSending(source, cache.maxBodyBytes, length, () => collapsed.isAwaited);
    const isStored = whole.then((bytes) => {
      if (bytes) keep(bytes);
      return bytes !== undefined;
    });
    return { answer: { ...compressed, response: { ...response, headers, body } }, whole: isStored };
  }
}

/** Where a response is, or would be, in the cache. */
interface LookUp {
  readonly key: CacheKey;
  readonly storageKey: string;
  readonly stored: StoredResponse | undefined;
}

/**
 * A whole response answers everything. Without one, the answer to a HEAD or a range is kept on its own: it says
 * nothing of the rest.
 */
function lookUp(cache: EdgeCache, key: CacheKey, request: Request): LookUp {
  const whole = request.method === 'OPTIONS' ? undefined : cache.get(key.value);
  if (whole) return { key, storageKey: key.value, stored: whole };
  const part = ['range', 'if-range'].map((name) => request.headers.get(name) ?? '').join(' ');
  const variant = request.method === 'GET' ? part.trim() : request.method;
  if (variant === '') return { key, storageKey: key.value, stored: undefined };
  const storageKey = `${key.value} ${variant}`;
  return { key, storageKey, stored: cache.get(storageKey) };
}

/** Whether the answer is to this kind of request only: a range may have been answered whole. */
function isVariant({ method }: Request, { status }: Response): boolean {
  return method !== 'GET' || status === 206;
}

/** The request to the origin that fills the cache: for a copy that expired, whether it is still good (row CF-COND-02). */
function toCacheFill(request: Request, stored: StoredResponse | undefined, signal: AbortSignal): Request {
  if (!stored) return { ...request, signal };
  const isPart = stored.status === 206;
  const headers = withoutConditions(request.headers, isPart);
  const { etag, lastModified } = stored.validators;
  if (etag !== undefined) headers.set('If-None-Match', etag);
  if (lastModified !== undefined) headers.set('If-Modified-Since', lastModified);
  const isWhole = stored.body !== undefined && request.method === 'HEAD';
  return { ...request, method: isWhole ? 'GET' : request.method, headers, signal };
}

function withoutConditions(headers: HeaderList, keepsRange = false): HeaderList {
  return headers.filter(
    (name) => !/^if-(none-match|modified-since|range)$/.test(name) && (keepsRange || name !== 'range'),
  );
}

function whyNotCached({ cachePolicy, cachedMethods }: Behavior, request: Request): string | undefined {
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
function fromStored(
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
    trace.add(
      SERVICE,
      `served from the cache: stored ${age} s ago, good for ${Math.ceil(left)} s more`,
      storedFacts(stored),
    );
    return { response: response(), isStale: false };
  }
  if (fetchedSince !== undefined && stored.storedAt >= fetchedSince) {
    trace.add(SERVICE, 'served with what was fetched for another viewer meanwhile');
    return { response: response(), isStale: false };
  }
  if (stored.servedStaleUntil !== undefined && now < stored.servedStaleUntil) {
    trace.add(
      SERVICE,
      `served from the cache although expired ${Math.ceil(-left)} s ago: the origin failed a moment ago`,
    );
    return { response: response(), isStale: false };
  }
  if (-left < stored.lifetime.staleWhileRevalidate) {
    trace.add(
      SERVICE,
      `served from the cache although expired ${Math.ceil(-left)} s ago (stale-while-revalidate); the origin is asked in the background`,
    );
    return { response: response(), isStale: true };
  }
  trace.add(
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

/** Rows CF-DOWN-04 and CF-TTL-07. */
function mayServeStale({ storedAt, lifetime, status }: StoredResponse, now: number): boolean {
  if (status >= 400) return false;
  const expiredFor = now / 1000 - storedAt / 1000 - lifetime.seconds;
  return lifetime.staleIfError === undefined || expiredFor < lifetime.staleIfError;
}

/** The stored response with the headers of a 304 (RFC 9111, section 3.2), good again from now on. */
function refresh(stored: StoredResponse, { response }: EdgeResponse, exchange: Exchange): StoredResponse {
  const headers = new HeaderList(stored.headers);
  for (const [name, value] of response.headers) {
    if (!/^(content-.*|etag|vary|accept-ranges|transfer-encoding)$/i.test(name)) headers.set(name, value);
  }
  const now = exchange.now();
  const lifetime = lifetimeOf(exchange.behavior.cachePolicy, { status: stored.status, headers }, 0, now);
  return {
    ...stored,
    headers,
    storedAt: now,
    lifetime: lifetime ?? { ...stored.lifetime, seconds: 0 },
    servedStaleUntil: 0,
  };
}

function validatorsOf({ response: { headers } }: EdgeResponse): StoredResponse['validators'] {
  return { etag: headers.get('etag'), lastModified: headers.get('last-modified') };
}

/** Row CF-TTL-10: where legacy settings forward no cookies, none come back. */
function withoutLegacyCookies({ cachePolicy }: Behavior, answer: EdgeResponse): EdgeResponse {
  if (cachePolicy.removesSetCookie !== true) return answer;
  answer.response.headers.delete('set-cookie');
  return answer;
}

function whyNotKept({ response: { status, headers } }: EdgeResponse): string {
  const said = headers.get('cache-control');
  return `status ${status}${said === undefined ? '' : `, Cache-Control ${said}`}`;
}

function inWords({ seconds, reason }: Lifetime): string {
  return `for ${seconds} s (${reason})`;
}

function contentLength(headers: HeaderList): number | undefined {
  const length = headers.get('content-length');
  return length === undefined ? undefined : Number(length);
}

function discard({ response }: EdgeResponse): void {
  if (response.body instanceof Readable) response.body.destroy();
}
