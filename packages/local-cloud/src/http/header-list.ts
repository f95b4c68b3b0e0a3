/** One header field; `key` is its name in lower case. */
interface Field {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/** HTTP header fields in the order received. Names are case-insensitive, keep their case, and may repeat. */
export class HeaderList {
  #fields: Field[] = [];

  /** @param fields pairs of name and value, or another list */
  constructor(fields: Iterable<readonly [string, string]> = []) {
    if (fields instanceof HeaderList) this.#fields = [...fields.#fields];
    else for (const [name, value] of fields) this.append(name, value);
  }

  /** @param raw Node's `rawHeaders`: names and values alternate */
  static fromRaw(raw: readonly string[]): HeaderList {
    const list = new HeaderList();
    for (let i = 0; i + 1 < raw.length; i += 2) list.append(raw[i] as string, raw[i + 1] as string);
    return list;
  }

  /** Returns the field's values joined as in RFC 9110, section 5.3. */
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

  /** Returns a copy with the fields whose lower-case name passes. */
  filter(keep: (lowerCaseName: string) => boolean): HeaderList {
    const list = new HeaderList();
    list.#fields = this.#fields.filter(({ key }) => keep(key));
    return list;
  }

  /** Returns names and values alternately, as Node's `writeHead` and `request` accept them. */
  toRaw(): string[] {
    const raw: string[] = [];
    for (const { name, value } of this.#fields) raw.push(name, value);
    return raw;
  }

  /** Size on the wire in bytes: names, values, `: ` and line ends. */
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
