import type { ErrorRequestHandler, RequestHandler } from 'express';
import { PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import type { Problem } from '@spa-on-aws/shared-types';
import { ApiError, NotFoundError } from '../errors';
import { requestIdOfAnswer } from './request-id';
import { recordOf } from './request-record';

/** Refuses what no route has answered. */
export function refuseUnknownPath(): RequestHandler {
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
export function answerProblems(): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return function problems(error, request, response, next) {
    recordOf(response).failure = error;
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error, requestIdOfAnswer(response), request.path);
    if (error instanceof ApiError) response.set(error.headers);
    response.statusCode = problem.status;
    // Not by `send`: it would add a charset, and problem details have no such parameter.
    response.setHeader('Content-Type', PROBLEM_CONTENT_TYPE);
    const body = JSON.stringify(problem);
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.end(body);
  };
}
