/** One header field; `key` is its name in lower case. */
interface Field {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/**
 * HTTP header fields in the order they were received: names compare without case and are kept as written,
 * a name may stand more than once.
 */
export class HeaderList {
  #fields: Field[] = [];

  /** @param fields pairs of name and value, or another list */
  constructor(fields: Iterable<readonly [string, string]> = []) {
    if (fields instanceof HeaderList) this.#fields = [...fields.#fields];
    else for (const [name, value] of fields) this.append(name, value);
  }

  /** From Node's `rawHeaders`: names and values in turn. */
  static fromRaw(raw: readonly string[]): HeaderList {
    const list = new HeaderList();
    for (let i = 0; i + 1 < raw.length; i += 2) list.append(raw[i] as string, raw[i + 1] as string);
    return list;
  }

  /** The field's values joined as in RFC 9110, section 5.3; `undefined` when there is none. */
  get(name: string): string | undefined {
    const values = this.getAll(name);
    if (values.length < 2) return values[0];
    return values.join(name.toLowerCase() === 'cookie' ? '; ' : ', ');
  }

  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    const values: string[] = [];
    for (const { key, value } of this.#fields) if (key === wanted) values.push(value);
    return values;
  }

  has(name: string): boolean {
    const wanted = name.toLowerCase();
    return this.#fields.some(({ key }) => key === wanted);
  }

  /** Replaces every field of that name by one. */
  set(name: string, value: string): this {
    return this.delete(name).append(name, value);
  }

  append(name: string, value: string): this {
    this.#fields.push({ key: name.toLowerCase(), name, value });
    return this;
  }

  delete(name: string): this {
    const wanted = name.toLowerCase();
    if (this.has(wanted)) this.#fields = this.#fields.filter(({ key }) => key !== wanted);
    return this;
  }

  /** A copy with the fields whose lower-case name passes. */
  filter(keep: (lowerCaseName: string) => boolean): HeaderList {
    const list = new HeaderList();
    list.#fields = this.#fields.filter(({ key }) => keep(key));
    return list;
  }

  /** Names and values in turn, as Node's `writeHead` and `request` take them. */
  toRaw(): string[] {
    const raw: string[] = [];
    for (const { name, value } of this.#fields) raw.push(name, value);
    return raw;
  }

  /** Bytes on the wire: names, values, `: ` and line ends. */
  get byteLength(): number {
    return this.#fields.reduce(
      (sum, { name, value }) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 4,
      0,
    );
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const { name, value } of this.#fields) yield [name, value];
  }
}
