import type { ErrorRequestHandler, RequestHandler } from 'express';
import { PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import type { Problem } from '@spa-on-aws/shared-types';
import { ApiError, NotFoundError } from '../errors';
import { requestIdOfAnswer } from './request-id';
import { noteFailure } from './request-log';

/** Refuses what no route has answered. */
export function refuseUnknownPath(): RequestHandler {
  return function unknownPath() {
    throw new NotFoundError();
  };
}

/** Answers errors as problem details (RFC 9457). What is not an {@link ApiError} is a 500 that tells nothing of its cause. */
export function answerProblems(): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return function problems(error, request, response, next) {
    noteFailure(response, error);
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem: Problem = {
      type: 'about:blank',
      ...(error instanceof ApiError
        ? { title: error.title, status: error.status, detail: error.message }
        : { title: 'Internal Server Error', status: 500 }),
      instance: request.path,
      requestId: requestIdOfAnswer(response),
    };
    if (error instanceof ApiError) response.set(error.headers);
    response.status(problem.status).type(PROBLEM_CONTENT_TYPE);
    // A buffer, because Express adds a charset to text, and problem details have no such parameter.
    response.send(Buffer.from(JSON.stringify(problem)));
  };
}
