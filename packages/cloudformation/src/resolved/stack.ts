import type { z } from 'zod';
import { DuplicateExportError, UnsupportedPropertyError } from '../errors';
import { coverageOf } from './coverage';
import { readProperties } from './reading';
import { inDependencyOrder } from './references';
import {
  type Export,
  type Import,
  type Resource,
  ResolvedTemplate,
  type StackOptions,
} from './resolved-template';
import { UnknownValues } from './unknown-values';

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]));
}

/** A parameter whose value is the output of another stack. */
export interface MatchedParameter {
  /** `Stack.Parameter` */
  readonly parameter: string;
  /** `Stack.Output` */
  readonly output: string;
  readonly value: string;
}

/** Outputs that are values of parameters, by stack and parameter. */
type OutputSources = ReadonlyMap<
  string,
  ReadonlyMap<string, { readonly stackName: string; readonly output: string }>
>;

/**
 * Finds the outputs that are values of parameters: those that a given value names (`Stack.Outputs.Name`), and for a
 * parameter without value and default the only output of the same name in another stack.
 */
function outputSources(stacks: readonly StackOptions[]): OutputSources {
  const sourceOf = ({ stackName }: StackOptions, parameter: string, given: string | undefined) => {
    const others = stacks.filter((other) => other.stackName !== stackName);
    const named = others.find(
      (other) =>
        given?.startsWith(`${other.stackName}.Outputs.`) &&
        Object.hasOwn(other.template.Outputs, given.slice(`${other.stackName}.Outputs.`.length)),
    );
    if (given !== undefined)
      return (
        named && { stackName: named.stackName, output: given.slice(`${named.stackName}.Outputs.`.length) }
      );
    const [source, another] = others.filter((other) => Object.hasOwn(other.template.Outputs, parameter));
    return source && !another ? { stackName: source.stackName, output: parameter } : undefined;
  };
  return new Map(
    stacks.map((options) => [
      options.stackName,
      new Map(
        Object.entries(options.template.Parameters).flatMap(([name, { Default }]) => {
          const given = options.parameters?.[name];
          const source =
            given === undefined && Default !== undefined ? undefined : sourceOf(options, name, given);
          return source ? [[name, source] as const] : [];
        }),
      ),
    ]),
  );
}

/**
 * All stacks that run together. Services read their resources from it.
 *
 * Stacks can import each other's exports. With several stacks, the id of a resource is `Stack.LogicalId`, because
 * logical ids are unique only within a template. That of a resource of a nested stack is `Nested/LogicalId`.
 */
export class Stack {
  readonly #resources: Map<string, Resource>;
  readonly #options: StackOptions;
  readonly #templates: readonly ResolvedTemplate[];
  readonly #dependencyOrder: readonly string[];
  readonly #isAlone: boolean;
  readonly #exports = new Map<string, Export & { readonly stackName: string }>();
  readonly #read = new Set<string>();
  readonly #unknowns = new UnknownValues();
  readonly #sources: OutputSources;
  readonly #matched: MatchedParameter[] = [];
  readonly #unknownExports = new Set<string>();

  /**
   * @param stacks one or several; region, account and resource types are the same for all
   * @throws DanglingReferenceError CircularDependencyError DuplicateExportError UnknownIntrinsicError ParameterError
   */
  constructor(...stacks: readonly [StackOptions, ...(readonly StackOptions[])]) {
    const [first] = stacks;
    this.#options = first;
    this.#isAlone = stacks.length === 1;
    this.#sources = outputSources(stacks);
    const templates = new Map<string, ResolvedTemplate>();
    for (const stackName of inDependencyOrder(this.#parameterGraph(stacks), 'stacks')) {
      const options = stacks.find((one) => one.stackName === stackName);
      if (!options) continue;
      const template = this.#resolve({ ...options, parameters: this.#parameters(options, templates) });
      templates.set(stackName, template);
      this.#collectExports(template);
    }
    this.#templates = stacks.flatMap(({ stackName }) => templates.get(stackName) ?? []);
    // The parameters of nested stacks may be exports of any stack.
    for (const root of this.#templates)
      for (const nested of root.all().slice(1)) this.#collectExports(nested, root.stackName);
    const order = this.#stackOrder();
    this.#dependencyOrder = order.flatMap((template) => template.dependencyOrder);
    this.#resources = new Map(
      this.#templates.flatMap((root, index) =>
        root.all().flatMap((template) =>
          template.logicalIds.map((id): [string, Resource] => {
            const resource = this.#resource(template, stacks[index] ?? first, id);
            return [resource.logicalId, resource];
          }),
        ),
      ),
    );
  }

  #resolve(options: StackOptions): ResolvedTemplate {
    return new ResolvedTemplate(options, this.#isAlone ? '' : `${options.stackName}.`, {
      importValue: (name) => this.#imported(name),
      unknowns: this.#unknowns,
    });
  }

  /** The stacks from whose outputs each stack takes parameters. */
  #parameterGraph(stacks: readonly StackOptions[]): Map<string, string[]> {
    return new Map(
      stacks.map(({ stackName }) => [
        stackName,
        [...(this.#sources.get(stackName) ?? [])].map(([, source]) => source.stackName),
      ]),
    );
  }

  /** Returns the given values, with the outputs of the stacks that are resolved. */
  #parameters(
    { stackName, parameters = {} }: StackOptions,
    resolved: ReadonlyMap<string, ResolvedTemplate>,
  ): Record<string, string> {
    const values = { ...parameters };
    for (const [name, source] of this.#sources.get(stackName) ?? []) {
      const output = resolved.get(source.stackName)?.outputs().get(source.output);
      if (output === undefined) continue;
      values[name] = String(output);
      this.#matched.push({
        parameter: `${stackName}.${name}`,
        output: `${source.stackName}.${source.output}`,
        value: values[name],
      });
    }
    return values;
  }

  /** Resources whose condition is true, by logical id, in template order. */
  get resources(): ReadonlyMap<string, Resource> {
    return this.#resources;
  }

  /** Leaves a resource out of what services read from now on; names of others that refer to it stay. */
  leaveOut(logicalId: string): void {
    this.#resources.delete(logicalId);
  }

  /** Parameters whose values are outputs of other stacks. */
  get matchedParameters(): readonly MatchedParameter[] {
    return this.#matched;
  }

  /** Names of exports that are imported, but that no stack has. */
  get unknownExports(): ReadonlySet<string> {
    return this.#unknownExports;
  }

  /** Names of the stacks, separated by commas. */
  get stackName(): string {
    return this.stackNames.join(', ');
  }

  get stackNames(): readonly string[] {
    return this.#templates.map(({ stackName }) => stackName);
  }

  get accountId(): string {
    return this.#options.accountId;
  }

  get region(): string {
    return this.#options.region;
  }

  /** Returns all resources of a type, in template order. */
  ofType(type: string): Resource[] {
    return [...this.resources.values()].filter((resource) => resource.type === type);
  }

  /** Returns all resources of a type, each after its dependencies. */
  inDependencyOrder(type: string): Resource[] {
    return this.#dependencyOrder.flatMap((logicalId) => {
      const resource = this.resources.get(logicalId);
      return resource?.type === type ? [resource] : [];
    });
  }

  /** Returns the resource of a type with a `Ref` value. */
  byRef(type: string, ref: unknown): Resource | undefined {
    return this.ofType(type).find((resource) => resource.ref === ref);
  }

  /** Returns true when a service has read the resource. */
  isRead(logicalId: string): boolean {
    return this.#read.has(logicalId);
  }

  /** Returns the number of resources, by type, that no service has read. */
  unread(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { logicalId, type } of this.resources.values()) {
      if (!this.#read.has(logicalId)) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return counts;
  }

  /** Returns the resolved and localized outputs by name; `Stack.Name` with several stacks. */
  outputs(): Record<string, string> {
    return Object.fromEntries(
      this.#templates.flatMap((template) =>
        [...template.outputs()].map(([name, value]) => [
          template.nameOf(name),
          this.#unknowns.shown(String(this.#localize(value))),
        ]),
      ),
    );
  }

  #localize(value: unknown): unknown {
    return this.#options.localize ? mapStrings(value, this.#options.localize) : value;
  }

  #resource(template: ResolvedTemplate, options: StackOptions, id: string): Resource {
    const logicalId = template.nameOf(id);
    const type = template.typeOf(id);
    let properties: Record<string, unknown> | undefined;
    let ref: string | undefined;
    const resource: Resource = {
      logicalId,
      type,
      templateFile: template.file,
      get ref() {
        return (ref ??= template.refOf(id));
      },
      get properties() {
        return (properties ??= resolve());
      },
      attribute: (name) => template.attributeOf(id, name),
      get namingProperties() {
        return template.namingProperties(id);
      },
      read: (schema) => {
        this.#read.add(logicalId);
        options.onRead?.({ resource, schema });
        this.#refuseUnknowns(resource, schema);
        return readProperties(
          resource,
          resource.properties,
          schema,
          (unknown) => options.passesOver?.(resource, unknown) ?? false,
        );
      },
    };
    const resolve = (): Record<string, unknown> =>
      this.#localize(template.propertiesOf(id)) as Record<string, unknown>;
    return resource;
  }

  /** @throws UnsupportedPropertyError for an interpreted property that contains a value that only AWS knows */
  #refuseUnknowns(resource: Resource, schema: z.ZodType): void {
    const { logicalId, type, properties } = resource;
    if (this.#unknowns.in(properties).length === 0) return;
    const faults = coverageOf(schema, properties).flatMap(({ property, treatment, value }) =>
      (treatment === 'interpreted' ? this.#unknowns.in(value) : []).map(({ name, reason }) => {
        const flag = `--attribute ${name}=sample-${name.toLowerCase()}`;
        return { property, detail: `${reason} ${flag}`, flag };
      }),
    );
    if (faults.length > 0) throw new UnsupportedPropertyError(logicalId, type, faults);
  }

  /** @param stackName the stack, or the one around a nested stack */
  #collectExports(template: ResolvedTemplate, stackName = template.stackName): void {
    for (const found of template.exports()) {
      const other = this.#exports.get(found.name);
      if (other) throw new DuplicateExportError(found.name, [other.stackName, stackName]);
      this.#exports.set(found.name, { ...found, stackName });
    }
  }

  #imported(name: string): unknown {
    const found = this.#exports.get(name);
    if (found) return found.value();
    const { attributes = {} } = this.#options;
    if (Object.hasOwn(attributes, name)) return attributes[name];
    const known = [...this.#exports.keys()].join(', ') || 'none';
    const reason = `no stack has the export ${name}; exports: ${known}. Run the stack with that export too, or set its value with`;
    return this.#unknowns.mark({ name, reason });
  }

  /** Returns the stack that has an export; none when it is not one of these. */
  #exporterOf({ name }: Import): string[] {
    const found = this.#exports.get(name);
    if (!found) this.#unknownExports.add(name);
    return found ? [found.stackName] : [];
  }

  /** Returns the stacks, each after those from which it imports. */
  #stackOrder(): ResolvedTemplate[] {
    const graph = new Map(
      this.#templates.map((template) => [
        template.stackName,
        [
          ...template.imports().flatMap((one) => this.#exporterOf(one)),
          // A nested stack may import from another one of the same stack.
          ...template
            .all()
            .slice(1)
            .flatMap((nested) => nested.imports())
            .flatMap((one) => this.#exporterOf(one))
            .filter((stackName) => stackName !== template.stackName),
          ...[...(this.#sources.get(template.stackName)?.values() ?? [])].map(({ stackName }) => stackName),
        ],
      ]),
    );
    const byName = new Map(this.#templates.map((template) => [template.stackName, template]));
    return inDependencyOrder(graph, 'stacks').flatMap((name) => byName.get(name) ?? []);
  }
}
