import type { Clock } from '../clock';

/** How often the event loop is looked at. */
const SAMPLE_MS = 100;

/** An event loop that is late by more has more to do than it can. */
const MAX_LATENESS_MS = 250;

/** So many samples in a row have to be late: one alone may be the garbage collector's, or a laptop's lid. */
const LATE_SAMPLES = 3;

/** How busy the process is. */
export class Load {
  #inFlight = 0;
  #lateSamples = 0;

  /** @param maxInFlight how many requests are answered at once */
  constructor(private readonly maxInFlight: number) {}

  /** Whether another request would only make all of them wait. */
  get isTooHigh(): boolean {
    return this.#inFlight >= this.maxInFlight || this.#lateSamples >= LATE_SAMPLES;
  }

  begin(): void {
    this.#inFlight += 1;
  }

  end(): void {
    this.#inFlight -= 1;
  }

  /** Looks at the event loop from now on, until the signal is aborted. */
  async watchEventLoop(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const due = clock.now() + SAMPLE_MS;
      await clock.sleep(SAMPLE_MS);
      this.#lateSamples = clock.now() - due > MAX_LATENESS_MS ? this.#lateSamples + 1 : 0;
    }
  }
}
