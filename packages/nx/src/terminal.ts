import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** Colors of the output. */
export type Color = 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';

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
  /**
   * Asks a question and returns the answer without surrounding space.
   *
   * @param signal ends the question
   */
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
  env: Readonly<Record<string, string | undefined>>,
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
