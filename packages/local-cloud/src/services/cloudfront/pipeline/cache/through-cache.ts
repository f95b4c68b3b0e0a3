import { Readable } from 'node:stream';
import { type Request } from '../../../../http/message';
import { Trace } from '../../../../trace/trace';
import { type Fetch, fillCache } from './fill';
import { cacheKey } from './key';
import { fromStored, type LookUp, lookUp, whyNotCached, withoutConditions } from './lookup';
import { CollapsedFetch, type FetchOutcome } from './collapsed-fetch';
import type { EdgeCache } from './edge-cache';
import type { EdgeResponse } from '../edge-response';
import { type Exchange, SERVICE } from '../exchange';

/**
 * Puts a cache before the origins: what it holds is served, what it does not is fetched once and kept (rows A6).
 *
 * @param onBackgroundFault told what went wrong when no viewer waits who would be
 */
export function throughCache(
  cache: EdgeCache,
  fetch: Fetch,
  onBackgroundFault: (error: unknown) => void = () => undefined,
): Fetch {
  const underWay = new Map<string, CollapsedFetch>();

  return async (exchange, request) => {
    const obstacle = whyNotCached(exchange.behavior, request);
    if (obstacle !== undefined) {
      exchange.request.trace.note(SERVICE, `not cached: ${obstacle}`);
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
      exchange.request.trace.note(
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
    const settle = (outcome: FetchOutcome): void => {
      if (underWay.get(look.storageKey) === collapsed) underWay.delete(look.storageKey);
      collapsed.settle(outcome);
    };
    try {
      const { answer, isStored } = await fillCache(cache, fetch, exchange, request, look, collapsed);
      isStored.then((is) => settle(is ? 'stored' : 'notStored'));
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
    lead(quiet, plain, look, new AbortController().signal).then(({ response }) => {
      if (response.body instanceof Readable) response.body.on('error', onBackgroundFault).resume();
      // The stale copy stays; the next viewer tries again.
    }, onBackgroundFault);
  }
}
