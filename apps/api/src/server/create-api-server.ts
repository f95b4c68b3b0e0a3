import { createServer, type RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { ExpectationFailedError, MalformedRequestError } from '../errors';
import { contextOf } from '../http/request-context';
import { handleError } from '../http/responses';
import { clientErrorListener, MAX_HEADER_BYTES } from './client-errors';
import { InFlightResponses, stopGracefully } from './graceful-stop';

/** Longer than the idle timeout of the load balancer (60 s), so that it never uses a connection that is closing (GS-01). */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** From the connection, or the previous response, to the end of the headers (GS-04). */
const HEADERS_TIMEOUT_MS = KEEP_ALIVE_TIMEOUT_MS + 1_000;

/** From the first byte of the request to the last byte of its body. */
const REQUEST_TIMEOUT_MS = HEADERS_TIMEOUT_MS + 4_000;

/** More than a browser, CloudFront, API Gateway and a load balancer send together. */
const MAX_HEADERS = 200;

/**
 * Creates a server for the app. It also sends problem details for requests that never reach the app: malformed HTTP,
 * `CONNECT`, an unsupported `Expect`. It does not listen.
 *
 * @returns the server, and `stop`, see {@link stopGracefully}
 */
export function createApiServer(app: RequestListener, logger: Logger) {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 5_000,
      // The app checks it, and responds with problem details.
      requireHostHeader: false,
    },
    app,
  );
  server.maxHeadersCount = MAX_HEADERS;
  const inFlight = new InFlightResponses(server);
  const onClientError = clientErrorListener(inFlight, logger);
  server.on('clientError', onClientError);
  server.on('checkExpectation', (request, response) => {
    const error = new ExpectationFailedError('Expect must be 100-continue');
    const { requestId } = contextOf(response);
    logger.info({ requestId, method: request.method, status: error.status, code: error.code }, 'request');
    response.setHeader('Connection', 'close');
    handleError(error, request, response, () => undefined);
  });
  server.on('connect', (_request, socket) => {
    onClientError(new MalformedRequestError('CONNECT is not supported'), socket);
  });
  const stop = (timeoutMs: number, delay?: Promise<void>): Promise<boolean> =>
    stopGracefully(server, inFlight, timeoutMs, delay);
  return { server, stop };
}
