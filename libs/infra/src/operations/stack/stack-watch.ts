import { setTimeout } from 'node:timers/promises';
import type { DeployedStack } from './deployed-stack';

const INTERVAL_MS = 5000;

/** What was seen of a stack, and when. */
interface Sighting {
  readonly status: string;
  readonly at: number;
}

/** The status of a stack that has no resources and no name yet, or no longer. */
export const ABSENT = 'absent';

/** Whether CloudFormation is at work on a stack. */
export function isInProgress(status: string): boolean {
  // A stack under review has no resources yet: nothing happens to it until somebody deploys it.
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/**
 * Looks at a stack every now and then, so that its state can be told at once when somebody interrupts.
 *
 * A look that fails changes nothing: what was seen before it stays the latest news, with its age.
 */
export class StackWatch {
  readonly #end = new AbortController();
  #last: Sighting;

  constructor(
    private readonly look: () => Promise<DeployedStack | undefined>,
    before: DeployedStack | undefined,
    private readonly now: () => number = Date.now,
  ) {
    this.#last = { status: before?.status ?? ABSENT, at: now() };
  }

  /** The latest status, and its age in seconds. */
  get last(): { readonly status: string; readonly ageSeconds: number } {
    return { status: this.#last.status, ageSeconds: Math.round((this.now() - this.#last.at) / 1000) };
  }

  /** Watches as long as some work takes. */
  async during<T>(work: Promise<T>): Promise<T> {
    const watching = this.#watch();
    try {
      return await work;
    } finally {
      this.#end.abort();
      await watching;
    }
  }

  /** Looks once, now. */
  async update(): Promise<string> {
    const stack = await this.look();
    this.#last = { status: stack?.status ?? ABSENT, at: this.now() };
    return this.#last.status;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      // The wait ends early when the work does, by a rejection.
      await setTimeout(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.update().catch(() => undefined);
    }
  }
}
