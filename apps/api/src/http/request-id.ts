import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler, Response } from 'express';

/** The header that gives every answer its request id. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

const REQUEST_ID = /^[\w-]{8,64}$/;
const TRACE_ROOT = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;

/**
 * The id of a request: API Gateway's own (`x-amzn-requestid`), else the root of the trace it is part of
 * (`X-Amzn-Trace-Id: Root=1-…`), else a new UUID. A header that is not well-formed counts as absent.
 */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-amzn-requestid'];
  if (typeof given === 'string' && REQUEST_ID.test(given)) return given;
  const trace = headers['x-amzn-trace-id'];
  const root = typeof trace === 'string' ? TRACE_ROOT.exec(trace)?.[1] : undefined;
  return root ?? randomUUID();
}

/** Gives every request an id, and every answer the id of its request. */
export function identifyRequest(): RequestHandler {
  return function requestId(request, response, next) {
    response.setHeader(REQUEST_ID_HEADER, requestIdOf(request.headers));
    next();
  };
}

/** The id of the request that is being answered. */
export function requestIdOfAnswer(response: Response): string {
  return String(response.getHeader(REQUEST_ID_HEADER));
}
