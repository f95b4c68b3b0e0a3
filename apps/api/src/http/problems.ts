import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '@spa-on-aws/shared-types';
import { ApiError, NotFoundError } from '../errors';
import { answerProblem } from './answers';
import type { Middleware, Next } from './middleware';
import { recordOf } from './request-record';

/** Refuses what no route has answered. */
export function refuseUnknownPath(): Middleware {
  return function unknownPath() {
    throw new NotFoundError();
  };
}

/**
 * An error as problem details (RFC 9457). What is not an {@link ApiError} is a 500 that tells nothing of its cause.
 *
 * @param instance path of the request, where it is known
 */
export function problemOf(error: unknown, requestId: string, instance?: string): Problem {
  return {
    type: 'about:blank',
    ...(error instanceof ApiError
      ? { title: error.title, status: error.status, detail: error.message }
      : { title: 'Internal Server Error', status: 500 }),
    ...(instance === undefined ? {} : { instance }),
    requestId,
  };
}

/** Answers errors as problem details. */
export function answerProblems() {
  // Express knows an error handler by its four parameters.
  return function problems(
    error: unknown,
    _request: IncomingMessage,
    response: ServerResponse,
    next: Next,
  ): void {
    const record = recordOf(response);
    record.failure = error;
    if (response.headersSent) {
      next(error);
      return;
    }
    const headers = error instanceof ApiError ? error.headers : {};
    answerProblem(response, problemOf(error, record.requestId, record.target.path), headers);
  };
}
