import type { Request, RequestHandler } from '../../../http/message';
import type { Distribution } from '../model/distribution';
import { EdgeCache } from './cache/edge-cache';
import { throughCache } from './cache/through-cache';
import type { EdgeResponse, Exchange } from './exchange';
import { compileFunction } from './functions/edge-function';
import { runViewerRequestFunction, runViewerResponseFunction } from './functions/viewer-functions';
import { fetchFromOrigin } from './origin/fetch';
import type { OriginAccess } from './origin/server';
import { applyErrorPage } from './response/error-pages';
import { edgeOf, newRequestId, toViewer } from './response/own-headers';
import { applyResponseHeaders } from './response/response-headers';
import { selectBehavior } from './viewer/behavior-selection';
import { checkLimits, checkMethod, checkProtocol } from './viewer/checks';

export interface DistributionOptions extends OriginAccess {
  readonly now: () => number;
  /** @default an empty cache */
  readonly cache?: EdgeCache;
  readonly onFunctionLog?: Exchange['onFunctionLog'];
  /** Receives errors of requests that no viewer waits for: a cached response could not be refreshed. */
  readonly onBackgroundFault?: (error: unknown) => void;
}

/** Returns a handler that answers requests as the distribution does. */
export function distributionHandler(
  distribution: Distribution,
  options: DistributionOptions,
): RequestHandler {
  const { now, cache = new EdgeCache(), onFunctionLog, onBackgroundFault } = options;
  const edge = edgeOf(distribution);
  const definitions = distribution.behaviors.flatMap(({ viewerRequest, viewerResponse }) =>
    [viewerRequest, viewerResponse].filter((definition) => definition !== undefined),
  );
  const functions = new Map([...new Set(definitions)].map((each) => [each, compileFunction(each)]));
  const fetch = throughCache(
    cache,
    (exchange, request) => fetchFromOrigin(exchange, request, options),
    onBackgroundFault,
  );

  const answerFromBehindFunctions = async (exchange: Exchange): Promise<EdgeResponse> => {
    const outcome = await runViewerRequestFunction(exchange);
    if ('answer' in outcome) return outcome.answer;
    const answer = await fetch(exchange, withRootObject(distribution, outcome.request));
    return applyErrorPage(exchange, answer, fetch);
  };

  return async (request) => {
    const requestId = newRequestId();
    const rejected = checkLimits(request, { requestId, now });
    if (rejected) return toViewer(rejected, request.method, edge, requestId);
    const behavior = selectBehavior(distribution, request);
    const exchange = { distribution, behavior, request, edge, requestId, now, functions, onFunctionLog };
    const answer =
      checkProtocol(exchange) ?? checkMethod(exchange) ?? (await answerFromBehindFunctions(exchange));
    applyResponseHeaders(exchange, answer);
    return toViewer(await runViewerResponseFunction(exchange, answer), request.method, edge, requestId);
  };
}

/** Rows CF-ROOT-01 to CF-ROOT-03. */
function withRootObject({ defaultRootObject }: Distribution, request: Request): Request {
  if (request.path !== '/' || defaultRootObject === '') return request;
  return { ...request, path: `/${defaultRootObject}` };
}
