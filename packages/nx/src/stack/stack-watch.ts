import { setTimeout } from 'node:timers/promises';
import type { DeployedStack } from './deployed-stack';

const INTERVAL_MS = 3000;

/** Status of a stack, and the age of this information. */
export interface StackStatus {
  readonly status: string;
  readonly ageSeconds: number;
}

/** Status of a stack that does not exist. */
export const ABSENT = 'absent';

/** Returns whether CloudFormation is changing a stack. */
export function isInProgress(status: string): boolean {
  // A stack under review has no resources yet, and does not change until it is deployed.
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** Polls the status of a stack, so that it can be printed at once when the user interrupts. */
export class StackWatch {
  #status: string;
  #seenAt: number;

  constructor(
    private readonly describe: () => Promise<DeployedStack | undefined>,
    before: DeployedStack | undefined,
    private readonly now: () => number = Date.now,
  ) {
    this.#status = before?.status ?? ABSENT;
    this.#seenAt = now();
  }

  get last(): StackStatus {
    return { status: this.#status, ageSeconds: Math.round((this.now() - this.#seenAt) / 1000) };
  }

  /** Reads the status now. */
  async update(): Promise<string> {
    const stack = await this.describe();
    this.#status = stack?.status ?? ABSENT;
    this.#seenAt = this.now();
    return this.#status;
  }

  /** Polls until the work ends. A failed poll keeps the last status. */
  async during<T>(work: Promise<T>): Promise<T> {
    const end = new AbortController();
    const polling = this.#poll(end.signal);
    try {
      return await work;
    } finally {
      end.abort();
      await polling;
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // The end of the work rejects the delay.
      await setTimeout(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.update().catch(() => undefined);
    }
  }
}
