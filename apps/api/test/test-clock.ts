import type { Clock } from '../src/clock';

/** A clock that stands still until a test turns it. */
export class TestClock implements Clock {
  #now = 0;
  #sleeping: { until: number; wake(): void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleeping.push({ until: this.#now + ms, wake }));
  }

  /** How long each sleeper still sleeps. */
  get sleeping(): number[] {
    return this.#sleeping.map(({ until }) => until - this.#now);
  }

  /** Turns the clock, wakes whose time has come, and lets them go on. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#sleeping.filter(({ until }) => until <= this.#now);
    this.#sleeping = this.#sleeping.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
    await settled();
  }
}

/** Lets everything go on that waits for promises only. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
