import { setTimeout } from 'node:timers/promises';
import type { CdkRun } from '../cdk/cdk-cli';
import type { Context } from '../executor';
import type { DeployedStack } from './deployed-stack';

const INTERVAL_MS = 3000;

/** Status of a stack that does not exist. */
const ABSENT = 'absent';

/** Returns whether CloudFormation is changing a stack. */
export function isInProgress(status: string): boolean {
  // A stack under review has no resources yet, and does not change until it is deployed.
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** Polls the status of a stack while the CDK changes it, so that it can be printed at once on an interruption. */
export class StackWatch {
  #status: string;
  #seenAt = Date.now();

  constructor(
    private readonly name: string,
    private readonly describe: () => Promise<DeployedStack | undefined>,
    before: DeployedStack | undefined,
  ) {
    this.#status = before?.status ?? ABSENT;
  }

  /** Reads the status now. */
  async update(): Promise<string> {
    this.#status = (await this.describe())?.status ?? ABSENT;
    this.#seenAt = Date.now();
    return this.#status;
  }

  /**
   * Runs the CDK CLI and polls the status until it ends. A failed poll keeps the last status.
   *
   * @param describeConsequences what an interruption means, given the last known status
   * @returns the CDK's exit code
   * @throws {InterruptedError} after the CDK has ended and the stack's status is printed
   */
  async runCdk(
    run: Pick<CdkRun, 'args' | 'env'>,
    describeConsequences: (isChanging: boolean, lastStatus: string) => string,
    { cdk, interruption, terminal }: Context,
  ): Promise<number> {
    interruption.setConsequences(() => {
      const age = Math.round((Date.now() - this.#seenAt) / 1000);
      const last = `${this.name} was ${this.#status} ${age} s ago`;
      return describeConsequences(isInProgress(this.#status), last);
    });
    const end = new AbortController();
    const polling = this.#poll(end.signal);
    const exitCode = await cdk({ ...run, interruption }).finally(() => end.abort());
    await polling;
    if (interruption.by) {
      terminal.printError(`${this.name} is ${await this.update()} now.`);
      interruption.signal.throwIfAborted();
    }
    return exitCode;
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // The end of the CDK rejects the delay.
      await setTimeout(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.update().catch(() => undefined);
    }
  }
}
