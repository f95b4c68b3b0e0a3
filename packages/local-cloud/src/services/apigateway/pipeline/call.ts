import { randomUUID } from 'node:crypto';
import { CodedError } from '@spa-on-aws/cloudformation';
import { queryParameters, type Request } from '../../../http/message';
import { nextTrace } from '../../../http/backend';
import type { ApiGatewayEvents } from '../../../trace/apigateway-events';
import type { HopDetails } from '../../../trace/trace';
import type { Call } from '../model/call';
import type { GatewayError } from '../model/gateway-error';
import type { RestApi } from '../model/rest-api';

export function startCall(api: RestApi, request: Request, now: number): Call {
  const traceId = nextTrace(request.headers.get('x-amzn-trace-id'), now);
  request.trace.ids.push(traceId.root);
  const startedAt = performance.now();
  return {
    api,
    request,
    requestId: randomUUID(),
    extendedRequestId: `${randomUUID().replaceAll('-', '').slice(0, 15)}=`,
    receivedAt: now,
    traceId,
    query: queryParameters(request.query),
    latencyMs: () => Math.round(performance.now() - startedAt),
  };
}

export class CallRejectedError extends CodedError {
  constructor(readonly error: GatewayError) {
    super('ERR_CALL_REJECTED', error.message ?? error.errorType);
  }
}

/** Records why a call is rejected, and ends it. @throws CallRejectedError */
export function reject<Event extends keyof ApiGatewayEvents>(
  { request }: Call,
  error: GatewayError,
  event: Event,
  data: ApiGatewayEvents[Event],
  details: HopDetails = {},
): never {
  request.trace.add('apigateway', event, data, details);
  throw new CallRejectedError(error);
}
