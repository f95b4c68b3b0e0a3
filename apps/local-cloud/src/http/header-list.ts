/**
 * HTTP header fields in the order they were received: names compare without case and are kept as written,
 * a name may stand more than once.
 */
export class HeaderList {
  #fields: [name: string, value: string][] = [];

  /** @param fields pairs of name and value */
  constructor(fields: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of fields) this.#fields.push([name, value]);
  }

  /** From Node's `rawHeaders`: names and values in turn. */
  static fromRaw(raw: readonly string[]): HeaderList {
    const list = new HeaderList();
    for (let i = 0; i + 1 < raw.length; i += 2) list.#fields.push([raw[i] as string, raw[i + 1] as string]);
    return list;
  }

  /** The field's values joined as in RFC 9110, section 5.3; `undefined` when there is none. */
  get(name: string): string | undefined {
    const values = this.getAll(name);
    return values.length === 0 ? undefined : values.join(name.toLowerCase() === 'cookie' ? '; ' : ', ');
  }

  getAll(name: string): string[] {
    const key = name.toLowerCase();
    const values: string[] = [];
    for (const [fieldName, value] of this.#fields) if (fieldName.toLowerCase() === key) values.push(value);
    return values;
  }

  has(name: string): boolean {
    const key = name.toLowerCase();
    return this.#fields.some(([fieldName]) => fieldName.toLowerCase() === key);
  }

  /** Replaces every field of that name by one. */
  set(name: string, value: string): this {
    return this.delete(name).append(name, value);
  }

  append(name: string, value: string): this {
    this.#fields.push([name, value]);
    return this;
  }

  delete(name: string): this {
    const key = name.toLowerCase();
    this.#fields = this.#fields.filter(([fieldName]) => fieldName.toLowerCase() !== key);
    return this;
  }

  /** A copy with the fields whose lower-case name passes. */
  filter(keep: (lowerCaseName: string) => boolean): HeaderList {
    const list = new HeaderList();
    list.#fields = this.#fields.filter(([name]) => keep(name.toLowerCase()));
    return list;
  }

  /** Names and values in turn, as Node's `writeHead` and `request` take them. */
  toRaw(): string[] {
    return this.#fields.flat();
  }

  /** Bytes on the wire: names, values, `: ` and line ends. */
  get byteLength(): number {
    return this.#fields.reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 4,
      0,
    );
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    yield* this.#fields;
  }
}
