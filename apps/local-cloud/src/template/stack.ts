import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  DanglingReferenceError,
  InvalidPropertyError,
  ParameterError,
  UnsupportedPropertyError,
} from '../errors';
import { evaluate, type IntrinsicScope, NO_VALUE } from './intrinsics';
import { checkReferences } from './references';
import type { ResourceIdentity, ResourceTypes } from './resource-type';
import type { Template } from './template';

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** What a template is resolved against. */
export interface StackOptions {
  readonly template: Template;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly resourceTypes: ResourceTypes;
  /** Values of template parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Rewrites AWS origins inside resolved strings to origins of this machine; see `Origins`. */
  readonly localize?: (text: string) => string;
}

/** A resource of the stack whose condition holds. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, AWS's own value: origins are not rewritten. */
  attribute(name: string): unknown;
  /** All properties, resolved, with AWS origins rewritten to local ones. Resolved when first asked for. */
  readonly properties: Readonly<Record<string, unknown>>;
  /**
   * The properties as a service understands them.
   *
   * @throws UnsupportedPropertyError for a property the schema does not know
   * @throws InvalidPropertyError for a value the schema refuses
   */
  read<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]));
}

function propertyPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function readWith<Schema extends z.ZodType>(
  logicalId: string,
  type: string,
  properties: unknown,
  schema: Schema,
): z.output<Schema> {
  const result = schema.safeParse(properties);
  if (result.success) return result.data;
  const unsupported = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          property: propertyPath([...issue.path, key]),
          detail: 'the local cloud does not know this property.',
        }))
      : [],
  );
  if (unsupported.length > 0) throw new UnsupportedPropertyError(logicalId, type, unsupported);
  const invalid = result.error.issues.map((issue) => ({
    property: propertyPath(issue.path) || 'Properties',
    detail: `${issue.message}.`,
  }));
  throw new InvalidPropertyError(logicalId, type, invalid);
}

/**
 * A template, its references resolved the way CloudFormation would after a deployment.
 *
 * Knows the grammar only: which names a resource type gives is passed in as `resourceTypes`; a type that is not in
 * there still gets a name of its own, so that roles or log groups can be referred to without being understood.
 */
export class Stack {
  /** Resources whose condition holds, by logical id, in template order. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly #options: StackOptions;
  readonly #scope: IntrinsicScope;
  readonly #dependencyOrder: readonly string[];
  readonly #conditions = new Map<string, boolean>();
  readonly #read = new Set<string>();

  /** @throws DanglingReferenceError CircularDependencyError ParameterError */
  constructor(options: StackOptions) {
    this.#options = options;
    this.#dependencyOrder = checkReferences(options.template);
    this.#checkParameters();
    const { region } = options;
    this.#scope = {
      ref: (name, path) => this.#ref(name, path),
      attribute: (logicalId, attribute, path) => this.#attribute(logicalId, attribute, path),
      condition: (name, path) => this.#condition(name, path),
      mapping: (map, topKey, secondKey, path) => this.#mapping(map, topKey, secondKey, path),
      availabilityZones: [`${region}a`, `${region}b`, `${region}c`],
    };
    const entries = Object.entries(options.template.Resources).filter(
      ([id, { Condition }]) =>
        Condition === undefined || this.#condition(Condition, `Resources.${id}.Condition`),
    );
    this.resources = new Map(entries.map(([logicalId]) => [logicalId, this.#resource(logicalId)]));
  }

  get stackName(): string {
    return this.#options.stackName;
  }

  get accountId(): string {
    return this.#options.accountId;
  }

  get region(): string {
    return this.#options.region;
  }

  /** All resources of a type, in template order. */
  ofType(type: string): Resource[] {
    return [...this.resources.values()].filter((resource) => resource.type === type);
  }

  /** All resources of a type, each behind those it depends on. */
  inDependencyOrder(type: string): Resource[] {
    return this.#dependencyOrder.flatMap((logicalId) => {
      const resource = this.resources.get(logicalId);
      return resource?.type === type ? [resource] : [];
    });
  }

  /** The resource whose `Ref` is the given value, of the given type. */
  byRef(type: string, ref: unknown): Resource | undefined {
    return this.ofType(type).find((resource) => resource.ref === ref);
  }

  /** How many resources of each type no service has read: what the local cloud runs without. */
  unread(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { logicalId, type } of this.resources.values()) {
      if (!this.#read.has(logicalId)) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return counts;
  }

  /** The template's outputs, resolved and localized. */
  outputs(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#options.template.Outputs).map(([name, { Value }]) => [
        name,
        String(this.#localize(evaluate(Value, `Outputs.${name}.Value`, this.#scope))),
      ]),
    );
  }

  #localize(value: unknown): unknown {
    return this.#options.localize ? mapStrings(value, this.#options.localize) : value;
  }

  #resource(logicalId: string): Resource {
    const raw = this.#raw(logicalId);
    let properties: Record<string, unknown> | undefined;
    let ref: string | undefined;
    const resource: Resource = {
      logicalId,
      type: raw.Type,
      get ref() {
        return (ref ??= identify());
      },
      get properties() {
        return (properties ??= resolve());
      },
      attribute: (name) => this.#attribute(logicalId, name, `Resources.${logicalId}`),
      read: (schema) => {
        this.#read.add(logicalId);
        return readWith(logicalId, raw.Type, resource.properties, schema);
      },
    };
    const identify = (): string => String(this.#ref(logicalId, `Resources.${logicalId}`));
    const resolve = (): Record<string, unknown> => {
      const path = `Resources.${logicalId}.Properties`;
      return this.#localize(evaluate(raw.Properties, path, this.#scope)) as Record<string, unknown>;
    };
    return resource;
  }

  #raw(logicalId: string): Template['Resources'][string] {
    const raw = this.#options.template.Resources[logicalId];
    if (!raw) throw new DanglingReferenceError(`Resources.${logicalId}`, 'there is no such resource.');
    return raw;
  }

  #identity(logicalId: string): ResourceIdentity {
    const { stackName, region, accountId } = this.#options;
    const raw = this.#raw(logicalId);
    return {
      logicalId,
      stackName,
      region,
      accountId,
      partition: 'aws',
      urlSuffix: 'amazonaws.com',
      id: (length, alphabet = ALPHANUMERIC) => derivedId(`${stackName}/${logicalId}`, length, alphabet),
      property: (name) =>
        evaluate(raw.Properties[name], `Resources.${logicalId}.Properties.${name}`, this.#scope),
    };
  }

  #ref(name: string, path: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, path);
    const parameter = this.#options.template.Parameters[name];
    if (parameter) {
      const value = this.#options.parameters?.[name] ?? String(parameter.Default);
      return /^(CommaDelimitedList|List<)/.test(parameter.Type) ? value.split(',') : value;
    }
    const identity = this.#identity(name);
    const type = this.#options.resourceTypes[this.#raw(name).Type];
    return type ? type.ref(identity) : `${identity.stackName}-${name}-${identity.id(12)}`;
  }

  #attribute(logicalId: string, attribute: string, path: string): unknown {
    const { Type } = this.#raw(logicalId);
    const type = this.#options.resourceTypes[Type];
    if (!type) return `${String(this.#ref(logicalId, path))}/${attribute}`;
    const valueOf = type.attributes[attribute];
    if (!valueOf)
      throw new DanglingReferenceError(path, `${logicalId} (${Type}) has no attribute ${attribute}.`);
    return valueOf(this.#identity(logicalId));
  }

  #pseudoParameter(name: string, path: string): unknown {
    const { stackName, region, accountId } = this.#options;
    switch (name) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::NoValue':
        return NO_VALUE;
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::Region':
        return region;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${derivedUuid(stackName)}`;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      default:
        throw new DanglingReferenceError(path, `there is no pseudo parameter ${name}.`);
    }
  }

  #condition(name: string, path: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    if (!(name in this.#options.template.Conditions)) {
      throw new DanglingReferenceError(path, `there is no condition ${name} in the template.`);
    }
    const value =
      evaluate(this.#options.template.Conditions[name], `Conditions.${name}`, this.#scope) === true;
    this.#conditions.set(name, value);
    return value;
  }

  #mapping(map: string, topKey: string, secondKey: string, path: string): unknown {
    const value = this.#options.template.Mappings[map]?.[topKey]?.[secondKey];
    if (value === undefined) {
      throw new DanglingReferenceError(path, `the mapping ${map} has no ${topKey}.${secondKey}.`);
    }
    return value;
  }

  #checkParameters(): void {
    const { template, parameters = {} } = this.#options;
    for (const name of Object.keys(parameters)) {
      if (!(name in template.Parameters)) {
        const declared = Object.keys(template.Parameters).join(', ') || 'none';
        throw new ParameterError(`The template has no parameter ${name}; it declares: ${declared}.`);
      }
    }
    for (const [name, parameter] of Object.entries(template.Parameters)) {
      if (parameter.Default === undefined && parameters[name] === undefined) {
        throw new ParameterError(`The parameter ${name} has no default and no value was given.`);
      }
    }
  }
}

function derivedId(seed: string, length: number, alphabet: string): string {
  let id = '';
  for (let block = 0; id.length < length; block++) {
    const digest = createHash('sha256').update(`${seed}#${block}`).digest();
    id += [...digest].map((byte) => alphabet[byte % alphabet.length]).join('');
  }
  return id.slice(0, length);
}

/** A UUID that depends on the seed only. */
export function derivedUuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
