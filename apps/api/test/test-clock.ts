import type { Clock } from '../src/clock';

/** A clock that moves only when a test advances it. */
export class TestClock implements Clock {
  #now = 0;
  #sleepers: { until: number; wake(): void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ until: this.#now + ms, wake }));
  }

  /** Remaining time of each `sleep`, in milliseconds. */
  get sleeping(): number[] {
    return this.#sleepers.map(({ until }) => until - this.#now);
  }

  /** Advances the clock, and waits until the code after each finished `sleep` has run. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
    await settled();
  }
}

/** Waits until all code that waits only for settled promises has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
