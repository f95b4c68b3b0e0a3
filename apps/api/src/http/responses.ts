import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { PROBLEM_CONTENT_TYPE, type Problem } from '@spa-on-aws/shared-types';
import { ApiError } from '../errors';
import { contextOf, type Next } from './request-context';

/** Header with the request id, in every response. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** Sends a response; headers and body in one write, because writes are the main cost of a small response. */
export function send(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders = {},
  body?: string,
): void {
  response.writeHead(status, {
    [REQUEST_ID_HEADER]: contextOf(response).requestId,
    'Cache-Control': 'no-store',
    ...headers,
    ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
  });
  response.end(body);
}

/** Express error handler: sends problem details. Express recognizes an error handler by its four parameters. */
export function handleError(
  error: unknown,
  _request: IncomingMessage,
  response: ServerResponse,
  next: Next,
): void {
  const context = contextOf(response);
  context.error = error;
  if (response.headersSent) {
    next(error);
    return;
  }
  const problem = problemOf(error, context.requestId, context.path);
  const headers = error instanceof ApiError ? error.headers : {};
  // Problem details have no charset (RFC 9457).
  const allHeaders = { ...headers, 'Content-Type': PROBLEM_CONTENT_TYPE };
  send(response, problem.status, allHeaders, JSON.stringify(problem));
}

/**
 * Returns the problem details (RFC 9457) of an error. An error that is not an {@link ApiError} becomes a 500 without details.
 *
 * @param instance path of the request, if known
 */
export function problemOf(error: unknown, requestId: string, instance?: string): Problem {
  return {
    type: 'about:blank',
    ...(error instanceof ApiError
      ? { title: error.title, status: error.status, detail: error.message }
      : { title: 'Internal Server Error', status: 500 }),
    ...(instance === undefined ? {} : { instance }),
    requestId,
  };
}
