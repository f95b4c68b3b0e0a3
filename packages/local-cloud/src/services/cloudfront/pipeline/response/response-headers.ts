import { EDGE_LOCATION, type EdgeResponse } from '../edge-response';
import { type Exchange, SERVICE } from '../exchange';
import { headerChanges, inWords } from './header-changes';
import { applyResponseHeadersPolicy } from '../../model/response-headers-policy';
import { isSampled, serverTiming } from './server-timing';

/**
 * Applies the behavior's response headers policy, between the cache and the viewer-response function (rows CF-RHP-04 to
 * CF-RHP-06): to hits, to origins' answers, and to what CloudFront or a function made.
 */
export function responseHeadersStep(exchange: Exchange, { response, result }: EdgeResponse): void {
  const { behavior, request, requestId, now } = exchange;
  const { responseHeadersPolicy: policy } = behavior;
  if (!policy) return;
  const before = response.headers.filter(() => true);
  applyResponseHeadersPolicy(policy, response.headers, request, now);
  if (
    policy.serverTiming &&
    isSampled(policy.serverTiming.samplingRate, request.headers.get('pragma'), Math.random())
  ) {
    const facts = { result, requestId, pop: EDGE_LOCATION, elapsedMs: request.trace.elapsedMs };
    response.headers.set('Server-Timing', serverTiming(facts, response.headers.get('server-timing')));
  }
  const changes = headerChanges(
    'response',
    before,
    response.headers,
    `response headers policy ${policy.name}`,
  );
  const did = changes.length === 0 ? 'had nothing to change' : inWords(changes);
  request.trace.note(SERVICE, `response headers policy ${policy.name} ${did}`, { headers: changes });
}
