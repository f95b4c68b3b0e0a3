import { setTimeout as delay } from 'node:timers/promises';

/** Source of time; tests use a clock that they move themselves. */
export interface Clock {
  /** Returns milliseconds since a fixed moment. */
  now(): number;
  /** Resolves after this many milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** The clock of this machine. `sleep` does not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => delay(ms, undefined, { ref: false }),
};
