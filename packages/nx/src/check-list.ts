import { ChecksFailedError, type Fault } from './errors';
import type { Terminal } from './terminal';

const LABEL_WIDTH = 12;

/** Preflight checks: prints each result at once, and runs all checks even when one fails. */
export class CheckList {
  #failed = 0;

  constructor(private readonly terminal: Terminal) {}

  pass(label: string, detail: string): void {
    this.#print('green', '✔', label, detail);
  }

  /** Reports a check that cannot be run; it does not stop the executor. */
  skip(label: string, detail: string): void {
    this.#print('yellow', '?', label, detail);
  }

  fail(label: string, { problem, remedy }: Fault): void {
    this.#failed += 1;
    this.#print('red', '✖', label, problem);
    if (remedy) this.terminal.print(`  ${''.padEnd(LABEL_WIDTH)}→ ${this.terminal.paint('cyan', remedy)}`);
  }

  /** @throws {ChecksFailedError} when a check failed */
  assertPassed(): void {
    if (this.#failed === 0) return;
    const checks = this.#failed === 1 ? 'One check' : `${this.#failed} checks`;
    throw new ChecksFailedError(`${checks} failed. Nothing was changed.`);
  }

  #print(color: 'green' | 'yellow' | 'red', mark: string, label: string, detail: string): void {
    this.terminal.print(`${this.terminal.paint(color, mark)} ${label.padEnd(LABEL_WIDTH)}${detail}`);
  }
}
