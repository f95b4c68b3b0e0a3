import { Readable } from 'node:stream';
import type { Request } from '../../../../http/message';
import { Trace } from '../../../../trace/trace';
import { fillCache } from './fill';
import { cacheKey } from './key';
import { bypassReason, fromStored, type Lookup, lookUp, withoutConditions } from './lookup';
import { CollapsedFetch, type FetchOutcome } from './collapsed-fetch';
import type { EdgeCache } from './edge-cache';
import type { EdgeResponse, Exchange, Fetch } from '../exchange';

/** Puts a cache in front of a fetch: cached responses are served, others are fetched once and stored (rows A6). */
export function throughCache(
  cache: EdgeCache,
  fetch: Fetch,
  onBackgroundFault: (error: unknown) => void = () => undefined,
): Fetch {
  const inFlight = new Map<string, CollapsedFetch>();

  return async (exchange, request) => {
    const { behavior } = exchange;
    const { trace } = exchange.request;
    const reason = bypassReason(behavior, request);
    if (reason !== undefined) {
      const { method } = request;
      trace.add('cloudfront', 'cache.bypassed', { reason, cachePolicy: behavior.cachePolicy.name, method });
      return fetch(exchange, request);
    }
    const key = cacheKey(behavior, request);
    const arrivedAt = exchange.now();
    for (let hasWaited = false; ; hasWaited = true) {
      const look = lookUp(cache, key, request);
      const { stored } = look;
      if (stored) {
        const answer = fromStored(exchange, request, stored, hasWaited ? arrivedAt : undefined);
        if (answer?.isStale === true) revalidate(exchange, request, look);
        if (answer) return answer.response;
      }
      const ahead = inFlight.get(look.storageKey);
      if (!ahead) return lead(exchange, request, look, request.signal);
      trace.add('cloudfront', 'cache.waiting', {});
      if ((await ahead.outcome(request.signal)) === 'notStored') return fetch(exchange, request);
    }
  };

  /** Fetches a response for all viewers that request it in the meantime. */
  async function lead(
    exchange: Exchange,
    request: Request,
    look: Lookup,
    viewer: AbortSignal,
  ): Promise<EdgeResponse> {
    const collapsed = new CollapsedFetch(viewer);
    inFlight.set(look.storageKey, collapsed);
    const settle = (outcome: FetchOutcome): void => {
      if (inFlight.get(look.storageKey) === collapsed) inFlight.delete(look.storageKey);
      collapsed.settle(outcome);
    };
    try {
      const { answer, isStored } = await fillCache(cache, fetch, exchange, request, look, collapsed);
      void isStored.then((is) => settle(is ? 'stored' : 'notStored'));
      return answer;
    } catch (error) {
      settle('failed');
      throw error;
    }
  }

  /** Refreshes a stale response that the viewer has received already (row CF-TTL-07). */
  function revalidate(exchange: Exchange, request: Request, look: Lookup): void {
    if (inFlight.has(look.storageKey)) return;
    const trace = new Trace();
    const quiet = { ...exchange, request: { ...exchange.request, trace } };
    const plain = { ...request, trace, headers: withoutConditions(request.headers) };
    lead(quiet, plain, look, new AbortController().signal).then(({ response }) => {
      if (response.body instanceof Readable) response.body.on('error', onBackgroundFault).resume();
    }, onBackgroundFault);
  }
}
