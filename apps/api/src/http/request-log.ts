import type { Logger } from 'pino';
import { ApiError, InvalidTokenError } from '../errors';
import { contextOf, type Middleware, traceContextOf } from './request-context';

/** A request whose response was sent, or whose client closed the connection. */
export interface CompletedRequest {
  readonly method: string;
  /** Path pattern; undefined if no route has the path. */
  readonly route: `/${string}` | undefined;
  readonly status: number;
  readonly durationMs: number;
}

/** Returns the code of an expected error, and everything about an unexpected one. */
function describeError(error: unknown): object {
  if (error === undefined) return {};
  if (!(error instanceof ApiError)) return { err: error };
  const { code, cause } = error;
  if (error instanceof InvalidTokenError) return { code, reason: error.reason };
  return error.status >= 500 && cause !== undefined ? { code, err: cause } : { code };
}

/**
 * Logs one line per request, after its response was sent or its client closed the connection (`aborted`).
 *
 * Of the URL it logs only the path, because headers and query values may contain secrets.
 */
export function logRequests(
  logger: Logger,
  onRequestCompleted: (request: CompletedRequest) => void = () => undefined,
): Middleware {
  return function requestLog({ method = '', headers }, response, next) {
    const startedAt = performance.now();
    // Read now, because the context loses the stage prefix later.
    const { path } = contextOf(response);
    response.once('close', () => {
      const { statusCode: status, writableFinished } = response;
      const durationMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
      const { requestId, route, caller, error } = contextOf(response);
      onRequestCompleted({ method, route, status, durationMs });
      const level = status >= 500 ? 'error' : 'info';
      if (!logger.isLevelEnabled(level)) return;
      logger[level](
        {
          requestId,
          ...traceContextOf(headers),
          method,
          path,
          route,
          status,
          durationMs,
          sub: caller?.sub,
          ...(writableFinished ? {} : { aborted: true }),
          ...describeError(error),
        },
        'request',
      );
    });
    next();
  };
}
