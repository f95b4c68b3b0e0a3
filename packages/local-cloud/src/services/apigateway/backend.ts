import type { HeaderList } from '../../http/header-list';
import type { Response } from '../../http/message';
import type { Trace } from '../../trace/trace';

/** The backend cannot be reached, or went away before it answered. */
export class BackendUnreachableError extends Error {}

/** A request to a backend, as the load balancer takes it. */
export interface BackendRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly port: number;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  /** Aborted when nobody waits for the response any more. */
  readonly signal: AbortSignal;
  readonly trace: Trace;
}

/**
 * Sends a request through the VPC link to a load balancer.
 *
 * @throws BackendUnreachableError
 */
export type Backend = (request: BackendRequest) => Promise<Response>;
