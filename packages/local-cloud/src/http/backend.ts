import { randomUUID } from 'node:crypto';
import { CodedError } from '@spa-on-aws/cloudformation';
import type { UnreachableReason } from '../trace/apigateway-events';
import type { Trace } from '../trace/trace';
import type { HeaderList } from './header-list';
import type { Response } from './message';

export class BackendUnreachableError extends CodedError {
  /** `place`: host and port, load balancer or target group. `detail`: message of the network error, if there was one. */
  constructor(
    readonly reason: UnreachableReason,
    readonly place: string,
    readonly detail?: string,
  ) {
    super('ERR_BACKEND_UNREACHABLE', `${place}: ${reason}${detail === undefined ? '' : ` (${detail})`}`);
  }
}

export interface BackendRequest {
  readonly method: string;
  readonly target: string;
  readonly port: number;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  readonly signal: AbortSignal;
  readonly trace: Trace;
}

/** Sends a request through the VPC link to a load balancer. @throws BackendUnreachableError */
export type Backend = (request: BackendRequest) => Promise<Response>;

/**
 * Returns the `X-Amzn-Trace-Id` that API Gateway and load balancers send: a root that was received stays, preceded by a
 * new `Self`; otherwise the root is new (row AG-HD-02). `now`: milliseconds since the epoch.
 */
export function nextTrace(
  existing: string | undefined,
  now: number,
): { readonly header: string; readonly root: string; readonly isNew: boolean } {
  const time = Math.floor(now / 1_000)
    .toString(16)
    .padStart(8, '0');
  const fresh = `1-${time}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
  const [, root] = /(?:^|;)\s*Root=([\w-]+)/.exec(existing ?? '') ?? [];
  if (existing === undefined || root === undefined)
    return { header: `Root=${fresh}`, root: fresh, isNew: true };
  const others = existing
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('Self='));
  return { header: [`Self=${fresh}`, ...others].join(';'), root, isNew: false };
}
