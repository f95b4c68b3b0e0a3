import type { Request, RequestHandler } from '../../../http/message';
import { chooseBehavior } from './viewer/behavior-selection';
import { customErrorStep } from '../model/custom-error-responses';
import type { Distribution } from '../model/distribution';
import { edgeError, type EdgeResponse } from './edge-response';
import { EdgeCache } from './cache/edge-cache';
import { throughCache } from './cache/through-cache';
import { type Exchange, SERVICE } from './exchange';
import { fetchFromOrigin, type OriginAccess } from './origin/fetch';
import { edgeOf, newRequestId, toViewer } from './response/own-headers';
import { responseHeadersStep } from './response/response-headers';
import { viewerRequestStep, viewerResponseStep } from './functions/viewer-functions';
import { refusedByLimits } from './viewer/checks';
import { answerToMethod } from './viewer/method';
import { answerToProtocol } from './viewer/protocol';

export type { OriginServer } from './origin/fetch';

/** What a distribution is given to answer with. */
export interface DistributionOptions extends OriginAccess {
  readonly now: () => number;
  /** Empty, unless given. */
  readonly cache?: EdgeCache;
  /** Told of each line that a function writes. */
  readonly onFunctionLog?: Exchange['onFunctionLog'];
  /** Told what went wrong while no viewer waited: a copy that was to be made anew behind their back. */
  readonly onBackgroundFault?: (error: unknown) => void;
}

/** Answers viewers as the distribution would, one step after the other. */
export function distributionHandler(distribution: Distribution, options: DistributionOptions): RequestHandler {
  const edge = edgeOf(distribution);
  const { now, cache = new EdgeCache(), onFunctionLog, onBackgroundFault } = options;
  const fetchThroughCache = throughCache(
    cache,
    (exchange, request) => fetchFromOrigin(exchange, request, options),
    onBackgroundFault,
  );

  /** What lies beyond the edge: the viewer's request as the function left it, to the origin and back. */
  const answerFromBehind = async (exchange: Exchange): Promise<EdgeResponse> => {
    const outcome = viewerRequestStep(exchange);
    if ('answer' in outcome) return outcome.answer;
    const answer = await fetchThroughCache(exchange, withRootObject(distribution, outcome.request));
    return customErrorStep(exchange, answer, fetchThroughCache);
  };

  return async (request) => {
    const requestId = newRequestId();
    const refusal = refusedByLimits(request);
    if (refusal) {
      request.trace.note(SERVICE, `refused: ${refusal.reason}`);
      const refused = edgeError({ requestId, now }, refusal.status, refusal.text);
      if (refusal.closesConnection) refused.response.headers.set('Connection', 'close');
      return toViewer(refused, request.method, edge, requestId);
    }
    const behavior = chooseBehavior(distribution, request);
    const exchange: Exchange = { distribution, behavior, request, edge, requestId, now, onFunctionLog };
    const answer =
      answerToProtocol(exchange) ?? answerToMethod(exchange) ?? (await answerFromBehind(exchange));
    responseHeadersStep(exchange, answer);
    return toViewer(viewerResponseStep(exchange, answer), request.method, edge, requestId);
  };
}

/** Rows CF-ROOT-01 to CF-ROOT-03. */
function withRootObject({ defaultRootObject }: Distribution, request: Request): Request {
  if (request.path !== '/' || defaultRootObject === '') return request;
  return { ...request, path: `/${defaultRootObject}` };
}
