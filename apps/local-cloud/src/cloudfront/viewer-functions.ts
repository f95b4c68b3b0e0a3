import type { Request } from '../http/message';
import { FunctionExecutionError } from './edge-function';
import { type EdgeResponse, edgeError } from './edge-response';
import { ERROR_TEXT } from './error-page';
import { type Exchange, SERVICE } from './exchange';
import { ForbiddenHeaderError, runViewerRequest } from './viewer-request';

/** Runs the behavior's viewer-request function: the request as it goes on, or what is answered instead. */
export function viewerRequestStep(exchange: Exchange): { request: Request } | { answer: EdgeResponse } {
  const { behavior, distribution, request, requestId } = exchange;
  if (!behavior.viewerRequest) return { request };
  const { name } = behavior.viewerRequest;
  try {
    const outcome = runViewerRequest(behavior.viewerRequest, request, {
      distributionDomainName: distribution.domainName,
      distributionId: distribution.id,
      requestId,
    });
    if ('response' in outcome) {
      const { status, headers, body } = outcome.response;
      request.trace.add(SERVICE, `function ${name} answered ${status}`);
      headers
        .set('Server', 'CloudFront')
        .set('Date', new Date(exchange.now()).toUTCString())
        .set('Content-Length', String(body?.length ?? 0));
      const response = { status, headers, body };
      return { answer: { response, result: 'FunctionGeneratedResponse', originStatus: undefined } };
    }
    if (outcome.request.path !== request.path) {
      request.trace.add(SERVICE, `function ${name} rewrote the path to ${outcome.request.path}`);
    }
    return outcome;
  } catch (error) {
    request.trace.add(SERVICE, String(error));
    if (error instanceof ForbiddenHeaderError)
      return { answer: edgeError(exchange, 502, ERROR_TEXT.functionHeaders) };
    if (error instanceof FunctionExecutionError)
      return { answer: edgeError(exchange, 503, ERROR_TEXT.functionInvalid, 'FunctionExecutionError') };
    throw error;
  }
}
