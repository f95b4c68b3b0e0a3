import { setTimeout as delay } from 'node:timers/promises';

/** The time, as far as code depends on it; tests have one that they turn themselves. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Settles after that many milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** The time of this machine. A sleep does not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => delay(ms, undefined, { ref: false }),
};
