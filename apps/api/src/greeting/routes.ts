import { Router } from 'express';
import { GREETING_PATH, GreetingQuery } from '@spa-on-aws/shared-types';
import type { Greeting } from '@spa-on-aws/shared-types';
import { refuseOtherMethods } from '../http/methods';
import { parseQuery } from '../http/query';
import type { GreetingSequence } from './sequence';

/** `GET /api/greeting?name=World`: greets, with the sequence's next id. */
export function greetingRoutes(ids: GreetingSequence): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route(GREETING_PATH)
    .get(async (request, response) => {
      const { name } = parseQuery(GreetingQuery, request.query);
      const greeting: Greeting = { id: await ids.next(), content: `Hello, ${name}!` };
      response.json(greeting);
    })
    .all(refuseOtherMethods());
  return router;
}
