import { createServer, type RequestListener, type Server } from 'node:http';
import type { Logger } from 'pino';
import { ExpectationFailedError, MalformedRequestError } from '../errors';
import { answerProblem } from '../http/answers';
import { problemOf } from '../http/problems';
import { recordOf } from '../http/request-record';
import { AnswersUnderWay } from './answers-under-way';
import { answerFaultyConnection, MAX_HEADER_BYTES } from './faulty-connections';
import { gracefulStop, type Stop } from './graceful-stop';

/** Longer than the load balancer keeps an idle connection (60 s), so that it never sends a request into a closing one (GS-01). */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** From the connection, or the last answer, to the end of the headers (GS-04). */
const HEADERS_TIMEOUT_MS = KEEP_ALIVE_TIMEOUT_MS + 1_000;

/** From the first byte to the last one of the body. */
const REQUEST_TIMEOUT_MS = HEADERS_TIMEOUT_MS + 4_000;

/** More than a browser, CloudFront, API Gateway and a load balancer send together. */
const MAX_HEADERS = 200;

/** A server, and how to stop it without losing a request. */
export interface ApiServer {
  readonly server: Server;
  readonly stop: Stop;
}

/**
 * A server for the app, with limits, that answers as the app does also what never gets there: what is not HTTP, an
 * `Expect` of something else, `CONNECT`. It does not listen.
 */
export function createApiServer(app: RequestListener, logger: Logger): ApiServer {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 5_000,
      // Looked at by the app, for an answer like all others.
      requireHostHeader: false,
    },
    app,
  );
  server.maxHeadersCount = MAX_HEADERS;
  const underWay = new AnswersUnderWay(server);
  const refuse = answerFaultyConnection(underWay, logger);
  server.on('clientError', refuse);
  server.on('checkExpectation', (request, response) => {
    const { requestId } = recordOf(response);
    const refusal = new ExpectationFailedError();
    const { status, code } = refusal;
    logger.info({ requestId, method: request.method, status, code }, 'request');
    answerProblem(response, problemOf(refusal, requestId), { Connection: 'close' });
  });
  server.on('connect', (_request, socket) => {
    refuse(new MalformedRequestError('This is no proxy'), socket);
  });
  return { server, stop: gracefulStop(server, underWay) };
}
