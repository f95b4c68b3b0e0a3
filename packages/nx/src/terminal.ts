import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { ChecksFailedError, type Fault, NotConfirmedError } from './errors';
import { type Context, nxCommand } from './executor';

type Color = 'green' | 'red' | 'yellow' | 'cyan' | 'bold';

/** Prints the progress of an executor, and asks questions. */
export interface Terminal {
  /** Input and output are a terminal, so a user can answer questions. */
  readonly interactive: boolean;
  /** Writes one or more lines to standard output. */
  print(text?: string): void;
  /** Writes one or more lines to standard error. */
  printError(text: string): void;
  /** Colors the text, if the output supports colors. */
  paint(color: Color, text: string): string;
  /** Asks a question, which the signal ends, and returns the answer without surrounding space. */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/**
 * Returns the terminal of this process.
 *
 * It is interactive unless `CI` is set. Colors follow `NO_COLOR` and `FORCE_COLOR` (https://no-color.org,
 * https://force-color.org).
 */
export function processTerminal(
  { stdin, stdout, stderr }: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>,
  env: Context['env'],
): Terminal {
  const forced = env['FORCE_COLOR'] !== undefined && !['', '0', 'false'].includes(env['FORCE_COLOR']);
  const colored = !env['NO_COLOR'] && (forced || stdout.isTTY === true);
  return {
    interactive: stdin.isTTY === true && stdout.isTTY === true && !env['CI'],
    print: (text = '') => void stdout.write(`${text}\n`),
    printError: (text) => void stderr.write(`${text}\n`),
    paint: (color, text) => (colored ? styleText(color, text) : text),
    async ask(question, signal) {
      const lines = createInterface({ input: stdin, output: stdout });
      // Readline catches Ctrl-C: pass it on to the handler of interruptions.
      lines.once('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
      try {
        return (await lines.question(question, { signal })).trim();
      } finally {
        lines.close();
      }
    },
  };
}

/** A question before a change. */
interface Confirmation {
  readonly question: string;
  /** The user must type this, because the change cannot be undone. Default: yes */
  readonly name?: string;
  /** Executor that fails where there is no terminal. Default: the change needs no confirmation there */
  readonly executor?: string;
  /** The stage is protected: said in that failure. */
  readonly isProtected?: boolean;
}

/**
 * Asks the user before a change, unless `--yes` is set.
 *
 * @throws {NotConfirmedError} on any other answer
 */
export async function confirm(
  { question, name, executor, isProtected }: Confirmation,
  { yes, stage }: { readonly yes: boolean; readonly stage?: string },
  context: Context,
): Promise<void> {
  const { terminal, env, interruption } = context;
  if (yes) return;
  if (!terminal.interactive) {
    if (executor === undefined) return;
    throw new NotConfirmedError(
      `${isProtected ? `Stage ${stage} is protected, and there` : 'There'} is no terminal to ask for confirmation. Nothing was changed.`,
      `${nxCommand(context, executor, stage)} --yes`,
    );
  }
  // Nx's full-screen view reads the keyboard itself until the user switches it to the task.
  const hint = env['NX_TUI'] === 'true' ? ' (press i first: Nx has the keyboard)' : '';
  const answer = await terminal.ask(`${question}${name ? '' : ' [y/N]'}${hint} `, interruption.signal);
  if (name ? answer === name : /^y(?:es)?$/i.test(answer)) return;
  throw new NotConfirmedError(`${name ? `'${answer}' is not '${name}'. ` : ''}Nothing was changed.`);
}

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

  #print(color: Color, mark: string, label: string, detail: string): void {
    this.terminal.print(`${this.terminal.paint(color, mark)} ${label.padEnd(LABEL_WIDTH)}${detail}`);
  }
}
