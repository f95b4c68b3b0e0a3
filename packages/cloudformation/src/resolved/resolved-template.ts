import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { isRecord } from '../document/value';
import { DanglingReferenceError, InvalidIntrinsicError, RuleViolationError } from '../errors';
import { RETURN_VALUES } from '../facts/return-values';
import { evaluate, type IntrinsicScope, isIntrinsic, NO_VALUE } from './intrinsics';
import { Parameters } from './parameters';
import type { UnknownProperty } from './reading';
import { checkReferences, referencesIn } from './references';
import { LANGUAGE_EXTENSIONS, type Template } from './template';
import type { UnknownValues } from './unknown-values';

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Input for computing the names of a resource. */
export interface ResourceIdentity {
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly urlSuffix: string;
  /** Returns an id that depends only on the stack and the logical id, so it is always the same. */
  id(length: number, alphabet?: string): string;
  /** Returns a resolved top-level property, with AWS origins; `undefined` when it is missing. */
  property(name: string): unknown;
}

/** Return values of a resource type, as in the CloudFormation template reference. */
export interface ResourceType {
  /** Value of `Ref`. */
  ref(resource: ResourceIdentity): string;
  /** Values of `Fn::GetAtt` by attribute name. */
  readonly attributes: Readonly<Record<string, (resource: ResourceIdentity) => unknown>>;
}

/** Resource types by name, e.g. `AWS::S3::Bucket`. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** Input for resolving a template. */
export interface StackOptions {
  readonly template: Template;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly resourceTypes: ResourceTypes;
  /** Values of template parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Values that only AWS knows, by the name of the attribute, such as `Server.Colour`, or of the export. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Rewrites AWS origins inside resolved strings to origins of this machine; see `Origins`. */
  readonly localize?: (text: string) => string;
  /** Looks up the value of `{{resolve:reference}}`; without it, or for `undefined`, the template is refused. */
  readonly resolveReference?: (reference: string) => string | undefined;
  /** Called whenever a service reads the properties of a resource. */
  readonly onRead?: (reading: Reading) => void;
  /** Returns true to ignore a property that is not in a service's schema; by default none is ignored. */
  readonly passesOver?: (resource: Resource, unknown: UnknownProperty) => boolean;
}

/** One reading of a resource by a service. */
export interface Reading {
  readonly resource: Resource;
  readonly schema: z.ZodType;
}

/** Resource of the stack whose condition is true. */
export interface Resource {
  /** Unique in the set: `Stack.LogicalId` when several stacks run together, `Nested/LogicalId` in a nested stack. */
  readonly logicalId: string;
  readonly type: string;
  /** File of the template; paths in properties are relative to it. */
  readonly templateFile: string;
  /** Value of `Ref`. */
  readonly ref: string;
  /** Returns the value of `Fn::GetAtt`, with AWS origins. */
  attribute(name: string): unknown;
  /** Properties from which `ref` and attributes were computed so far. They have an effect even if no service reads them. */
  readonly namingProperties: ReadonlySet<string>;
  /** All properties, resolved at first access, with AWS origins replaced by local ones. */
  readonly properties: Readonly<Record<string, unknown>>;
  /**
   * Returns the properties, parsed with a service's schema.
   *
   * @throws UnsupportedPropertyError for a property that is not in the schema
   * @throws InvalidPropertyError for a value that the schema rejects
   */
  read<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
}

export interface Export {
  readonly name: string;
  readonly value: () => unknown;
}

/** `Fn::ImportValue` in a template. */
export interface Import {
  readonly name: string;
  readonly path: string;
}

/** Values that the stacks of a set share. */
interface SetContext {
  readonly importValue: IntrinsicScope['importValue'];
  readonly unknowns: UnknownValues;
}

/**
 * Template whose references are resolved, as CloudFormation does after a deployment.
 *
 * `resourceTypes` computes the names and attributes of resources. Resources of other types, such as roles or log
 * groups, get a name of the right shape, so that references to them work. Attributes whose shape is not known are
 * {@link UnknownValues}.
 */
export class ResolvedTemplate {
  /** Logical ids of the resources whose condition is true, in template order; without nested stacks. */
  readonly logicalIds: readonly string[];
  readonly #options: StackOptions;
  /** Prefix of logical ids that makes them unique in the set, e.g. `Stack.Nested/`. */
  readonly #prefix: string;
  readonly #place: string;
  /** Logical ids of resources and nested stacks, each after its dependencies. */
  readonly #order: readonly string[];
  readonly #context: SetContext;
  readonly #scope: IntrinsicScope;
  readonly #parameters: Parameters;
  readonly #conditions = new Map<string, boolean>();
  readonly #present: ReadonlySet<string>;
  readonly #naming = new Map<string, Set<string>>();
  readonly #names = new Map<string, unknown>();
  readonly #nested = new Map<string, ResolvedTemplate>();

  /**
   * @param prefix prefix of logical ids, and of paths in messages, to distinguish templates
   * @param context what the stacks of a set share: `importValue` returns the export of another stack
   * @param parametersPlace where the stack around a nested stack gives the parameters
   * @throws DanglingReferenceError CircularDependencyError UnknownIntrinsicError ParameterError RuleViolationError
   */
  constructor(options: StackOptions, prefix: string, context: SetContext, parametersPlace?: string) {
    const { template, region } = options;
    const place = prefix && `${prefix.slice(0, -1)}: `;
    this.#options = options;
    this.#context = context;
    this.#prefix = prefix;
    this.#place = place;
    const order = checkReferences(template, place);
    this.#parameters = new Parameters(
      parametersPlace === undefined ? options.stackName : prefix.slice(0, -1),
      template,
      options.parameters ?? {},
      parametersPlace,
    );
    this.#scope = {
      ref: (name, path) => this.#ref(name, path),
      attribute: (logicalId, attribute, path) => this.#attribute(logicalId, attribute, path),
      condition: (name, path) => this.#condition(name, path),
      mapping: (...lookup) => this.#mapping(...lookup),
      importValue: context.importValue,
      dynamicReference: (reference) => options.resolveReference?.(reference),
      region,
      languageExtensions: template.Transform.includes(LANGUAGE_EXTENSIONS),
    };
    this.#checkRules();
    const present = Object.entries(template.Resources).flatMap(([id, { Condition }]) =>
      Condition === undefined || this.#condition(Condition, `${place}Resources.${id}.Condition`) ? [id] : [],
    );
    this.#present = new Set(present);
    this.logicalIds = present.filter((id) => !Object.hasOwn(template.nested, id));
    this.#order = order.filter((id) => this.#present.has(id));
  }

  get stackName(): string {
    return this.#options.stackName;
  }

  get file(): string {
    return this.#options.template.file;
  }

  /** Returns this template and those of its nested stacks. */
  all(): ResolvedTemplate[] {
    return [this, ...this.#order.flatMap((id) => this.#nestedStack(id)?.all() ?? [])];
  }

  /** Returns the name of a resource in the set. */
  nameOf(logicalId: string): string {
    return this.#prefix + logicalId;
  }

  /** Names of the resources, those of nested stacks included, each after its dependencies. */
  get dependencyOrder(): string[] {
    return this.#order.flatMap((id) => this.#nestedStack(id)?.dependencyOrder ?? this.nameOf(id));
  }

  /** Resolves a nested stack when it is first needed: its parameters may be outputs of others. */
  #nestedStack(logicalId: string): ResolvedTemplate | undefined {
    const template = own(this.#options.template.nested, logicalId);
    if (!template) return undefined;
    const known = this.#nested.get(logicalId);
    if (known) return known;
    const place = `${this.#place}Resources.${logicalId}.Properties.Parameters`;
    const { Parameters: given = {} } = this.propertiesOf(logicalId);
    if (!isRecord(given) || Object.values(given).some((value) => typeof value === 'object'))
      throw new InvalidIntrinsicError(
        place,
        'must be an object with values that are text. Join lists with Fn::Join.',
      );
    const nested = new ResolvedTemplate(
      {
        ...this.#options,
        template,
        stackName: `${this.stackName}-${logicalId}-${this.#identity(logicalId).id(12).toUpperCase()}`,
        parameters: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])),
      },
      `${this.nameOf(logicalId)}/`,
      this.#context,
      place,
    );
    this.#nested.set(logicalId, nested);
    return nested;
  }

  /** @param attribute `Outputs.Name` */
  #nestedOutput(nested: ResolvedTemplate, attribute: string, path: string): unknown {
    const outputs = new Map(nested.#presentOutputs());
    const name = attribute.replace(/^Outputs\./, '');
    const output = attribute === name ? undefined : outputs.get(name);
    if (output) return nested.#outputValue(name, output.Value);
    const known = [...outputs.keys()].map((one) => `Outputs.${one}`).join(', ') || 'none';
    throw new DanglingReferenceError(
      path,
      `the nested stack ${nested.#prefix.slice(0, -1)} has no attribute ${attribute}; attributes: ${known}.`,
    );
  }

  typeOf(logicalId: string): string {
    return this.#raw(logicalId).Type;
  }

  /** Returns the value of `Ref` for a resource. */
  refOf(logicalId: string): string {
    return String(this.#ref(logicalId, `${this.#place}Resources.${logicalId}`));
  }

  /** Returns the value of `Fn::GetAtt` for a resource. */
  attributeOf(logicalId: string, attribute: string): unknown {
    return this.#attribute(logicalId, attribute, `${this.#place}Resources.${logicalId}`);
  }

  /** Returns the properties from which the resource's names were computed so far. */
  namingProperties(logicalId: string): ReadonlySet<string> {
    return this.#naming.get(logicalId) ?? new Set();
  }

  /** Returns the resolved properties of a resource, with AWS origins. */
  propertiesOf(logicalId: string): Record<string, unknown> {
    const { Properties } = this.#raw(logicalId);
    const path = `${this.#place}Resources.${logicalId}.Properties`;
    const properties = evaluate(Properties, path, this.#scope);
    if (properties === NO_VALUE) return {};
    if (!isRecord(properties))
      throw new InvalidIntrinsicError(path, 'the value is not a mapping of properties.');
    return properties;
  }

  /** Returns the resolved outputs whose condition is true. */
  outputs(): Map<string, unknown> {
    return new Map(this.#presentOutputs().map(([name, { Value }]) => [name, this.#outputValue(name, Value)]));
  }

  exports(): Export[] {
    return this.#presentOutputs().flatMap(([name, { Value, Export }]) => {
      if (!Export) return [];
      const path = `${this.#place}Outputs.${name}`;
      return {
        name: String(evaluate(Export.Name, `${path}.Export.Name`, this.#scope)),
        value: () => this.#outputValue(name, Value),
      };
    });
  }

  #outputValue(name: string, value: unknown): unknown {
    const path = `${this.#place}Outputs.${name}.Value`;
    const resolved = evaluate(value, path, this.#scope);
    if (resolved === NO_VALUE)
      throw new InvalidIntrinsicError(path, 'an output needs a value, not AWS::NoValue.');
    return resolved;
  }

  /** Returns the imports of all resources and outputs whose condition is true. */
  imports(): Import[] {
    const found: Import[] = [];
    for (const logicalId of this.#present) {
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
        if (isIntrinsic(raw.Properties)) return this.propertiesOf(logicalId)[name];
        const value = evaluate(raw.Properties[name], path, this.#scope);
        return value === NO_VALUE ? undefined : value;
      },
    };
  }

  #assertPresent(logicalId: string, path: string): void {
    // Conditions cannot refer to resources: checkReferences ensures that.
    if (this.#present.has(logicalId)) return;
    throw new DanglingReferenceError(
      path,
      `the resource ${logicalId} does not exist: its condition ${String(this.#raw(logicalId).Condition)} is false.`,
    );
  }

  #ref(name: string, path: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, path);
    if (this.#parameters.has(name)) return this.#parameters.valueOf(name, path);
    this.#assertPresent(name, path);
    const nested = this.#nestedStack(name);
    if (nested) return nested.#pseudoParameter('AWS::StackId', path);
    return this.#once(name, () => {
      const identity = this.#identity(name);
      const type = this.#type(name);
      return type ? type.ref(identity) : `${identity.stackName}-${name}-${identity.id(12)}`;
    });
  }

  /** Names may refer to names: computes each of them once. */
  #once(name: string, compute: () => unknown): unknown {
    if (!this.#names.has(name)) this.#names.set(name, compute());
    return this.#names.get(name);
  }

  #attribute(logicalId: string, attribute: string, path: string): unknown {
    const { Type } = this.#raw(logicalId);
    this.#assertPresent(logicalId, path);
    const nested = this.#nestedStack(logicalId);
    if (nested) return this.#nestedOutput(nested, attribute, path);
    const valueOf = own(this.#type(logicalId)?.attributes, attribute);
    if (valueOf) return this.#once(`${logicalId}.${attribute}`, () => valueOf(this.#identity(logicalId)));
    if (own(this.#options.resourceTypes, Type))
      throw new DanglingReferenceError(path, `${logicalId} (${Type}) has no attribute ${attribute}.`);
    const { unknowns } = this.#context;
    const name = `${this.nameOf(logicalId)}.${attribute}`;
    const reason = `the value of ${name} (${Type}) exists in AWS only. Set it with`;
    return own(this.#options.attributes, name) ?? unknowns.mark({ name, reason });
  }

  #type(logicalId: string): ResourceType | undefined {
    const { Type } = this.#raw(logicalId);
    return own(this.#options.resourceTypes, Type) ?? own(RETURN_VALUES, Type);
  }

  #pseudoParameter(name: string, path: string): unknown {
    const { stackName, region, accountId } = this.#options;
    const values: Readonly<Record<string, unknown>> = {
      'AWS::AccountId': accountId,
      'AWS::NoValue': NO_VALUE,
      'AWS::NotificationARNs': [],
      'AWS::Partition': 'aws',
      'AWS::Region': region,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${derivedUuid(stackName)}`,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    if (Object.hasOwn(values, name)) return values[name];
    throw new DanglingReferenceError(path, `there is no pseudo parameter ${name}.`);
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

  #mapping(map: string, topKey: string, secondKey: string, path: string, fallback?: () => unknown): unknown {
    const value = own(own(own(this.#options.template.Mappings, map), topKey), secondKey);
    if (value !== undefined) return value;
    if (fallback) return fallback();
    throw new DanglingReferenceError(path, `the mapping ${map} has no ${topKey}.${secondKey}.`);
  }

  /** Does not check rules about values that exist in AWS only. */
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
        throw new RuleViolationError(place, AssertDescription ?? 'the assertion failed.');
      }
    }
  }
}

/** Returns an own entry of an object, never an inherited one. */
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

/** Returns a UUID that depends only on the seed. */
export function derivedUuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
