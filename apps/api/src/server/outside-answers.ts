import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import type { Logger } from 'pino';
import type { ApiError } from '../errors';
import { problemOf } from '../http/problems';
import { REQUEST_ID_HEADER, requestIdOf } from '../http/request-id';

/** Refuses a request that Node does not give to the app. */
export function answerOutsideTheApp(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: ApiError,
  logger: Logger,
): void {
  const requestId = requestIdOf(request.headers);
  const { status, code } = refusal;
  logger.info({ requestId, method: request.method, status, code }, 'request');
  const body = JSON.stringify(problemOf(refusal, requestId));
  response.writeHead(status, {
    ...refusal.headers,
    'Content-Type': PROBLEM_CONTENT_TYPE,
    'Content-Length': Buffer.byteLength(body),
    [REQUEST_ID_HEADER]: requestId,
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(body);
}
