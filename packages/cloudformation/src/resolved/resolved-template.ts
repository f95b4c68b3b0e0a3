import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { DanglingReferenceError, RuleViolationError } from '../errors';
import { evaluate, type IntrinsicScope, NO_VALUE } from './intrinsics';
import { Parameters } from './parameters';
import type { UnknownProperty } from './reading';
import { checkReferences, referencesIn } from './references';
import type { ResourceIdentity, ResourceTypes } from './resource-type';
import { LANGUAGE_EXTENSIONS, type Template } from './template';

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
  /** Looks up the value of `{{resolve:reference}}`; without it, or for `undefined`, the template is refused. */
  readonly resolveReference?: (reference: string) => string | undefined;
  /** Told of every reading of a resource's properties. */
  readonly onRead?: (reading: Reading) => void;
  /** Whether to go on without a property that a service does not know; by default none is passed over. */
  readonly passesOver?: (resource: Resource, unknown: UnknownProperty) => boolean;
}

/** A service reads a resource. */
export interface Reading {
  readonly resource: Resource;
  readonly schema: z.ZodType;
}

/** A resource of the stack whose condition holds. */
export interface Resource {
  /** Unique in the set: `Stack.LogicalId` when several stacks run together. */
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, AWS's own value: origins are not rewritten. */
  attribute(name: string): unknown;
  /** Properties that `ref` and attributes were made from so far: whatever else they do, they have an effect. */
  readonly namingProperties: ReadonlySet<string>;
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

/** A value that a stack gives to others. */
export interface Export {
  readonly name: string;
  readonly value: () => unknown;
}

/** One place where a template asks for a value of another stack. */
export interface Import {
  readonly name: string;
  readonly path: string;
}

/**
 * One template, its references resolved the way CloudFormation would after a deployment.
 *
 * Knows the grammar only: which names a resource type gives is passed in as `resourceTypes`; a type that is not in
 * there still gets a name of its own, so that roles or log groups can be referred to without being understood.
 */
export class ResolvedTemplate {
  /** Logical ids of the resources whose condition holds, in template order. */
  readonly logicalIds: readonly string[];
  /** The same, each behind those it depends on. */
  readonly dependencyOrder: readonly string[];
  readonly #options: StackOptions;
  readonly #place: string;
  readonly #scope: IntrinsicScope;
  readonly #parameters: Parameters;
  readonly #conditions = new Map<string, boolean>();
  readonly #present: ReadonlySet<string>;
  readonly #naming = new Map<string, Set<string>>();

  /**
   * @param place put before every path in messages, to tell templates apart
   * @param importValue what another stack exports
   * @throws DanglingReferenceError CircularDependencyError UnknownIntrinsicError ParameterError RuleViolationError
   */
  constructor(options: StackOptions, place: string, importValue: IntrinsicScope['importValue']) {
    const { template, region } = options;
    this.#options = options;
    this.#place = place;
    const order = checkReferences(template, place);
    this.#parameters = new Parameters(options.stackName, template.Parameters, options.parameters ?? {});
    this.#scope = {
      ref: (name, path) => this.#ref(name, path),
      attribute: (logicalId, attribute, path) => this.#attribute(logicalId, attribute, path),
      condition: (name, path) => this.#condition(name, path),
      mapping: (map, topKey, secondKey, path, fallback) =>
        this.#mapping(map, topKey, secondKey, path, fallback),
      importValue,
      dynamicReference: (reference) => options.resolveReference?.(reference),
      region,
      languageExtensions: template.Transform.includes(LANGUAGE_EXTENSIONS),
    };
    this.#checkRules();
    this.logicalIds = Object.entries(template.Resources).flatMap(([id, { Condition }]) =>
      Condition === undefined || this.#condition(Condition, `${place}Resources.${id}.Condition`) ? [id] : [],
    );
    this.#present = new Set(this.logicalIds);
    this.dependencyOrder = order.filter((id) => this.#present.has(id));
  }

  get stackName(): string {
    return this.#options.stackName;
  }

  typeOf(logicalId: string): string {
    return this.#raw(logicalId).Type;
  }

  /** What `Ref` gives for a resource. */
  refOf(logicalId: string): string {
    return String(this.#ref(logicalId, `${this.#place}Resources.${logicalId}`));
  }

  /** What `Fn::GetAtt` gives for a resource. */
  attributeOf(logicalId: string, attribute: string): unknown {
    return this.#attribute(logicalId, attribute, `${this.#place}Resources.${logicalId}`);
  }

  /** Properties that the resource's names were made from so far. */
  namingProperties(logicalId: string): ReadonlySet<string> {
    return this.#naming.get(logicalId) ?? new Set();
  }

  /** All properties of a resource, resolved; AWS's own origins. */
  propertiesOf(logicalId: string): Record<string, unknown> {
    const { Properties } = this.#raw(logicalId);
    const path = `${this.#place}Resources.${logicalId}.Properties`;
    return evaluate(Properties, path, this.#scope) as Record<string, unknown>;
  }

  /** The outputs whose condition holds, resolved. */
  outputs(): Map<string, unknown> {
    return new Map(
      this.#presentOutputs().map(([name, { Value }]) => [
        name,
        evaluate(Value, `${this.#place}Outputs.${name}.Value`, this.#scope),
      ]),
    );
  }

  /** What this stack gives to others. */
  exports(): Export[] {
    return this.#presentOutputs().flatMap(([name, { Value, Export }]) => {
      if (!Export) return [];
      const path = `${this.#place}Outputs.${name}`;
      return {
        name: String(evaluate(Export.Name, `${path}.Export.Name`, this.#scope)),
        value: () => evaluate(Value, `${path}.Value`, this.#scope),
      };
    });
  }

  /** What this stack takes from others, wherever CloudFormation would look for it. */
  imports(): Import[] {
    const found: Import[] = [];
    for (const logicalId of this.logicalIds) {
      const path = `${this.#place}Resources.${logicalId}.Properties`;
      this.#collectImports(this.#raw(logicalId).Properties, path, found);
    }
    for (const [name, { Value }] of this.#presentOutputs()) {
      this.#collectImports(Value, `${this.#place}Outputs.${name}.Value`, found);
    }
    return found;
  }

  #collectImports(value: unknown, path: string, found: Import[]): void {
    if (Array.isArray(value)) {
      value.forEach((item, index) => this.#collectImports(item, `${path}[${index}]`, found));
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === 'Fn::ImportValue') {
        found.push({ name: String(evaluate(item, path, this.#scope)), path });
      } else if (key === 'Fn::If' && Array.isArray(item)) {
        const taken: unknown = this.#condition(String(item[0]), path) ? item[1] : item[2];
        this.#collectImports(taken, path, found);
      } else {
        this.#collectImports(item, key.startsWith('Fn::') ? path : `${path}.${key}`, found);
      }
    }
  }

  #presentOutputs(): [string, Template['Outputs'][string]][] {
    return Object.entries(this.#options.template.Outputs).filter(
      ([name, { Condition }]) =>
        Condition === undefined || this.#condition(Condition, `${this.#place}Outputs.${name}.Condition`),
    );
  }

  #raw(logicalId: string): Template['Resources'][string] {
    const raw = this.#options.template.Resources[logicalId];
    if (!raw)
      throw new DanglingReferenceError(`${this.#place}Resources.${logicalId}`, 'there is no such resource.');
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
      property: (name) => {
        const path = `${this.#place}Resources.${logicalId}.Properties.${name}`;
        this.#naming.set(logicalId, (this.#naming.get(logicalId) ?? new Set()).add(name));
        const value = evaluate(raw.Properties[name], path, this.#scope);
        return value === NO_VALUE ? undefined : value;
      },
    };
  }

  #assertPresent(logicalId: string, path: string): void {
    // While the conditions are being found out, nothing refers to a resource: the check of references sees to that.
    if (this.#present.has(logicalId)) return;
    throw new DanglingReferenceError(
      path,
      `the resource ${logicalId} is not there: its condition ${String(this.#raw(logicalId).Condition)} does not hold.`,
    );
  }

  #ref(name: string, path: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, path);
    if (this.#parameters.has(name)) return this.#parameters.valueOf(name, path);
    this.#assertPresent(name, path);
    const identity = this.#identity(name);
    const type = this.#options.resourceTypes[this.#raw(name).Type];
    return type ? type.ref(identity) : `${identity.stackName}-${name}-${identity.id(12)}`;
  }

  #attribute(logicalId: string, attribute: string, path: string): unknown {
    const { Type } = this.#raw(logicalId);
    this.#assertPresent(logicalId, path);
    const type = this.#options.resourceTypes[Type];
    if (!type) return `${String(this.#ref(logicalId, path))}/${attribute}`;
    const valueOf = Object.hasOwn(type.attributes, attribute) ? type.attributes[attribute] : undefined;
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
    const { Conditions } = this.#options.template;
    if (!Object.hasOwn(Conditions, name)) {
      throw new DanglingReferenceError(path, `there is no condition ${name} in the template.`);
    }
    const value = evaluate(Conditions[name], `${this.#place}Conditions.${name}`, this.#scope) === true;
    this.#conditions.set(name, value);
    return value;
  }

  #mapping(
    map: string,
    topKey: string,
    secondKey: string,
    path: string,
    fallback: (() => unknown) | undefined,
  ): unknown {
    const value = own(own(own(this.#options.template.Mappings, map), topKey), secondKey);
    if (value !== undefined) return value;
    if (fallback) return fallback();
    throw new DanglingReferenceError(path, `the mapping ${map} has no ${topKey}.${secondKey}.`);
  }

  /** A rule about a value that only AWS has is not checked. */
  #checkRules(): void {
    const { Rules, Parameters: declared } = this.#options.template;
    for (const [name, rule] of Object.entries(Rules)) {
      const path = `${this.#place}Rules.${name}`;
      const isKnown = [...referencesIn(rule, path)].every(
        ({ target }) => !Object.hasOwn(declared, target) || this.#parameters.isKnown(target),
      );
      if (!isKnown) continue;
      const applies =
        rule.RuleCondition === undefined ||
        evaluate(rule.RuleCondition, `${path}.RuleCondition`, this.#scope) === true;
      if (!applies) continue;
      for (const [index, { Assert, AssertDescription }] of rule.Assertions.entries()) {
        const place = `${path}.Assertions[${index}]`;
        if (evaluate(Assert, place, this.#scope) === true) continue;
        throw new RuleViolationError(place, AssertDescription ?? 'the assertion does not hold.');
      }
    }
  }
}

/** An entry by its name, never something that every object has. */
function own<Value>(entries: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return entries !== undefined && Object.hasOwn(entries, name) ? entries[name] : undefined;
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
