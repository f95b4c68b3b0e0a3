import { STATUS_CODES } from 'node:http';
import { PROBLEM_CONTENT_TYPE, type Problem } from '@spa-on-aws/shared-types';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ApiError, MethodNotAllowedError, NotFoundError } from './errors';

/** Responds with 404. Use it after all routes. */
export const notFound: RequestHandler = () => {
  throw new NotFoundError();
};

/** Responds with 405 and the methods of the route. Use it as `router.route(path).get(…).all(methodNotAllowed)`. */
export const methodNotAllowed: RequestHandler = ({ route }) => {
  const { methods } = route as { methods: Readonly<Record<string, boolean>> };
  const supported = Object.keys(methods).filter((method) => method !== '_all');
  throw new MethodNotAllowedError(
    supported.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : method.toUpperCase())),
  );
};

/** Sends errors as problem details (RFC 9457). Internal errors have no details. */
export const handleError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const problem = problemOf(error);
  res.locals['error'] = error;
  // pino-http logs this error with its stack.
  if (problem.status >= 500) res.err = error as Error;
  if (res.headersSent) {
    next(error);
    return;
  }
  const [instance] = req.originalUrl.split('?');
  res
    .status(problem.status)
    .set(error instanceof ApiError ? error.headers : {})
    .set('Content-Type', PROBLEM_CONTENT_TYPE)
    // `res.json()` would add a charset, which problem details do not have.
    .send(Buffer.from(JSON.stringify({ ...problem, instance, requestId: String(req.id) } satisfies Problem)));
};

function problemOf(error: unknown): Problem {
  const type = 'about:blank';
  if (error instanceof ApiError) {
    return { type, title: error.title, status: error.status, detail: error.message };
  }
  // Express and its body parser throw errors with a status. `expose` is true if their message may be sent.
  const { status, expose, message } = error as { status?: number; expose?: boolean; message?: string };
  if (status !== undefined && expose) {
    return { type, title: STATUS_CODES[status] ?? 'Error', status, detail: message };
  }
  return { type, title: 'Internal Server Error', status: 500 };
}
