/** What a `Ref` or `Fn::GetAtt` points at. */
export interface Reference {
  readonly id: string;
  /** The attribute of `Fn::GetAtt`; absent for `Ref`. */
  readonly attribute?: string;
}

/**
 * A value of a template together with where it is written.
 *
 * Reading never throws: what is absent is an absent value, and its path says where it would be.
 */
export class Value {
  constructor(
    readonly raw: unknown,
    /** Where it is, `Resources.Site.Properties.Origins[0]`. */
    readonly path: string,
  ) {}

  get isPresent(): boolean {
    return this.raw !== undefined && this.raw !== null;
  }

  /** The value below some property names. */
  get(...names: readonly string[]): Value {
    return names.reduce<Value>((value, name) => {
      const { raw } = value;
      const inner = isRecord(raw) && Object.hasOwn(raw, name) ? raw[name] : undefined;
      return new Value(inner, `${value.path}.${name}`);
    }, this);
  }

  /** The same value, known under another path. */
  at(path: string): Value {
    return new Value(this.raw, path);
  }

  /** The items of a list; none when it is absent, and the value itself where one stands for a list. */
  get items(): readonly Value[] {
    if (!this.isPresent) return [];
    if (!Array.isArray(this.raw)) return [this];
    return this.raw.map((item, index) => new Value(item, `${this.path}[${index}]`));
  }

  /** The properties of an object, each with its name. */
  get entries(): readonly (readonly [name: string, value: Value])[] {
    return Object.keys(isRecord(this.raw) ? this.raw : {}).map((name) => [name, this.get(name)]);
  }

  /** The text, if nothing about it waits for the deployment. */
  get literal(): string | undefined {
    let isLiteral = this.isPresent;
    const text = this.filled(() => {
      isLiteral = false;
      return '';
    });
    return isLiteral ? text : undefined;
  }

  /** The text with everything that waits for the deployment written as `${X}` or `${X.Attribute}`. */
  get text(): string {
    return this.filled((name) => `\${${name}}`);
  }

  /** The text with something put in the place of everything that waits for the deployment. */
  filled(stand: (name: string) => string): string {
    return textOf(this.raw, stand);
  }

  /** The number, also when it is written as text. */
  get number(): number | undefined {
    const { literal } = this;
    return literal !== undefined && /^-?\d+(?:\.\d+)?$/.test(literal) ? Number(literal) : undefined;
  }

  /** The truth value, also when it is written as text. */
  get boolean(): boolean | undefined {
    return this.literal === 'true' ? true : this.literal === 'false' ? false : undefined;
  }

  /** The one thing this value is, if it is nothing but a reference. */
  get reference(): Reference | undefined {
    const names: string[] = [];
    const rest = this.filled((name) => {
      names.push(name);
      return '';
    });
    const [name, another] = names;
    const isReference = rest === '' && another === undefined && name !== undefined && /^[\w:.]+$/.test(name);
    return isReference ? parseReference(name) : undefined;
  }

  /** Whether the value is the `Ref` of a resource, or the named attribute of it. */
  is(id: string, attribute?: string): boolean {
    const { reference } = this;
    return reference?.id === id && reference.attribute === attribute;
  }

  /** Logical ids, parameters and pseudo parameters the value mentions anywhere. */
  get mentions(): ReadonlySet<string> {
    return new Set(mentioned(this.raw));
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseReference(name: string): Reference {
  const [id = '', ...attribute] = name.split('.');
  return attribute.length === 0 ? { id } : { id, attribute: attribute.join('.') };
}

/** The name and argument of an intrinsic function. */
function intrinsicOf(value: unknown): readonly [name: string, argument: unknown] | undefined {
  if (!isRecord(value)) return undefined;
  const [entry, another] = Object.entries(value);
  if (!entry || another) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
}

function textOf(value: unknown, stand: (name: string) => string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const [name, argument] = intrinsicOf(value) ?? [];
  switch (name) {
    case 'Ref':
      return stand(String(argument));
    case 'Fn::GetAtt':
      return stand([argument].flat().map(String).join('.'));
    case 'Fn::Join': {
      const [separator, parts] = Array.isArray(argument) ? (argument as unknown[]) : [];
      if (!Array.isArray(parts)) return stand(opaque(value));
      return parts.map((part) => textOf(part, stand)).join(String(separator));
    }
    case 'Fn::Sub': {
      const [template, variables] = [argument].flat() as unknown[];
      return String(template).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, escaped: string, key: string) => {
        if (escaped) return `\${${key}}`;
        return isRecord(variables) && Object.hasOwn(variables, key)
          ? textOf(variables[key], stand)
          : stand(key);
      });
    }
    default:
      return stand(opaque(value));
  }
}

/** A value only the deployment knows, as a name without braces. */
function opaque(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[${}]/g, '');
}

function* mentioned(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* mentioned(item);
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'Ref' && typeof item === 'string') yield item;
    else if (key === 'Fn::GetAtt') yield parseReference([item].flat().map(String).join('.')).id;
    else if (key === 'Fn::Sub') {
      const [template, variables] = [item].flat() as unknown[];
      for (const [, name = ''] of String(template).matchAll(/\$\{([^!}][^}]*)\}/g)) {
        if (!isRecord(variables) || !Object.hasOwn(variables, name)) yield parseReference(name).id;
      }
      yield* mentioned(variables);
    } else yield* mentioned(item);
  }
}
