import { Readable } from 'node:stream';
import { HeaderList } from '../../../../http/header-list';
import type { Request, Response } from '../../../../http/message';
import type { CloudFrontEvents, LifetimeData } from '../../../../trace/cloudfront-events';
import { errorCachingMinTtlSeconds } from '../../model/custom-error-responses';
import { type Lifetime, lifetimeOf } from './lifetime';
import { cachedResponse, type Lookup, withoutConditions } from './lookup';
import type { CollapsedFetch } from './collapsed-fetch';
import { compress } from './compression';
import type { Behavior } from '../../model/distribution';
import type { EdgeCache, StoredResponse } from './edge-cache';
import type { EdgeResponse, Exchange, Fetch } from '../exchange';
import { answerFromStored } from './stored-answer';
import { storeWhileSending } from './stored-body';

interface Filled {
  readonly answer: EdgeResponse;
  /** Settles when the response is in the cache, or is not going to be. */
  readonly isStored: Promise<boolean>;
}

/** Fetches a response that is missing or expired, and stores it if it may be cached. */
export async function fillCache(
  cache: EdgeCache,
  fetch: Fetch,
  exchange: Exchange,
  request: Request,
  look: Lookup,
  collapsed: CollapsedFetch,
): Promise<Filled> {
  const { stored } = look;
  const { purges } = cache;
  const put = (entry: StoredResponse): void => {
    if (cache.purges === purges) cache.put(entry);
  };
  const answer = await fetch(exchange, toCacheFill(request, stored, collapsed.signal));
  if (stored && answer.originStatus === 304) return revalidated(stored, answer, exchange, request, put);
  if (stored && answer.response.status >= 500 && mayServeStale(stored, exchange.now()))
    return servedStale(stored, answer, exchange, request, put);

  const { behavior, now } = exchange;
  const { trace } = exchange.request;
  const lifetime = lifetimeOf(
    behavior.cachePolicy,
    answer.response,
    errorCachingMinTtlSeconds(exchange.distribution.customErrorResponses, answer.response.status),
    now(),
  );
  const validators = validatorsOf(answer);
  const hasRanges = answer.response.headers.has('content-length');
  removeLegacyCookies(behavior, answer);
  const { response, compression } = await compress(behavior, request, answer.response);
  const compressed: EdgeResponse = { ...answer, response };
  const { status } = answer.response;
  const notStored = (data: CloudFrontEvents['cache.not-stored']): Filled => {
    trace.add('cloudfront', 'cache.not-stored', data);
    return filled(compressed, false);
  };
  if (!lifetime || answer.originStatus === 304) {
    const cacheControl = answer.response.headers.get('cache-control');
    const data = { reason: 'not-cacheable', status, compression } as const;
    return notStored(cacheControl === undefined ? data : { ...data, cacheControl });
  }
  if (isEventStream(response)) return notStored({ reason: 'event-stream', status });
  const length = contentLength(response.headers);
  const limitBytes = cache.maxBodyBytes;
  if (length !== undefined && length > limitBytes && request.method !== 'HEAD')
    return notStored({ reason: 'too-large', status, bytes: length, limitBytes });
  const { key } = look;
  trace.add('cloudfront', 'cache.stored', { key: key.description, lifetime: dataOf(lifetime), compression });
  const headers = new HeaderList(response.headers);
  const store = (body: Buffer | undefined): void =>
    put({
      key: isVariant(request, response) ? look.storageKey : key.value,
      url: key.url,
      status: response.status,
      headers,
      body,
      validators,
      storedAt: now(),
      lifetime,
      hasRanges,
    });
  const { body: source } = response;
  if (!(source instanceof Readable)) {
    store(source);
    return filled({ ...compressed, response: { ...response, headers: new HeaderList(headers) } }, true);
  }
  collapsed.signal.addEventListener('abort', () => source.destroy(), { once: true });
  const { body, complete } = storeWhileSending(source, cache.maxBodyBytes, length, () => collapsed.isAwaited);
  const isStored = complete.then((bytes) => {
    if (bytes) store(bytes);
    return bytes !== undefined;
  });
  const sent = { ...response, headers: new HeaderList(headers), body };
  return { answer: { ...compressed, response: sent }, isStored };
}

function filled(answer: EdgeResponse, isStored: boolean): Filled {
  return { answer, isStored: Promise.resolve(isStored) };
}

/** Row CF-COND-02. */
function revalidated(
  stored: StoredResponse,
  answer: EdgeResponse,
  exchange: Exchange,
  request: Request,
  put: (entry: StoredResponse) => void,
): Filled {
  discard(answer);
  const refreshed = refresh(stored, answer, exchange);
  put(refreshed);
  exchange.request.trace.add('cloudfront', 'cache.revalidated', { lifetime: dataOf(refreshed.lifetime) });
  return filled(answerFromStored(refreshed, request, 'RefreshHit', exchange.now()), true);
}

/** Row CF-DOWN-04. */
function servedStale(
  stored: StoredResponse,
  answer: EdgeResponse,
  { request: { trace }, distribution, now }: Exchange,
  request: Request,
  put: (entry: StoredResponse) => void,
): Filled {
  discard(answer);
  const { status } = answer.response;
  const seconds = errorCachingMinTtlSeconds(distribution.customErrorResponses, status);
  put({ ...stored, servedStaleUntil: now() + seconds * 1000 });
  trace.add('cloudfront', 'cache.stale-served', {
    ...cachedResponse(stored, now()),
    reason: 'origin-failed',
    originStatus: status,
    retrySeconds: seconds,
  });
  return filled(answerFromStored(stored, request, 'Hit', now()), true);
}

/** Returns the request to the origin; for an expired response it is conditional (row CF-COND-02). */
function toCacheFill(request: Request, stored: StoredResponse | undefined, signal: AbortSignal): Request {
  if (!stored) return { ...request, signal };
  const isPart = stored.status === 206;
  const headers = withoutConditions(request.headers, isPart);
  const { etag, lastModified } = stored.validators;
  if (etag !== undefined) headers.set('If-None-Match', etag);
  if (lastModified !== undefined) headers.set('If-Modified-Since', lastModified);
  const isComplete = stored.body !== undefined && request.method === 'HEAD';
  return { ...request, method: isComplete ? 'GET' : request.method, headers, signal };
}

/** Tells whether a response answers only requests of the same kind: a range may be answered with the complete response. */
function isVariant({ method }: Request, { status }: Response): boolean {
  return method !== 'GET' || status === 206;
}

/** Rows CF-DOWN-04 and CF-TTL-07. */
function mayServeStale({ storedAt, lifetime, status }: StoredResponse, now: number): boolean {
  if (status >= 400) return false;
  const expiredFor = now / 1000 - storedAt / 1000 - lifetime.seconds;
  return lifetime.staleIfError === undefined || expiredFor < lifetime.staleIfError;
}

/** Returns the stored response with the headers of a 304 (RFC 9111, section 3.2) and a new lifetime. */
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

/** Removes `Set-Cookie` where legacy settings forward no cookies (row CF-TTL-10). */
function removeLegacyCookies({ cachePolicy }: Behavior, { response }: EdgeResponse): void {
  if (cachePolicy.removesSetCookie === true) response.headers.delete('set-cookie');
}

function dataOf({ seconds, basis }: Lifetime): LifetimeData {
  return { seconds, basis };
}

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
}

function contentLength(headers: HeaderList): number | undefined {
  const length = headers.get('content-length');
  return length === undefined ? undefined : Number(length);
}

function discard({ response }: EdgeResponse): void {
  if (response.body instanceof Readable) response.body.destroy();
}
