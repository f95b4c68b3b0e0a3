import type { Statistics } from '@spa-on-aws/shared-types';
import { type Response, Router } from 'express';
import { otherMethods } from './error-handler';
import type { GreetingIds } from './greeting/greeting-ids';

/** `/api/admin`: for administrators. */
export function adminRouter(greetingIds: GreetingIds): Router {
  const router = Router();
  router
    .route('/statistics')
    .get(async (_req, res: Response<Statistics>) => {
      res.json({ lastGreetingId: await greetingIds.last() });
    })
    .all(otherMethods);
  return router;
}
