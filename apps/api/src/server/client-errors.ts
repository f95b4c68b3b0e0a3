import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import type { Logger } from 'pino';
import {
  ApiError,
  BadBodyError,
  HeadersTooLargeError,
  MalformedRequestError,
  RequestTimeoutError,
} from '../errors';
import { problemOf, REQUEST_ID_HEADER } from '../http/responses';
import type { InFlightResponses } from './graceful-stop';

/** Maximum size of request line and headers; API Gateway's limit is 10,240 (AG-LIM-02). */
export const MAX_HEADER_BYTES = 16_384;

/**
 * Listener for Node's `clientError` event: responds to requests that Node cannot parse with problem details, then closes the
 * connection. Earlier requests on the same connection get their responses first.
 */
export function clientErrorListener(
  inFlight: InFlightResponses,
  logger: Logger,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return function onClientError(error, socket) {
    const responses = [...inFlight].filter(({ req }) => req.socket === socket);
    const earlier = responses.findLast(({ req }) => req.complete);
    if (earlier !== undefined && socket.writable) {
      earlier.once('close', () => onClientError(error, socket));
      return;
    }
    // Never write into a response that has already started.
    if (!socket.writable || responses.some(({ headersSent }) => headersSent) || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const apiError = apiErrorOf(error);
    const requestId = randomUUID();
    const { status, code, title } = apiError;
    logger.info({ requestId, status, code, reason: error.code }, 'client error');
    const body = JSON.stringify(problemOf(apiError, requestId));
    socket.end(
      [
        `HTTP/1.1 ${status} ${title}`,
        `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        `${REQUEST_ID_HEADER}: ${requestId}`,
        'Cache-Control: no-store',
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
      () => socket.destroy(),
    );
  };
}

function apiErrorOf(error: NodeJS.ErrnoException): ApiError {
  if (error instanceof ApiError) return error;
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLargeError(`Request line and headers must be at most ${MAX_HEADER_BYTES} bytes`);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeoutError('The request was not complete in time');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
    case 'HPE_INVALID_CHUNK_SIZE':
    case 'HPE_INVALID_EOF_STATE':
      return new BadBodyError('The body does not match its Content-Length or its chunks');
    default:
      return new MalformedRequestError('The request is not valid HTTP/1.1 (RFC 9112)');
  }
}
