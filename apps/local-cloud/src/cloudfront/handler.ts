import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Handler, Request, Response } from '../http/message';
import { chooseBehavior } from './behavior-choice';
import { customErrorStep } from './custom-error-responses';
import type { Distribution } from './distribution';
import { EDGE_LOCATION, edgeError, type EdgeResponse } from './edge-response';
import { EdgeCache } from './edge-cache';
import { throughCache } from './edge-caching';
import { type Exchange, SERVICE } from './exchange';
import { fetchFromOrigin, type OriginAccess } from './origin-fetch';
import type { Edge } from './origin-request';
import { responseHeadersStep } from './response-headers-step';
import { viewerRequestStep, viewerResponseStep } from './viewer-functions';
import { refusedByLimits } from './viewer-limits';
import { answerToMethod } from './viewer-method';
import { answerToProtocol } from './viewer-protocol';

export type { OriginServer } from './origin-fetch';

/** What a distribution is given to answer with. */
export interface DistributionOptions extends OriginAccess {
  readonly now: () => number;
  /** Empty, unless given. */
  readonly cache?: EdgeCache;
  /** Told of each line that a function writes. */
  readonly onFunctionLog?: Exchange['onFunctionLog'];
}

/** Answers viewers as the distribution would, one step after the other. */
export function distributionHandler(distribution: Distribution, options: DistributionOptions): Handler {
  const edge: Edge = {
    via: `${createHash('md5').update(distribution.id).digest('hex')}.cloudfront.net (CloudFront)`,
  };
  const { now, cache = new EdgeCache(), onFunctionLog } = options;
  const fetchThroughCache = throughCache(cache, (exchange, request) =>
    fetchFromOrigin(exchange, request, options),
  );

  /** What lies beyond the edge: the viewer's request as the function left it, to the origin and back. */
  const answerFromBehind = async (exchange: Exchange): Promise<EdgeResponse> => {
    const outcome = viewerRequestStep(exchange);
    if ('answer' in outcome) return outcome.answer;
    const answer = await fetchThroughCache(exchange, withRootObject(distribution, outcome.request));
    return customErrorStep(exchange, answer, fetchThroughCache);
  };

  return async (request) => {
    const requestId = `${randomBytes(40).toString('base64url')}==`;
    const refusal = refusedByLimits(request);
    if (refusal) {
      request.trace.add(SERVICE, `refused: ${refusal.reason}`);
      const refused = edgeError({ requestId, now }, refusal.status, refusal.text);
      if (refusal.closesConnection) refused.response.headers.set('Connection', 'close');
      return toViewer(request, refused, edge, requestId);
    }
    const behavior = chooseBehavior(distribution, request);
    const exchange: Exchange = { distribution, behavior, request, edge, requestId, now, onFunctionLog };
    const answer =
      answerToProtocol(exchange) ?? answerToMethod(exchange) ?? (await answerFromBehind(exchange));
    responseHeadersStep(exchange, answer);
    return toViewer(request, viewerResponseStep(exchange, answer), edge, requestId);
  };
}

/** Rows CF-ROOT-01 to CF-ROOT-03. */
function withRootObject({ defaultRootObject }: Distribution, request: Request): Request {
  if (request.path !== '/' || defaultRootObject === '') return request;
  return { ...request, path: `/${defaultRootObject}` };
}

/** Adds what CloudFront says of every response (rows CF-RESP-01 and CF-RESP-02). */
function toViewer(
  request: Request,
  { response, result }: EdgeResponse,
  edge: Edge,
  requestId: string,
): Response {
  response.headers
    .set('X-Cache', `${result} from cloudfront`)
    .set('Via', `1.1 ${edge.via}`)
    .set('X-Amz-Cf-Pop', EDGE_LOCATION)
    .set('X-Amz-Cf-Id', requestId);
  if (request.method !== 'HEAD') return response;
  if (response.body instanceof Readable) response.body.destroy();
  return { ...response, body: undefined };
}
