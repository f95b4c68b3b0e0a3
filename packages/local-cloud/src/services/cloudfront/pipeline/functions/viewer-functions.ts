import { Readable } from 'node:stream';
import type { Request } from '../../../../http/message';
import type { HeaderChange } from '../../../../trace/trace';
import { type EdgeFunction, FunctionExecutionError } from './edge-function';
import { type EdgeResponse, edgeError } from '../edge-response';
import { ERROR_TEXT } from '../error-page';
import { type Exchange, SERVICE } from '../exchange';
import { type EventContext, ForbiddenHeaderError } from './function-event';
import { withoutTokens } from './function-log';
import { headerChanges, inWords } from '../response/header-changes';
import { responseHeadersStep } from '../response/response-headers';
import { type FunctionResponse, runViewerRequest } from './viewer-request';
import { runViewerResponse } from './viewer-response';

/** Runs the behavior's viewer-request function: the request as it goes on, or what is answered instead. */
export function viewerRequestStep(exchange: Exchange): { request: Request } | { answer: EdgeResponse } {
  const { behavior, request } = exchange;
  const { viewerRequest: edgeFunction } = behavior;
  if (!edgeFunction) return { request };
  try {
    const outcome = runViewerRequest(edgeFunction, request, contextOf(exchange));
    traceLogs(exchange, edgeFunction, outcome.logs);
    if ('response' in outcome) {
      return { answer: generatedAnswer(exchange, edgeFunction, outcome.response) };
    }
    traceRequest(exchange, edgeFunction, outcome.request);
    return { request: outcome.request };
  } catch (error) {
    return { answer: failureAnswer(exchange, edgeFunction, 'viewer-request', error) };
  }
}

/**
 * Runs the behavior's viewer-response function, after the response headers policy (row CF-RHP-05).
 *
 * It is not run for what CloudFront or a function made, nor when the origin answered 400 or more, whatever a custom
 * error response made of that (rows CFF-EV-08 and CFF-EV-09).
 */
export function viewerResponseStep(exchange: Exchange, answer: EdgeResponse): EdgeResponse {
  const { behavior, request } = exchange;
  const { viewerResponse: edgeFunction } = behavior;
  const { originStatus, response } = answer;
  if (!edgeFunction || originStatus === undefined) return answer;
  if (originStatus >= 400) {
    request.trace.note(
      SERVICE,
      `function ${edgeFunction.name} not run on the response: the origin answered ${originStatus}, and only answers below 400 are given to it`,
    );
    return answer;
  }
  try {
    const outcome = runViewerResponse(edgeFunction, request, response, contextOf(exchange));
    traceLogs(exchange, edgeFunction, outcome.logs);
    const changes = headerChanges('response', response.headers, outcome.response.headers, by(edgeFunction));
    const did = [
      ...(outcome.response.status === response.status
        ? []
        : [`set the status to ${outcome.response.status}`]),
      ...(outcome.response.body === response.body ? [] : ['replaced the body']),
      ...headersInWords(changes),
    ];
    request.trace.note(SERVICE, sentence(edgeFunction, 'viewer-response', did, 'the response'), {
      headers: changes,
    });
    return { ...answer, response: outcome.response };
  } catch (error) {
    const failure = failureAnswer(exchange, edgeFunction, 'viewer-response', error);
    if (response.body instanceof Readable) response.body.destroy();
    responseHeadersStep(exchange, failure);
    return failure;
  }
}

function contextOf({ distribution, requestId, now }: Exchange): EventContext {
  return {
    distributionDomainName: distribution.domainName,
    distributionId: distribution.id,
    requestId,
    now,
  };
}

/** Row CFF-EV-08. */
function generatedAnswer(
  { request, now }: Exchange,
  edgeFunction: EdgeFunction,
  { status, headers, body }: FunctionResponse,
): EdgeResponse {
  const location = headers.get('location');
  request.trace.note(
    SERVICE,
    `function ${edgeFunction.name} answered ${status}${location === undefined ? '' : ` → ${location.split('?')[0]}`} itself: the origin is not asked`,
    {
      headers: headerChanges(
        'response',
        headers.filter(() => false),
        headers,
        by(edgeFunction),
      ),
    },
  );
  headers
    .set('Server', 'CloudFront')
    .set('Date', new Date(now()).toUTCString())
    .set('Content-Length', String(body?.length ?? 0));
  return {
    response: { status, headers, body },
    result: 'FunctionGeneratedResponse',
    originStatus: undefined,
  };
}

/** Rows CFF-HDR-01, CFF-HDR-02, CFF-ERR-01 and CFF-ERR-03. */
function failureAnswer(
  exchange: Exchange,
  edgeFunction: EdgeFunction,
  eventType: string,
  error: unknown,
): EdgeResponse {
  if (error instanceof ForbiddenHeaderError) {
    exchange.request.trace.note(SERVICE, `502, the ${eventType} function broke a rule: ${error.message}`);
    return edgeError(exchange, 502, ERROR_TEXT.functionHeaders);
  }
  if (error instanceof FunctionExecutionError) {
    traceLogs(exchange, edgeFunction, error.logs);
    exchange.request.trace.note(
      SERVICE,
      `503, the ${eventType} function failed: ${withoutTokens(error.message)}`,
    );
    return edgeError(exchange, 503, ERROR_TEXT.functionInvalid, 'FunctionExecutionError');
  }
  throw error;
}

function traceRequest({ request }: Exchange, edgeFunction: EdgeFunction, after: Request): void {
  const changes = headerChanges('request', request.headers, after.headers, by(edgeFunction));
  const did = [
    ...(after.path === request.path ? [] : [`changed the path to ${after.path}`]),
    ...(after.query === request.query ? [] : ['changed the query']),
    ...headersInWords(changes),
  ];
  request.trace.note(SERVICE, sentence(edgeFunction, 'viewer-request', did, 'the request'), {
    facts: {
      'Path before': request.path,
      'Path after': after.path,
      ...(after.query === request.query ? {} : { 'Query parameters after': namesIn(after.query) }),
    },
    headers: changes,
  });
}

/** Values of a query may be secrets, e.g. an authorization code. */
function namesIn(query: string): string {
  return query === '' ? 'none' : [...new URLSearchParams(query).keys()].join(', ');
}

function headersInWords(changes: readonly HeaderChange[]): string[] {
  return changes.length === 0 ? [] : [inWords(changes)];
}

function sentence(
  { name }: EdgeFunction,
  eventType: 'viewer-request' | 'viewer-response',
  did: readonly string[],
  what: string,
): string {
  return `function ${name} (${eventType}) ${did.length === 0 ? `left ${what} as it is` : did.join('; ')}`;
}

function traceLogs(exchange: Exchange, { name }: EdgeFunction, logs: readonly string[]): void {
  for (const line of logs) {
    exchange.request.trace.note(SERVICE, `function ${name} logged: ${withoutTokens(line)}`);
    exchange.onFunctionLog?.(name, line);
  }
}

function by({ name }: EdgeFunction): string {
  return `function ${name}`;
}
