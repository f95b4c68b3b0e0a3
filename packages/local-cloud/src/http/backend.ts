import { CodedError } from '@spa-on-aws/cloudformation';
import type { UnreachableReason } from '../trace/apigateway-events';
import type { Trace } from '../trace/trace';
import type { HeaderList } from './header-list';
import type { Response } from './message';

/** A backend could not be reached or did not complete its response. */
export class BackendUnreachableError extends CodedError {
  /**
   * @param place the host and port, load balancer or target group concerned
   * @param detail the message of the network error, if there was one
   */
  constructor(
    readonly reason: UnreachableReason,
    readonly place: string,
    readonly detail?: string,
  ) {
    super('ERR_BACKEND_UNREACHABLE', `${place}: ${reason}${detail === undefined ? '' : ` (${detail})`}`);
  }
}

/** A request to a load balancer. */
export interface BackendRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly port: number;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  readonly trace: Trace;
}

/**
 * Sends a request through the VPC link to a load balancer.
 *
 * @throws BackendUnreachableError
 */
export type Backend = (request: BackendRequest) => Promise<Response>;
