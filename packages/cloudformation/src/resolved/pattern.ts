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
    Object.assign(CONTEXT, { expression: this.#expression, text });
    try {
      return TEST.runInContext(CONTEXT, { timeout: TIME_LIMIT_MS }) as boolean;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too slow';
      throw error;
    }
  }
}

const CONTEXT = createContext({});

/** Only scripts of `vm` have a time limit. */
const TEST = new Script('expression.test(text)');
