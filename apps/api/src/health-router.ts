import { HEALTH_PATH, READY_PATH } from '@spa-on-aws/shared-types';
import { Router } from 'express';
import { otherMethods } from './error-handler';
import { unavailable } from './errors';
import type { GreetingIds } from './greeting/greeting-ids';

/** State of the process. */
export interface ProcessState {
  /** True after a stop signal. */
  isStopping: boolean;
}

/** `/health`: 200 while the process runs. `/ready`: 200 while it can create greetings, else 503. */
export function healthRouter(state: ProcessState, greetingIds: GreetingIds): Router {
  const router = Router();
  router
    .route(HEALTH_PATH)
    .get((_req, res) => {
      res.json({ status: 'ok' });
    })
    .all(otherMethods);
  router
    .route(READY_PATH)
    .get(async (_req, res) => {
      if (state.isStopping) throw unavailable('ERR_STOPPING', 'The API is stopping');
      await greetingIds.ready();
      res.json({ status: 'ready' });
    })
    .all(otherMethods);
  return router;
}
