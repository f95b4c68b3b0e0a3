import { substitute, subVariables } from '../sub';

/** Target of a `Ref` or `Fn::GetAtt`. */
export interface Reference {
  readonly id: string;
  /** The attribute of `Fn::GetAtt`; absent for `Ref`. */
  readonly attribute?: string;
}

/**
 * Unresolved value of a template with its path.
 *
 * Reading never throws. A missing value is a `Value` too, with the path where it would be.
 */
export class Value {
  constructor(
    readonly raw: unknown,
    /** E.g. `Resources.Site.Properties.Origins[0]`. */
    readonly path: string,
  ) {}

  get isPresent(): boolean {
    return this.raw !== undefined && this.raw !== null;
  }

  /** Returns the value at nested property names. */
  get(...names: readonly string[]): Value {
    return names.reduce<Value>((value, name) => {
      const { raw } = value;
      const inner = isRecord(raw) && Object.hasOwn(raw, name) ? raw[name] : undefined;
      return new Value(inner, `${value.path}.${name}`);
    }, this);
  }

  /** Returns the same value with another path. */
  at(path: string): Value {
    return new Value(this.raw, path);
  }

  /** Items of a list. A missing value has none; a single value counts as a list with one item. */
  get items(): readonly Value[] {
    if (!this.isPresent) return [];
    if (!Array.isArray(this.raw)) return [this];
    return this.raw.map((item, index) => new Value(item, `${this.path}[${index}]`));
  }

  /** Properties of an object with their names. */
  get entries(): readonly (readonly [name: string, value: Value])[] {
    return Object.keys(isRecord(this.raw) ? this.raw : {}).map((name) => [name, this.get(name)]);
  }

  /** The text, if all of it is known before the deployment. */
  get literal(): string | undefined {
    let isLiteral = this.isPresent;
    const text = this.filled(() => {
      isLiteral = false;
      return '';
    });
    return isLiteral ? text : undefined;
  }

  /** The text with values of the deployment written as `${X}` or `${X.Attribute}`. */
  get text(): string {
    return this.filled((name) => `\${${name}}`);
  }

  /** Returns the text with a replacement for each value of the deployment. */
  filled(replace: (name: string) => string): string {
    return textOf(this.raw, replace);
  }

  /** The number, also from a string. */
  get number(): number | undefined {
    const { literal } = this;
    return literal !== undefined && /^-?\d+(?:\.\d+)?$/.test(literal) ? Number(literal) : undefined;
  }

  /** The boolean, also from a string. */
  get boolean(): boolean | undefined {
    return this.literal === 'true' ? true : this.literal === 'false' ? false : undefined;
  }

  /** The reference, if the value consists only of one. */
  get reference(): Reference | undefined {
    const names: string[] = [];
    const rest = this.filled((name) => {
      names.push(name);
      return '';
    });
    const [name, another] = names;
    const isReference = rest === '' && another === undefined && name !== undefined && /^[\w:./]+$/.test(name);
    return isReference ? parseReference(name) : undefined;
  }

  /** The logical id to which the value refers, or its text: the same for all references to a resource. */
  get key(): string {
    return this.reference?.id ?? this.text;
  }

  /** Returns true for the `Ref` of a resource, or for the `Fn::GetAtt` of the attribute. */
  is(id: string, attribute?: string): boolean {
    const { reference } = this;
    return reference?.id === id && reference.attribute === attribute;
  }

  /** Logical ids, parameters and pseudo parameters to which the value refers at any depth. */
  get mentions(): ReadonlySet<string> {
    return new Set(mentioned(this.raw));
  }
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseReference(name: string): Reference {
  const [id = '', ...attribute] = name.split('.');
  return attribute.length === 0 ? { id } : { id, attribute: attribute.join('.') };
}

/** Returns the name and argument of an intrinsic function. */
function intrinsicOf(value: unknown): readonly [name: string, argument: unknown] | undefined {
  if (!isRecord(value)) return undefined;
  const [entry, another] = Object.entries(value);
  if (!entry || another) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
}

function textOf(value: unknown, replace: (name: string) => string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const [name, argument] = intrinsicOf(value) ?? [];
  switch (name) {
    case 'Ref':
      return replace(String(argument));
    case 'Fn::GetAtt':
      return replace([argument].flat().map(String).join('.'));
    case 'Fn::Join': {
      const [separator, parts] = Array.isArray(argument) ? (argument as unknown[]) : [];
      if (!Array.isArray(parts)) return replace(opaque(value));
      return parts.map((part) => textOf(part, replace)).join(String(separator));
    }
    case 'Fn::Sub': {
      const [template, variables] = [argument].flat() as unknown[];
      return substitute(String(template), (key) =>
        isRecord(variables) && Object.hasOwn(variables, key) ? textOf(variables[key], replace) : replace(key),
      );
    }
    default:
      return replace(opaque(value));
  }
}

/** Name without braces for a value that is known after deployment. */
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
      for (const name of subVariables(String(template))) {
        if (!isRecord(variables) || !Object.hasOwn(variables, name)) yield parseReference(name).id;
      }
      yield* mentioned(variables);
    } else yield* mentioned(item);
  }
}

/** Maximum length of pseudo parameters, in characters. */
const LONGEST: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  // ap-southeast-1, us-isob-east-1
  'AWS::Region': 14,
  'AWS::Partition': 10,
  // amazonaws.com.cn
  'AWS::URLSuffix': 16,
  'AWS::StackName': 128,
};

/** Assumed maximum length of generated names and ids, and of all other values. */
const UNKNOWN = 64;

/** Returns the maximum length of a text after deployment. */
export function longestLength(value: Value): number {
  let length = 0;
  const literal = value.filled((name) => {
    length += LONGEST[name] ?? (isPartOfStackId(name) ? STACK_ID_PART : UNKNOWN);
    return '';
  });
  return literal.length + length;
}

/** Length of the longest group of hexadecimal digits in a stack's UUID. */
const STACK_ID_PART = 12;

/** True for a group of the UUID in the stack id: the id split at slashes, then at hyphens. */
function isPartOfStackId(name: string): boolean {
  return (
    name.includes('AWS::StackId') && name.includes('"Fn::Split":["/"') && name.includes('"Fn::Split":["-"')
  );
}
