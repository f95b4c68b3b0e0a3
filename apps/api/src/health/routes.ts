import { getHealth, getReady } from '@spa-on-aws/shared-types';
import { NotReadyError } from '../errors';
import { type OperationRoute, route } from '../http/operation-routes';
import type { Readiness } from './readiness';

/** `/health`: the process runs. `/ready`: it takes requests; 503 before, while its store is down, and once it is stopping. */
export function healthRoutes(readiness: Readiness): OperationRoute[] {
  return [
    route(getHealth, () => ({ status: 'ok' as const })),
    route(getReady, () => {
      if (readiness.phase !== 'ready') throw new NotReadyError(readiness.phase);
      return { status: 'ready' as const };
    }),
  ];
}
