interface Timer {
  readonly id: number;
  readonly run: () => void;
  readonly intervalMs: number | undefined;
  at: number;
}

/** A clock whose timers run only when a schedule advances it. */
export class Clock {
  now = 1_800_000_000_000;
  #lastId = 0;
  readonly #timers = new Map<number, Timer>();

  readonly setTimeout = (run: () => void, ms = 0): number => this.#add(run, ms, undefined);
  readonly setInterval = (run: () => void, ms: number): number => this.#add(run, ms, ms);
  readonly clear = (id: number | null | undefined): void => void this.#timers.delete(id ?? 0);

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimeout(resolve, ms));
  }

  /** Runs all timers of the next `ms` milliseconds in their order, and what follows from them. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.now = Math.max(this.now, next.at);
      if (next.intervalMs === undefined) this.#timers.delete(next.id);
      else next.at = this.now + next.intervalMs;
      next.run();
      await settle();
    }
    this.now = end;
  }

  /** Suspends the machine for `ms` milliseconds: timers that are due run late. */
  sleep(ms: number): void {
    this.now += ms;
  }

  #add(run: () => void, ms: number, intervalMs: number | undefined): number {
    const id = (this.#lastId += 1);
    this.#timers.set(id, { id, run, intervalMs, at: this.now + ms });
    return id;
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
    }
    return next;
  }
}

const realSetImmediate = setImmediate;

/** Resolves when no promise can continue without a timer. */
export function settle(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}
