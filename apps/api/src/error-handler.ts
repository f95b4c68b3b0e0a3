import { PROBLEM_CONTENT_TYPE, type Problem } from '@spa-on-aws/shared-types';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import createError, { type HttpError, isHttpError } from 'http-errors';
import { methodNotAllowed, notFound } from './errors';

/** Responds with 404. Use it after all routes. */
export const otherPaths: RequestHandler = () => {
  throw notFound();
};

/** Responds with 405. Use it at the end of a route: `router.route(path).get(…).all(otherMethods)`. */
export const otherMethods: RequestHandler = ({ route }) => {
  const { get, ...methods } = (route as { methods: Record<string, boolean> }).methods;
  const others = Object.keys(methods).filter((method) => method !== '_all');
  throw methodNotAllowed([...(get ? ['GET', 'HEAD'] : []), ...others.map((method) => method.toUpperCase())]);
};

function httpErrorOf(error: unknown): HttpError {
  if (isHttpError(error)) return error;
  // Express throws it for a path parameter such as `%zz`.
  return error instanceof URIError ? createError(400, 'The URL is not valid') : createError(500);
}

/** Sends errors as problem details (RFC 9457). Internal errors have no details. */
export const handleError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const { status, expose, message, headers = {} } = httpErrorOf(error);
  res.locals['error'] = error;
  // pino-http logs this error with its stack.
  if (status >= 500) res.err = error as Error;
  if (res.headersSent) {
    next(error);
    return;
  }
  const problem: Problem = {
    type: 'about:blank',
    title: createError(status).message,
    status,
    ...(expose ? { detail: message } : {}),
    instance: req.originalUrl.split('?')[0],
    requestId: String(req.id),
  };
  res.status(status).set(headers).set('Content-Type', PROBLEM_CONTENT_TYPE);
  // `res.json()` would add a charset, which problem details do not have.
  res.send(Buffer.from(JSON.stringify(problem)));
};
