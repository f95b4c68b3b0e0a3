import type { Logger } from 'pino';
import { ApiError, InvalidTokenError } from '../errors';
import type { Middleware } from './middleware';
import { recordOf } from './request-record';
import { traceContextOf } from './trace-context';

/** An answer that is sent, or that nobody waits for any more. */
export interface AnsweredRequest {
  readonly method: string;
  /** Pattern of the path; `undefined` when nothing has this path. */
  readonly route: `/${string}` | undefined;
  readonly status: number;
  readonly durationMs: number;
}

/** What of a failure is logged: its code when it is the caller's, everything when it is ours. */
function describeFailure(failure: unknown): object {
  if (failure === undefined) return {};
  if (!(failure instanceof ApiError)) return { err: failure };
  const { code, cause } = failure;
  if (failure instanceof InvalidTokenError) return { code, reason: failure.reason };
  return failure.status >= 500 && cause !== undefined ? { code, err: cause } : { code };
}

/**
 * Logs one line for every request, once its answer is sent or its client is gone (`aborted`), and tells `onAnswered`.
 *
 * Of the URL only the path is logged: headers and query values may hold secrets. Who asked is logged by `sub`.
 */
export function logRequests(
  logger: Logger,
  onAnswered: (answered: AnsweredRequest) => void = () => undefined,
): Middleware {
  return function requestLog(request, response, next) {
    const startedAt = performance.now();
    const { method = '', headers } = request;
    const { path } = recordOf(response).target;
    response.once('close', () => {
      const status = response.statusCode;
      const durationMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
      const { requestId, route, caller, failure } = recordOf(response);
      onAnswered({ method, route, status, durationMs });
      if (!logger.isLevelEnabled(status >= 500 ? 'error' : 'info')) return;
      const line = {
        requestId,
        ...traceContextOf(headers),
        method,
        path,
        route,
        status,
        durationMs,
        sub: caller?.sub,
        ...(response.writableFinished ? {} : { aborted: true }),
        ...describeFailure(failure),
      };
      if (status >= 500) logger.error(line, 'request');
      else logger.info(line, 'request');
    });
    next();
  };
}
