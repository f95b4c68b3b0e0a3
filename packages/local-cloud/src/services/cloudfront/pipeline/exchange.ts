import type { Request } from '../../../http/message';
import type { Behavior, Distribution } from '../model/distribution';
import type { FunctionDefinition } from '../model/functions';
import type { EdgeResponse } from './edge-response';
import type { EdgeFunction } from './functions/edge-function';

/** An edge location. */
export interface Edge {
  /** `<hex>.cloudfront.net (CloudFront)`, for `Via`. */
  readonly via: string;
}

/** A request of a viewer with what every step of the pipeline needs. */
export interface Exchange {
  readonly distribution: Distribution;
  /** Selected by the path that the viewer requested; it stays when a function changes the path (row CF-PATH-08). */
  readonly behavior: Behavior;
  /** As the viewer sent it. */
  readonly request: Request;
  readonly edge: Edge;
  /** `X-Amz-Cf-Id` */
  readonly requestId: string;
  readonly now: () => number;
  /** The functions of the distribution, ready to run. */
  readonly functions: ReadonlyMap<FunctionDefinition, EdgeFunction>;
  /** Receives each line that a function logs. */
  readonly onFunctionLog?: ((functionName: string, line: string) => void) | undefined;
}

/** Gets a response from the cache or the origin of the exchange's behavior. */
export type Fetch = (exchange: Exchange, request: Request) => Promise<EdgeResponse>;
