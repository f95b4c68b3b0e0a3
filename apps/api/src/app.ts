import express from 'express';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { greetingRoutes } from './greeting/routes';
import type { GreetingSequence } from './greeting/sequence';
import type { Readiness } from './health/readiness';
import { healthRoutes } from './health/routes';
import { answerProblems, refuseUnknownPath } from './http/problems';
import { refuseMalformedUrl } from './http/malformed-url';
import { removePathPrefix } from './http/path-prefix';
import { identifyRequest } from './http/request-id';
import { logRequests } from './http/request-log';

/** What the app is built from. */
export interface AppDependencies {
  /** Gives every greeting its id. */
  readonly greetingIds: GreetingSequence;
  /** Gets one line for every request. */
  readonly logger: Logger;
  /** What `/ready` answers. */
  readonly readiness: Readiness;
  /**
   * A stage's prefix that paths may come with, such as `/dev`.
   *
   * @default none
   */
  readonly pathPrefix?: string;
}

/** Builds the API. It does not listen: pass it to `http.createServer`. */
export function createApp({ greetingIds, logger, readiness, pathPrefix = '' }: AppDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  // Otherwise Express answers an error of the error handler itself with a stack trace, unless NODE_ENV is "production".
  app.set('env', 'production');

  app.use(identifyRequest());
  app.use(logRequests(logger));
  app.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use(refuseMalformedUrl());
  app.use(removePathPrefix(pathPrefix));
  app.use(healthRoutes(readiness));
  app.use(greetingRoutes(greetingIds));
  app.use(refuseUnknownPath());
  app.use(answerProblems());
  return app;
}
