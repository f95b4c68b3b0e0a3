import { Router } from 'express';
import { HEALTH_PATH, READY_PATH } from '@spa-on-aws/shared-types';
import { NotReadyError } from '../errors';
import { refuseOtherMethods } from '../http/methods';
import type { Readiness } from './readiness';

/** `/health`: the process runs. `/ready`: it takes requests; 503 before and once it is stopping. */
export function healthRoutes(readiness: Readiness): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route(HEALTH_PATH)
    .get((_request, response) => {
      response.json({ status: 'ok' });
    })
    .all(refuseOtherMethods());
  router
    .route(READY_PATH)
    .get((_request, response) => {
      if (readiness.phase !== 'ready') throw new NotReadyError(readiness.phase);
      response.json({ status: 'ready' });
    })
    .all(refuseOtherMethods());
  return router;
}
