import { getGreeting, type Greeting } from '@spa-on-aws/shared-types';
import { type Response, Router } from 'express';
import { otherMethods } from '../error-handler';
import { validate } from '../validate';
import type { GreetingIds } from './greeting-ids';

/** Returns a greeting with the next id. */
export async function greet(greetingIds: GreetingIds, name: string): Promise<Greeting> {
  return { id: await greetingIds.next(), content: `Hello, ${name}!` };
}

/** `/api/greeting` */
export function greetingRouter(greetingIds: GreetingIds): Router {
  const router = Router();
  router
    .route(getGreeting.path)
    .get(validate(getGreeting), async (req, res: Response<Greeting>) => {
      res.json(await greet(greetingIds, req.query.name));
    })
    .all(otherMethods);
  return router;
}
