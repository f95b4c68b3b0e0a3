import prettyMilliseconds from 'pretty-ms';

/** Clock of the local cloud: the system time plus an offset. */
export class Clock {
  #offsetMs = 0;

  /** Returns milliseconds since the epoch, as every `now` does. Bound, so that it can be passed on. */
  readonly now = (): number => Date.now() + this.#offsetMs;

  /** Offset to the system time in milliseconds; negative when behind. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** @param ms negative to go back */
  advance(ms: number): void {
    this.#offsetMs += ms;
  }

  reset(): void {
    this.#offsetMs = 0;
  }
}

/** Formats a duration in its two largest units: `1h 5m`, `42m`, `250ms`. */
export function formatDuration(ms: number): string {
  return prettyMilliseconds(Math.round(ms), { unitCount: 2, secondsDecimalDigits: 0 });
}
