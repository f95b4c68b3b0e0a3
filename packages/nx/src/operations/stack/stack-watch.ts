import { setTimeout } from 'node:timers/promises';
import type { DeployedStack } from './deployed-stack';

const INTERVAL_MS = 3000;

/** What was seen of a stack, and how long ago. */
export interface Sighting {
  readonly status: string;
  readonly ageSeconds: number;
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
  #status: string;
  #seenAt: number;

  constructor(
    private readonly look: () => Promise<DeployedStack | undefined>,
    before: DeployedStack | undefined,
    private readonly now: () => number = Date.now,
  ) {
    this.#status = before?.status ?? ABSENT;
    this.#seenAt = now();
  }

  get last(): Sighting {
    return { status: this.#status, ageSeconds: Math.round((this.now() - this.#seenAt) / 1000) };
  }

  /** Looks once, now, and gives the status. */
  async update(): Promise<string> {
    const stack = await this.look();
    this.#status = stack?.status ?? ABSENT;
    this.#seenAt = this.now();
    return this.#status;
  }

  /** Watches as long as some work takes. */
  async during<T>(work: Promise<T>): Promise<T> {
    const end = new AbortController();
    const watching = this.#watch(end.signal);
    try {
      return await work;
    } finally {
      end.abort();
      await watching;
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // The wait is rejected when the work ends.
      await setTimeout(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.update().catch(() => undefined);
    }
  }
}
