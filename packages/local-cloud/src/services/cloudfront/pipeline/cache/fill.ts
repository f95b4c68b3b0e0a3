import { Readable } from 'node:stream';
import { HeaderList } from '../../../../http/header-list';
import type { Request, Response } from '../../../../http/message';
import { type Lifetime, lifetimeOf } from './lifetime';
import { type LookUp, withoutConditions } from './lookup';
import type { CollapsedFetch } from './collapsed-fetch';
import { compress } from './compression';
import type { Behavior } from '../../model/distribution';
import type { EdgeCache, StoredResponse } from './edge-cache';
import type { EdgeResponse } from '../edge-response';
import { type Exchange, SERVICE } from '../exchange';
import { answerFromStored } from './stored-answer';
import { storeWhileSending } from './stored-body';

/** Gets a response from beyond the edge. */
export type Fetch = (exchange: Exchange, request: Request) => Promise<EdgeResponse>;

/** What came from the origin, for the viewer who caused the fetch. */
export interface Filled {
  readonly answer: EdgeResponse;
  /** Settles once it is known whether the response is in the cache. */
  readonly isStored: Promise<boolean>;
}

/** Asks the origin for what the cache does not have, or no longer has, and keeps what may be kept. */
export async function fillCache(
  cache: EdgeCache,
  fetch: Fetch,
  exchange: Exchange,
  request: Request,
  look: LookUp,
  collapsed: CollapsedFetch,
): Promise<Filled> {
  const { stored } = look;
  const { purges } = cache;
  const put = (entry: StoredResponse): void => {
    if (cache.purges === purges) cache.put(entry);
  };
  const answer = await fetch(exchange, toCacheFill(request, stored, collapsed.signal));
  if (stored && answer.originStatus === 304) return stillGood(stored, answer, exchange, request, put);
  if (stored && answer.response.status >= 500 && mayServeStale(stored, exchange.now()))
    return staleInstead(stored, answer, exchange, request, put);

  const { behavior, now } = exchange;
  const { trace } = exchange.request;
  const lifetime = lifetimeOf(
    behavior.cachePolicy,
    answer.response,
    exchange.distribution.errorCachingMinTtl(answer.response.status),
    now(),
  );
  const validators = validatorsOf(answer);
  const hasRanges = answer.response.headers.has('content-length');
  removeLegacyCookies(behavior, answer);
  const { response, note } = await compress(behavior, request, answer.response);
  const compressed: EdgeResponse = { ...answer, response };
  if (!lifetime || answer.originStatus === 304) {
    trace.note(SERVICE, `not kept: ${whyNotKept(answer)}`, { facts: { Compression: note } });
    return filled(compressed, false);
  }
  if (isEndless(response)) {
    trace.note(SERVICE, 'not kept: a stream of events has no end that others could wait for');
    return filled(compressed, false);
  }
  const length = contentLength(response.headers);
  if (length !== undefined && length > cache.maxBodyBytes && request.method !== 'HEAD') {
    trace.note(SERVICE, `not kept: ${length} bytes are more than this cache takes (${cache.maxBodyBytes})`);
    return filled(compressed, false);
  }
  trace.note(SERVICE, `fetched from the origin, kept ${inWords(lifetime)}`, {
    facts: { 'Cache key': look.key.description, Lifetime: lifetime.reason, Compression: note },
  });
  const headers = new HeaderList(response.headers);
  const keep = (body: Buffer | undefined): void =>
    put({
      key: isVariant(request, response) ? look.storageKey : look.key.value,
      url: look.key.url,
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
    keep(source);
    return filled({ ...compressed, response: { ...response, headers: new HeaderList(headers) } }, true);
  }
  collapsed.signal.addEventListener('abort', () => source.destroy(), { once: true });
  const { body, whole } = storeWhileSending(source, cache.maxBodyBytes, length, () => collapsed.isAwaited);
  const isStored = whole.then((bytes) => {
    if (bytes) keep(bytes);
    return bytes !== undefined;
  });
  const sent = { ...response, headers: new HeaderList(headers), body };
  return { answer: { ...compressed, response: sent }, isStored };
}

function filled(answer: EdgeResponse, isStored: boolean): Filled {
  return { answer, isStored: Promise.resolve(isStored) };
}

/** Row CF-COND-02. */
function stillGood(
  stored: StoredResponse,
  answer: EdgeResponse,
  exchange: Exchange,
  request: Request,
  put: (entry: StoredResponse) => void,
): Filled {
  discard(answer);
  const refreshed = refresh(stored, answer, exchange);
  put(refreshed);
  exchange.request.trace.note(
    SERVICE,
    `the copy is still good, says the origin (304): kept ${inWords(refreshed.lifetime)}`,
  );
  return filled(answerFromStored(refreshed, request, 'RefreshHit', exchange.now()), true);
}

/** Row CF-DOWN-04. */
function staleInstead(
  stored: StoredResponse,
  answer: EdgeResponse,
  { request: { trace }, distribution, now }: Exchange,
  request: Request,
  put: (entry: StoredResponse) => void,
): Filled {
  discard(answer);
  const { status } = answer.response;
  const seconds = distribution.errorCachingMinTtl(status);
  put({ ...stored, servedStaleUntil: now() + seconds * 1000 });
  trace.note(
    SERVICE,
    `the origin failed (${status}), so the expired copy is served; the origin is left alone for ${seconds} s`,
  );
  return filled(answerFromStored(stored, request, 'Hit', now()), true);
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

/** Whether the answer is to this kind of request only: a range may have been answered whole. */
function isVariant({ method }: Request, { status }: Response): boolean {
  return method !== 'GET' || status === 206;
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
function removeLegacyCookies({ cachePolicy }: Behavior, { response }: EdgeResponse): void {
  if (cachePolicy.removesSetCookie === true) response.headers.delete('set-cookie');
}

function whyNotKept({ response: { status, headers } }: EdgeResponse): string {
  const said = headers.get('cache-control');
  return `status ${status}${said === undefined ? '' : `, Cache-Control ${said}`}`;
}

function inWords({ seconds, reason }: Lifetime): string {
  return `for ${seconds} s (${reason})`;
}

function isEndless({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
}

function contentLength(headers: HeaderList): number | undefined {
  const length = headers.get('content-length');
  return length === undefined ? undefined : Number(length);
}

function discard({ response }: EdgeResponse): void {
  if (response.body instanceof Readable) response.body.destroy();
}
