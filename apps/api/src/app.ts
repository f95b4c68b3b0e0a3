import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import type { Logger } from 'pino';
import { authenticate } from './access/authenticate';
import type { TokenVerifier } from './access/token-verifier';
import type { GreetingSequence } from './greeting/sequence';
import { greetingRoutes } from './greeting/routes';
import { MalformedRequestError } from './errors';
import { Greeter } from './greetings/greeter';
import type { GreetingHistory } from './greetings/history';
import { greetingsRoutes } from './greetings/routes';
import type { Readiness } from './health/readiness';
import { healthRoutes } from './health/routes';
import { admit, shedLoad } from './http/admission';
import { operationRoutes } from './http/operation-routes';
import { answerProblems, refuseUnknownPath } from './http/problems';
import { type AnsweredRequest, logRequests } from './http/request-log';
import { openApiRoutes } from './openapi/routes';
import type { Load } from './server/load';

/** What the app is built from. */
export interface AppDependencies {
  /** Gives every greeting its id. */
  readonly greetingIds: GreetingSequence;
  /** Keeps greetings. */
  readonly history: GreetingHistory;
  /** Tells good access tokens; `'unverified'` lets everybody through, as one and the same person. */
  readonly tokens: TokenVerifier | 'unverified';
  /** How busy the process is. */
  readonly load: Load;
  /** Gets one line for every request. */
  readonly logger: Logger;
  /** What `/ready` answers. */
  readonly readiness: Readiness;
  /**
   * Told of every request that was answered.
   *
   * @default nobody
   */
  readonly onAnswered?: (answered: AnsweredRequest) => void;
  /**
   * A stage's prefix that paths may come with, such as `/dev`.
   *
   * @default none
   */
  readonly pathPrefix?: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Builds the API. It does not listen: pass it to `createApiServer`. */
export function createApp(dependencies: AppDependencies): RequestListener {
  const {
    greetingIds,
    history,
    tokens,
    load,
    logger,
    readiness,
    onAnswered,
    pathPrefix = '',
    now,
  } = dependencies;
  const greeter = new Greeter({ greetingIds, history, ...(now ? { now } : {}) });
  const health = healthRoutes(readiness);
  const routes = [...greetingRoutes(greeter), ...greetingsRoutes(greeter, history)];
  const described = [...health, ...routes].map(({ operation }) => operation);

  // Express's router without its app, see Middleware.
  const app = Router();
  app.use(logRequests(logger, onAnswered));
  app.use(admit(pathPrefix));
  app.use(operationRoutes(health));
  app.use(shedLoad(load));
  // Whatever is added below asks for a token.
  app.use(authenticate(tokens));
  app.use(operationRoutes([...routes, ...openApiRoutes(described)]));
  app.use(refuseUnknownPath());
  const answer = answerProblems();
  app.use(answer);
  return function api(request: IncomingMessage, response: ServerResponse): void {
    app(request as Request, response as Response, () => {
      // An answer that has begun can only be ended before its time; else Express could not read the target.
      if (response.headersSent) response.destroy();
      else answer(new MalformedRequestError('The target is no URL'), request, response, () => undefined);
    });
  };
}
