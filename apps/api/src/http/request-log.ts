import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { ApiError } from '../errors';
import { requestIdOfAnswer } from './request-id';

/** Notes why a request is answered with an error, for its line in the log. */
export function noteFailure(response: Response, failure: unknown): void {
  response.locals['failure'] = failure;
}

/** What of a failure is logged: its code when it is the caller's, everything when it is ours. */
function describeFailure(failure: unknown): object {
  if (failure === undefined) return {};
  return failure instanceof ApiError ? { code: failure.code } : { err: failure };
}

/**
 * Logs one line for every request, once its answer is sent or its client is gone (`aborted`).
 *
 * Of the URL only the path is logged: headers and query values may hold secrets.
 */
export function logRequests(logger: Logger): RequestHandler {
  return function requestLog(request, response, next) {
    const startedAt = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const status = response.statusCode;
      const line = {
        requestId: requestIdOfAnswer(response),
        method,
        path,
        route: request.route?.path,
        status,
        durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
        ...(response.writableFinished ? {} : { aborted: true }),
        ...describeFailure(response.locals['failure']),
      };
      if (status >= 500) logger.error(line, 'request');
      else logger.info(line, 'request');
    });
    next();
  };
}
