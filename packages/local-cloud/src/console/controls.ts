import type { Clock } from '../run/clock';
import type { SignInControls } from '../services/cognito/controls';
import type { BackendFaults } from '../services/elasticloadbalancing/pipeline/faults';

/** The distribution's cache, as far as the console sees it. */
export interface CacheControls {
  /**
   * @param path a path, or a path with `*` at its end; absent: everything
   * @returns how many responses went
   */
  purge(path?: string): number;
  /** How many responses are kept. */
  readonly size: number;
  readonly bytes: number;
}

/** Everything that can be switched by hand; services implement their part by having these members. */
export interface Controls {
  readonly clock: Clock;
  readonly faults: BackendFaults;
  /** While forced, API Gateway answers every call as throttled. */
  readonly throttle: { forced: boolean };
  readonly signIn: Omit<SignInControls, 'expiredBefore'>;
  readonly cache: CacheControls;
}
