/**
 * Between oidc-provider's time, which is the machine's because it reads `Date.now()` itself, and the injected clock's.
 * Both in whole seconds since the epoch.
 */
export class ProviderClock {
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A time of oidc-provider's, by the injected clock. */
  toInjected(seconds: number): number {
    return seconds + this.#aheadSeconds();
  }

  /** A time by the injected clock, in oidc-provider's. */
  toProvider(seconds: number): number {
    return seconds - this.#aheadSeconds();
  }

  /** Each clock is floored for itself, as oidc-provider does: so what expires does so at the very second. */
  #aheadSeconds(): number {
    return Math.floor(this.#now() / 1_000) - Math.floor(Date.now() / 1_000);
  }
}
