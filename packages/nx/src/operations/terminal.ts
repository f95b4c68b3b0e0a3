import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** Colors that outputs use. */
export type Color = 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';

/** Where an operation says what it does, and asks. */
export interface Terminal {
  /** Whether somebody is there to answer a question. */
  readonly interactive: boolean;
  /** Writes one or more lines to standard output. */
  print(text?: string): void;
  /** Writes one or more lines to standard error. */
  complain(text: string): void;
  /** The text in a color, where colors are shown. */
  paint(color: Color, text: string): string;
  /**
   * The answer to a question, without surrounding space.
   *
   * @param signal ends the question
   */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/**
 * The terminal of this process.
 *
 * Questions are asked where input and output are a terminal and `CI` is not set; colors follow `NO_COLOR` and
 * `FORCE_COLOR` (https://no-color.org, https://force-color.org).
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
    complain: (text) => void stderr.write(`${text}\n`),
    paint: (color, text) => (colored ? styleText(color, text) : text),
    async ask(question, signal) {
      const lines = createInterface({ input: stdin, output: stdout });
      // Readline takes Ctrl-C for itself: give it back to whoever handles interruptions.
      lines.once('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
      try {
        return (await lines.question(question, { signal })).trim();
      } finally {
        lines.close();
      }
    },
  };
}
