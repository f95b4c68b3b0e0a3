import type { Clock } from '../run/clock';
import type { SignInControls } from '../services/cognito/controls';
import type { BackendFaults } from '../services/elasticloadbalancing/pipeline/backend';

/** The part of the cache that the console controls. */
export interface CacheControls {
  /**
   * @param path a path, or a path with `*` at its end; absent: everything
   * @returns the number of purged responses
   */
  purge(path?: string): number;
  /** Number of cached responses. */
  readonly size: number;
  readonly bytes: number;
}

/** Everything that fault injection can change; services implement their part. */
export interface Controls {
  readonly clock: Clock;
  readonly faults: BackendFaults;
  /** While forced, API Gateway throttles every call. */
  readonly throttle: { forced: boolean };
  readonly signIn: Omit<SignInControls, 'expiredBefore'>;
  readonly cache: CacheControls;
}
