/** How long to wait before something that ended is started again. */
export interface BackOffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Something that ran for so long ended for a new reason: waiting begins anew. */
  readonly resetAfterMs: number;
}

/** Pauses that double while something keeps ending: none at first, then `firstMs`, up to `maxMs`. */
export class BackOff {
  readonly #options: BackOffOptions;
  #pauseMs = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** @param ranForMs how long it ran; 0 when it did not even start */
  pauseAfter(ranForMs: number): number {
    const { firstMs, maxMs, resetAfterMs } = this.#options;
    if (ranForMs >= resetAfterMs) this.#pauseMs = 0;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(Math.max(pauseMs * 2, firstMs), maxMs);
    return pauseMs;
  }
}
