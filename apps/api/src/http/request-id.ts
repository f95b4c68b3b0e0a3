import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { traceContextOf } from './trace-context';

const REQUEST_ID = /^[\w-]{8,64}$/;

/**
 * The id of a request: API Gateway's own (`x-amzn-requestid`), else the root of the trace it is part of
 * (`X-Amzn-Trace-Id: Root=1-…`), else a new UUID. A header that is not well-formed counts as absent.
 */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-amzn-requestid'];
  if (typeof given === 'string' && REQUEST_ID.test(given)) return given;
  return traceContextOf(headers).xrayTraceId ?? randomUUID();
}
