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
import { problemOf } from '../http/problems';
import { REQUEST_ID_HEADER } from '../http/answers';
import type { AnswersUnderWay } from './answers-under-way';

/** What request line and headers may be long altogether; API Gateway takes 10,240 (AG-LIM-02). */
export const MAX_HEADER_BYTES = 16_384;

/**
 * Answers what Node's parser refuses with problem details, and closes the connection. Requests that came before on the
 * same connection are answered first, and nothing is written into an answer that is under way.
 */
export function answerFaultyConnection(
  underWay: AnswersUnderWay,
  logger: Logger,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return function faultyConnection(error, socket) {
    const answers = underWay.on(socket);
    // What came before is whole, and has its answer before this one.
    const before = answers.filter(({ req }) => req.complete);
    if (before.length > 0 && socket.writable) {
      before.at(-1)?.once('close', () => faultyConnection(error, socket));
      return;
    }
    if (!socket.writable || answers.some(({ headersSent }) => headersSent) || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error);
    const requestId = randomUUID();
    const { status, code } = refusal;
    logger.info({ requestId, status, code, reason: error.code }, 'faulty connection');
    const body = JSON.stringify(problemOf(refusal, requestId));
    socket.end(
      [
        `HTTP/1.1 ${status} ${refusal.title}`,
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

function refusalOf(error: NodeJS.ErrnoException): ApiError {
  if (error instanceof ApiError) return error;
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLargeError(MAX_HEADER_BYTES);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeoutError();
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
    case 'HPE_INVALID_CHUNK_SIZE':
    case 'HPE_INVALID_EOF_STATE':
      return new BadBodyError('The body did not come as announced');
    default:
      return new MalformedRequestError('This is not HTTP/1.1 as RFC 9112 has it');
  }
}
