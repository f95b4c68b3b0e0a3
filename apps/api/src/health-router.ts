import { HEALTH_PATH, READY_PATH } from '@spa-on-aws/shared-types';
import { Router } from 'express';
import { otherMethods } from './error-handler';
import { unavailable } from './errors';

/** State of the process. */
export interface ProcessState {
  /** True after a stop signal. */
  isStopping: boolean;
}

/**
 * `/health`: 200 while the process runs. `/ready`: 503 after a stop signal, else 200.
 *
 * Neither calls another service: a failed check makes ECS replace the task, which does not repair a table.
 */
export function healthRouter(state: ProcessState): Router {
  const router = Router();
  router
    .route(HEALTH_PATH)
    .get((_req, res) => {
      res.json({ status: 'ok' });
    })
    .all(otherMethods);
  router
    .route(READY_PATH)
    .get((_req, res) => {
      if (state.isStopping) throw unavailable('ERR_STOPPING', 'The API is stopping');
      res.json({ status: 'ready' });
    })
    .all(otherMethods);
  return router;
}
