import type { Clock } from '../clock';
import { OverloadedError } from '../errors';
import type { Middleware } from '../http/request-context';

const SAMPLE_INTERVAL_MS = 100;

/** A longer delay of the event loop counts as late. */
const MAX_DELAY_MS = 250;

/** Consecutive late samples that mean overload. One alone can be garbage collection, or a laptop that was asleep. */
const MAX_LATE_SAMPLES = 3;

/** Load of the process. */
export class Load {
  /** Number of in-flight requests. */
  inFlight = 0;
  #lateSamples = 0;

  /** @param maxInFlight maximum number of in-flight requests */
  constructor(private readonly maxInFlight: number) {}

  /** True if the process should reject further requests, to complete the in-flight ones in time. */
  get isTooHigh(): boolean {
    return this.inFlight >= this.maxInFlight || this.#lateSamples >= MAX_LATE_SAMPLES;
  }

  /** Measures the delay of the event loop until the signal is aborted. */
  async watchEventLoop(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const expectedAt = clock.now() + SAMPLE_INTERVAL_MS;
      await clock.sleep(SAMPLE_INTERVAL_MS);
      this.#lateSamples = clock.now() - expectedAt > MAX_DELAY_MS ? this.#lateSamples + 1 : 0;
    }
  }
}

/** Rejects requests with 503 while the load is too high. */
export function shedLoad(load: Load): Middleware {
  return function loadShedding(_request, response, next) {
    if (load.isTooHigh) throw new OverloadedError('Server overloaded', 1_000);
    load.inFlight += 1;
    response.once('close', () => (load.inFlight -= 1));
    next();
  };
}
