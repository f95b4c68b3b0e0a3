import { getHealth, getReady } from '@spa-on-aws/shared-types';
import { NotReadyError } from '../errors';
import { type OperationRoute, route } from '../http/operation-routes';

/** Readiness of the process: it is ready from the end of its start to its stop, except while its store is down. */
export class Readiness {
  #phase: 'starting' | 'ready' | 'stopping' = 'starting';
  isStoreDown = false;

  get phase(): 'starting' | 'ready' | 'waiting for its store' | 'stopping' {
    return this.#phase === 'ready' && this.isStoreDown ? 'waiting for its store' : this.#phase;
  }

  /** Makes the API ready, unless it is already stopping. */
  start(): void {
    if (this.#phase === 'starting') this.#phase = 'ready';
  }

  /** Makes the API not ready until the process exits. */
  stop(): void {
    this.#phase = 'stopping';
  }
}

/** `/health`: 200 while the process runs. `/ready`: 200 while it accepts requests, else 503. */
export function healthRoutes(readiness: Readiness): OperationRoute[] {
  return [
    route(getHealth, () => ({ status: 'ok' as const })),
    route(getReady, () => {
      if (readiness.phase !== 'ready') throw new NotReadyError(`The API is ${readiness.phase}`, 1_000);
      return { status: 'ready' as const };
    }),
  ];
}
