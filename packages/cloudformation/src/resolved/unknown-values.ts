/** An attribute or an export whose value only AWS knows. */
export interface UnknownValue {
  /** Logical id and attribute, e.g. `Server.Colour`, with several stacks `Stack.Server.Colour`; or the name of the export. */
  readonly name: string;
  /** Says why the value is unknown. */
  readonly reason: string;
}

/** First code point of a private use area, which no template uses. */
const FIRST = 0xf_0000;
const MARK = /[\u{F0000}-\u{FFFFD}]/gu;

/** True when a text consists of, or contains, a value that only AWS knows. */
export function hasUnknown(text: string): boolean {
  return text.search(MARK) >= 0;
}

/**
 * Values that only AWS knows. In resolved text each is one character, so that functions can join and split
 * the text around it, and a service that reads the text can refuse it by name.
 */
export class UnknownValues {
  readonly #values: UnknownValue[] = [];

  /** Returns the character that represents the value. */
  mark(value: UnknownValue): string {
    const known = this.#values.findIndex(({ name }) => name === value.name);
    const index = known >= 0 ? known : this.#values.push(value) - 1;
    return String.fromCodePoint(FIRST + index);
  }

  /** Returns the unknown values that a value contains at any depth. */
  in(value: unknown): UnknownValue[] {
    if (this.#values.length === 0) return [];
    return [...new Set(JSON.stringify(value ?? null).match(MARK) ?? [])].flatMap(
      (mark) => this.#values[(mark.codePointAt(0) ?? 0) - FIRST] ?? [],
    );
  }

  /** Returns text for people: the name of the value in place of its character. */
  shown(text: string): string {
    return text.replace(MARK, (mark) => {
      const value = this.#values[(mark.codePointAt(0) ?? 0) - FIRST];
      return value ? `<${value.name}>` : mark;
    });
  }
}
