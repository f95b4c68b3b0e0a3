import { type Call, SERVICE } from './call';
import { GATEWAY_ERRORS, Refusal } from './gateway-error';
import { limitFor } from './method-setting';
import { type RateLimit, TokenBucket } from './token-bucket';

/** A switch for people and tests: while forced, every call is answered as throttled. */
export class GatewayThrottle {
  forced = false;
}

/** What every account has in every region, unless AWS was asked for more. */
const ACCOUNT_LIMIT: RateLimit = { ratePerSecond: 10_000, burst: 5_000 };

/** Throttles the calls of one API (row AG-LIM-07). */
export class Throttling {
  readonly #throttle: GatewayThrottle;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { bucket: TokenBucket; limit: RateLimit }>();

  /** @param now milliseconds since the epoch */
  constructor(throttle: GatewayThrottle, now: () => number) {
    this.#throttle = throttle;
    this.#now = now;
  }

  /**
   * Counts a call.
   *
   * @throws Refusal when it is one too many
   */
  admit(call: Call): void {
    if (this.#throttle.forced) {
      throw new Refusal(
        GATEWAY_ERRORS.throttled,
        SERVICE,
        'throttled: every call is, because it was switched on',
      );
    }
    const { stage, route } = call;
    if (!stage || !route) return;
    const { resource, method } = route;
    const key = `${stage.name} ${method.httpMethod} ${resource.path}`;
    let counted = this.#buckets.get(key);
    if (!counted) {
      const limit = limitFor(stage.methodSettings, resource.path, method.httpMethod, ACCOUNT_LIMIT);
      this.#buckets.set(key, (counted = { limit, bucket: new TokenBucket(limit, this.#now) }));
    }
    if (counted.bucket.take()) return;
    const { ratePerSecond, burst } = counted.limit;
    throw new Refusal(
      GATEWAY_ERRORS.throttled,
      SERVICE,
      `throttled: stage ${stage.name} lets ${ratePerSecond} calls a second through to ${method.httpMethod} ${resource.path}, at most ${burst} at once`,
    );
  }
}
