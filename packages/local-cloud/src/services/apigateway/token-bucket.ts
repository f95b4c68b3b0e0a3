/** How many requests may come: on average, and at once. */
export interface RateLimit {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** Counts requests as API Gateway throttles them: a bucket of `burst` tokens that fills at the rate. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** @param now milliseconds since the epoch */
  constructor(limit: RateLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
    this.#tokens = limit.burst;
    this.#filledAt = now();
  }

  /** Whether one more request may pass; if so, it is counted. */
  take(): boolean {
    const { ratePerSecond, burst } = this.#limit;
    const now = this.#now();
    // The clock can be moved back by hand: that must not take tokens away.
    const elapsedMs = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(burst, this.#tokens + (elapsedMs / 1_000) * ratePerSecond);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
