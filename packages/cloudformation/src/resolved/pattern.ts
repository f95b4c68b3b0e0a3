import { createContext, Script } from 'node:vm';

/** Time for one test; a pattern of a template that needs more would hang every tool that reads it. */
const TIME_LIMIT_MS = 250;

/**
 * Compiles a regular expression of a template, which Java or JavaScript accepts.
 *
 * @throws {SyntaxError} when JavaScript does not accept it
 */
export class TemplatePattern {
  readonly #expression: RegExp;

  constructor(source: string) {
    this.#expression = new RegExp(source);
  }

  /** Tests a text; `too slow` when that takes more than a quarter of a second. */
  test(text: string): boolean | 'too slow' {
    return (runInTime(TEST, { expression: this.#expression, text }) as boolean | undefined) ?? 'too slow';
  }

  /** Replaces each match; `$1` in the replacement is a group. `undefined` when it takes more than a quarter of a second. */
  replaceAll(text: string, replacement: string): string | undefined {
    const expression = new RegExp(this.#expression, 'g');
    return runInTime(REPLACE, { expression, text, replacement }) as string | undefined;
  }
}

/** @returns `undefined` after the time limit */
function runInTime(script: Script, values: object): unknown {
  Object.assign(CONTEXT, values);
  try {
    return script.runInContext(CONTEXT, { timeout: TIME_LIMIT_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}

const CONTEXT = createContext({});

/** Only scripts of `vm` have a time limit. */
const TEST = new Script('expression.test(text)');
const REPLACE = new Script('text.replace(expression, replacement)');
