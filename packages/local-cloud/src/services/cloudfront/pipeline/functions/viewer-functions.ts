import { Readable } from 'node:stream';
import { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import type { FunctionEventType } from '../../../../trace/cloudfront-events';
import { edgeError, type EdgeResponse, ERROR_TEXT, type Exchange } from '../exchange';
import { headerChanges } from '../response/header-changes';
import { applyResponseHeaders } from '../response/response-headers';
import { type EdgeFunction, FunctionExecutionError } from './edge-function';
import type { EventContext } from './function-event';
import { type FunctionResponse, runViewerRequest } from './viewer-request';
import { runViewerResponse } from './viewer-response';

/** Runs the behavior's viewer-request function. Returns the request that goes on, or an answer in place of it. */
export async function runViewerRequestFunction(
  exchange: Exchange,
): Promise<{ request: Request } | { answer: EdgeResponse }> {
  const { behavior, functions, request } = exchange;
  const edgeFunction = behavior.viewerRequest && functions.get(behavior.viewerRequest);
  if (!edgeFunction) return { request };
  try {
    const outcome = await runViewerRequest(edgeFunction, request, contextOf(exchange));
    traceLogs(exchange, edgeFunction, outcome.logs);
    if ('response' in outcome) return { answer: generatedAnswer(exchange, edgeFunction, outcome.response) };
    traceRequest(exchange, edgeFunction, outcome.request);
    return { request: outcome.request };
  } catch (error) {
    return { answer: failureAnswer(exchange, edgeFunction, 'viewer-request', error) };
  }
}

/**
 * Runs the behavior's viewer-response function, after the response headers policy (row CF-RHP-05). It does not run
 * for responses of CloudFront or of a function, nor when the origin answered 400 or more, whatever a custom error
 * response made of that (rows CFF-EV-08 and CFF-EV-09).
 */
export async function runViewerResponseFunction(
  exchange: Exchange,
  answer: EdgeResponse,
): Promise<EdgeResponse> {
  const { behavior, functions, request } = exchange;
  const edgeFunction = behavior.viewerResponse && functions.get(behavior.viewerResponse);
  const { originStatus, response } = answer;
  if (!edgeFunction || originStatus === undefined) return answer;
  const { trace } = request;
  if (originStatus >= 400) {
    trace.add('cloudfront', 'response.function-skipped', { name: edgeFunction.name, originStatus });
    return answer;
  }
  try {
    const outcome = await runViewerResponse(edgeFunction, request, response, contextOf(exchange));
    traceLogs(exchange, edgeFunction, outcome.logs);
    const after = outcome.response;
    trace.add(
      'cloudfront',
      'function.ran',
      {
        name: edgeFunction.name,
        eventType: 'viewer-response',
        ...(after.status !== response.status && { status: after.status }),
        ...(after.body !== response.body && { isBodyReplaced: true }),
      },
      { headers: headerChanges('response', response.headers, after.headers, by(edgeFunction)) },
    );
    return { ...answer, response: after };
  } catch (error) {
    const failure = failureAnswer(exchange, edgeFunction, 'viewer-response', error);
    if (response.body instanceof Readable) response.body.destroy();
    applyResponseHeaders(exchange, failure);
    return failure;
  }
}

function contextOf({ distribution, requestId, now }: Exchange): EventContext {
  const { domainName: distributionDomainName, id: distributionId } = distribution;
  return { distributionDomainName, distributionId, requestId, now };
}

/** Row CFF-EV-08. */
function generatedAnswer(
  { request, now }: Exchange,
  edgeFunction: EdgeFunction,
  { status, headers, body }: FunctionResponse,
): EdgeResponse {
  const location = headers.get('location')?.split('?')[0];
  request.trace.add(
    'cloudfront',
    'function.responded',
    {
      name: edgeFunction.name,
      eventType: 'viewer-request',
      status,
      ...(location !== undefined && { location }),
    },
    { headers: headerChanges('response', new HeaderList(), headers, by(edgeFunction)) },
  );
  headers
    .set('Server', 'CloudFront')
    .set('Date', new Date(now()).toUTCString())
    .set('Content-Length', String(body?.length ?? 0));
  const response = { status, headers, body };
  return { response, result: 'FunctionGeneratedResponse', originStatus: undefined };
}

/** Rows CFF-HDR-01, CFF-HDR-02, CFF-ERR-01 and CFF-ERR-03. */
function failureAnswer(
  exchange: Exchange,
  edgeFunction: EdgeFunction,
  eventType: FunctionEventType,
  error: unknown,
): EdgeResponse {
  if (!(error instanceof FunctionExecutionError)) throw error;
  const { reason, message, logs } = error;
  const status = reason === 'forbidden-header' ? 502 : 503;
  traceLogs(exchange, edgeFunction, logs);
  exchange.request.trace.add('cloudfront', 'function.failed', {
    name: edgeFunction.name,
    eventType,
    status,
    reason,
    detail: withoutTokens(message),
  });
  return status === 502
    ? edgeError(exchange, 502, ERROR_TEXT.functionHeaders)
    : edgeError(exchange, 503, ERROR_TEXT.functionInvalid, 'FunctionExecutionError');
}

function traceRequest({ request }: Exchange, edgeFunction: EdgeFunction, after: Request): void {
  request.trace.add(
    'cloudfront',
    'function.ran',
    {
      name: edgeFunction.name,
      eventType: 'viewer-request',
      ...(after.path !== request.path && { path: after.path }),
      // Values of a query can be secrets, e.g. an authorization code.
      ...(after.query !== request.query && {
        queryParameters: [...new URLSearchParams(after.query).keys()],
      }),
    },
    { headers: headerChanges('request', request.headers, after.headers, by(edgeFunction)) },
  );
}

function traceLogs(exchange: Exchange, { name }: EdgeFunction, logs: readonly string[]): void {
  for (const line of logs) {
    exchange.request.trace.add('cloudfront', 'function.logged', { name, line: withoutTokens(line) });
    exchange.onFunctionLog?.(name, line);
  }
}

/** Leaves out what looks like a token: the console shows traces. */
function withoutTokens(text: string): string {
  return text
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*(\.[\w-]*){0,2}/g, '(token)')
    .replace(/\b(Bearer|Basic) [\w.~+/=-]+/gi, '$1 (not shown)');
}

function by({ name }: EdgeFunction): string {
  return `function ${name}`;
}
