import type { Request } from '../../../http/message';
import type { Behavior, Distribution } from '../model/distribution';
import type { Edge } from './origin/request';

/** The service's name in a trace. */
export const SERVICE = 'CloudFront';

/** A request of a viewer with what every step of the pipeline needs to know. */
export interface Exchange {
  readonly distribution: Distribution;
  /** Chosen by the path that the viewer asked for; it stays when a function changes the path (row CF-PATH-08). */
  readonly behavior: Behavior;
  /** As the viewer sent it. */
  readonly request: Request;
  readonly edge: Edge;
  /** `X-Amz-Cf-Id` */
  readonly requestId: string;
  readonly now: () => number;
  /** Told of each line that a function writes. */
  readonly onFunctionLog?: ((functionName: string, line: string) => void) | undefined;
}
