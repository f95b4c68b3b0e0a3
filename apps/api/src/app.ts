import type { RequestListener } from 'node:http';
import { type Request, type Response, Router } from 'express';
import type { Logger } from 'pino';
import { authenticate } from './access/authenticate';
import type { AccessTokenVerifier } from './access/token-verifier';
import { MalformedRequestError, NotFoundError } from './errors';
import { type GreetingDependencies, greetingRoutes } from './greetings/routes';
import { healthRoutes, type Readiness } from './health/health';
import { normalizeRequest } from './http/normalize-request';
import { operationRoutes } from './http/operation-routes';
import { handleError } from './http/responses';
import { type CompletedRequest, logRequests } from './http/request-log';
import { openApiRoute } from './openapi/openapi';
import { type Load, shedLoad } from './server/load';

/** Dependencies of the app. */
export interface AppDependencies extends GreetingDependencies {
  /** Verifies access tokens; `'unverified'` accepts every request, all as the same user. */
  readonly tokens: AccessTokenVerifier | 'unverified';
  /** Decides when requests are rejected because the process is overloaded. */
  readonly load: Load;
  /** Writes one line per request. */
  readonly logger: Logger;
  /** Response of `/ready`. */
  readonly readiness: Readiness;
  /** Called after each request. */
  readonly onRequestCompleted?: (request: CompletedRequest) => void;
  /** Stage prefix that is removed from paths, such as `/dev`. @default none */
  readonly pathPrefix?: string;
}

/** Creates the API. It does not listen: pass it to `createApiServer`. */
export function createApp(dependencies: AppDependencies): RequestListener {
  const { tokens, load, logger, readiness, onRequestCompleted, pathPrefix = '' } = dependencies;
  const health = healthRoutes(readiness);
  const greetings = greetingRoutes(dependencies);
  const openApi = openApiRoute([...health, ...greetings].map(({ operation }) => operation));

  // Only Express's router, because its app is slow: see Middleware.
  const app = Router();
  app.use(logRequests(logger, onRequestCompleted));
  app.use(normalizeRequest(pathPrefix));
  app.use(operationRoutes(health));
  app.use(shedLoad(load));
  // All routes below this line require a token.
  app.use(authenticate(tokens));
  app.use(operationRoutes([...greetings, openApi]));
  app.use(() => {
    throw new NotFoundError();
  });
  app.use(handleError);
  return function api(request, response) {
    app(request as Request, response as Response, () => {
      // Either the response has already started and cannot be completed, or Express could not parse the URL.
      if (response.headersSent) response.destroy();
      else handleError(new MalformedRequestError('The URL is not valid'), request, response, () => undefined);
    });
  };
}
