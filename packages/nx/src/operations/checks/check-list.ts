import { ChecksFailed, type Fault } from '../errors';
import type { Terminal } from '../terminal';

const LABEL_WIDTH = 12;

/** Checks before an operation: each is reported as it ends, and one that fails does not stop the others. */
export class CheckList {
  readonly #faults: Fault[] = [];

  constructor(private readonly terminal: Terminal) {}

  passed(label: string, detail: string): void {
    this.#report('green', '✔', label, detail);
  }

  /** Could not be checked, which is no reason to stop. */
  unsure(label: string, detail: string): void {
    this.#report('yellow', '?', label, detail);
  }

  failed(label: string, fault: Fault): void {
    this.#faults.push(fault);
    this.#report('red', '✖', label, fault.problem);
    if (fault.remedy)
      this.terminal.print(`  ${''.padEnd(LABEL_WIDTH)}→ ${this.terminal.paint('cyan', fault.remedy)}`);
  }

  /** @throws {ChecksFailed} when a check has failed */
  mustHavePassed(): void {
    if (this.#faults.length > 0) throw new ChecksFailed(this.#faults);
  }

  #report(color: 'green' | 'yellow' | 'red', mark: string, label: string, detail: string): void {
    this.terminal.print(`${this.terminal.paint(color, mark)} ${label.padEnd(LABEL_WIDTH)}${detail}`);
  }
}
