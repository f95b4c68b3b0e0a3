/** An attribute whose value only AWS knows. */
export interface UnknownAttribute {
  /** Logical id and attribute, e.g. `Server.Colour`; with several stacks `Stack.Server.Colour`. */
  readonly name: string;
  readonly type: string;
}

/** First code point of a private use area, which no template uses. */
const FIRST = 0xf_0000;
const MARK = /[\u{F0000}-\u{FFFFD}]/gu;

/** True when a text consists of, or contains, a value that only AWS knows. */
export function hasUnknown(text: string): boolean {
  return text.search(MARK) >= 0;
}

/**
 * Attributes whose values only AWS knows. In resolved text each is one character, so that functions can join and split
 * the text around it, and a service that reads the text can refuse it by name.
 */
export class UnknownValues {
  readonly #attributes: UnknownAttribute[] = [];

  /** Returns the character that represents the attribute. */
  mark(attribute: UnknownAttribute): string {
    const known = this.#attributes.findIndex(({ name }) => name === attribute.name);
    const index = known >= 0 ? known : this.#attributes.push(attribute) - 1;
    return String.fromCodePoint(FIRST + index);
  }

  /** Returns the attributes that a value contains at any depth. */
  in(value: unknown): UnknownAttribute[] {
    if (this.#attributes.length === 0) return [];
    return [...new Set(JSON.stringify(value ?? null).match(MARK) ?? [])].flatMap(
      (mark) => this.#attributes[(mark.codePointAt(0) ?? 0) - FIRST] ?? [],
    );
  }

  /** Returns text for people: the name of the attribute in place of its character. */
  shown(text: string): string {
    return text.replace(MARK, (mark) => {
      const attribute = this.#attributes[(mark.codePointAt(0) ?? 0) - FIRST];
      return attribute ? `<${attribute.name}>` : mark;
    });
  }
}
