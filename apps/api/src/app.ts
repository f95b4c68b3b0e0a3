import { ADMIN_GROUP } from '@spa-on-aws/shared-types';
import express, { type Express, Router } from 'express';
import type { Logger } from 'pino';
import { adminRouter } from './admin-router';
import { authenticate, requireGroup } from './auth/authenticate';
import type { ExpectedToken } from './auth/token-verifier';
import { handleError, otherPaths } from './error-handler';
import { greetingRouter } from './greeting/router';
import { healthRouter, type ProcessState } from './health-router';
import { logRequests } from './http-logger';
import { openApiRouter } from './openapi';
import { savedGreetingsRouter } from './saved-greetings/router';
import type { Stores } from './stores';

/** Dependencies of the app. */
export interface AppDependencies extends Stores {
  /** Claims of the access tokens. `'unverified'` accepts every request, all as the same user. */
  readonly tokens: ExpectedToken | 'unverified';
  readonly logger: Logger;
  readonly state: ProcessState;
  /** Stage prefix that API Gateway may send in front of paths, such as `/dev`. @default none */
  readonly pathPrefix?: string;
}

/** Creates the API. It does not listen. */
export function createApp(dependencies: AppDependencies): Express {
  const { greetingIds, savedGreetings, tokens, logger, state, pathPrefix = '' } = dependencies;
  const app = express();
  app.disable('x-powered-by').disable('etag');

  app.use(logRequests(logger));
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    // The client opens its next connection to another process.
    if (state.isStopping) res.set('Connection', 'close');
    next();
  });

  const routes = Router();
  routes.use(healthRouter(state));

  // Public routers go here, before authenticate(). Only the health checks are public today.

  // For signed-in users.
  routes.use(authenticate(tokens));
  routes.use(greetingRouter(greetingIds), openApiRouter());
  if (savedGreetings) routes.use(savedGreetingsRouter(savedGreetings, greetingIds));
  // For members of a Cognito group.
  routes.use('/api/admin', requireGroup(ADMIN_GROUP), adminRouter(greetingIds));

  if (pathPrefix !== '') app.use(pathPrefix, routes);
  app.use(routes);
  app.use(otherPaths);
  app.use(handleError);
  return app;
}
