import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { limitFor, type RateLimit } from '../model/method-setting';
import { reject } from './call';

/** A token bucket of `burst` tokens that fills at the rate, as API Gateway throttles. */
export class TokenBucket {
  readonly limit: RateLimit;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  constructor(limit: RateLimit, now: () => number) {
    this.limit = limit;
    this.#now = now;
    this.#tokens = limit.burst;
    this.#filledAt = now();
  }

  /** Takes a token; returns false when there is none. */
  take(): boolean {
    const { ratePerSecond, burst } = this.limit;
    const now = this.#now();
    // Users can move the clock back: that must not remove tokens.
    const elapsedMs = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(burst, this.#tokens + (elapsedMs / 1_000) * ratePerSecond);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** A switch for users and tests: while forced, every call is throttled. */
export class GatewayThrottle {
  forced = false;
}

const ACCOUNT_LIMIT: RateLimit = { ratePerSecond: 10_000, burst: 5_000 };

/** Throttles the calls of one API (row AG-LIM-07). */
export class Throttling {
  readonly #throttle: GatewayThrottle;
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(throttle: GatewayThrottle, now: () => number) {
    this.#throttle = throttle;
    this.#now = now;
  }

  count(call: Call): void {
    if (this.#throttle.forced) reject(call, GATEWAY_ERRORS.throttled, 'throttle.forced', {});
    const { stage, route } = call;
    if (!stage || !route) return;
    const { path: resourcePath } = route.resource;
    const { httpMethod: method } = route.method;
    const key = `${stage.name} ${method} ${resourcePath}`;
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      const limit = limitFor(stage.methodSettings, resourcePath, method, ACCOUNT_LIMIT);
      this.#buckets.set(key, (bucket = new TokenBucket(limit, this.#now)));
    }
    if (bucket.take()) return;
    const data = { stage: stage.name, method, resourcePath, ...bucket.limit };
    reject(call, GATEWAY_ERRORS.throttled, 'throttle.stage-limit', data);
  }
}
