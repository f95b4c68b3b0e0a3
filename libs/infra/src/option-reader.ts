/** Looks up a context value, as it is. */
export type Lookup = (key: string) => unknown;

/**
 * Reads options from context values, and gathers what is wrong with them: one that is wrong is as good as none, and
 * its problem is told.
 */
export class OptionReader {
  readonly problems: string[] = [];

  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** A text that `problemOf`, if given, finds nothing wrong with. */
  text(key: string, problemOf: (value: string) => string | undefined = () => undefined): string | undefined {
    const value = this.#lookup(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.#refuse(key, value, 'a text');
    const problem = problemOf(value);
    if (problem === undefined) return value;
    this.problems.push(`${key} ${problem}`);
    return undefined;
  }

  /** One of the texts that are allowed. */
  choice<const Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.#lookup(key);
    if (value === undefined) return undefined;
    return choices.find((choice) => choice === value) ?? this.#refuse(key, value, choices.join(' or '));
  }

  /** `true` or `false`; on a command line everything is a text. */
  flag(key: string): boolean | undefined {
    const value = this.#lookup(key);
    if (value === undefined) return undefined;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    return this.#refuse(key, value, 'true or false');
  }

  /** A whole number from 1; on a command line everything is a text. */
  count(key: string): number | undefined {
    const value = this.#lookup(key);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (Number.isSafeInteger(number) && (number as number) > 0) return number as number;
    return this.#refuse(key, value, 'a whole number from 1');
  }

  #refuse(key: string, value: unknown, allowed: string): undefined {
    this.problems.push(`${key} is ${JSON.stringify(value)}, not ${allowed}: pass it as -c ${key}=…`);
    return undefined;
  }
}
