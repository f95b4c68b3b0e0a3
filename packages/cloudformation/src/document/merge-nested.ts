import type { TemplateTree } from '../assembly';
import { subVariables } from '../sub';
import { TemplateDocument } from './template-document';
import { isRecord, type Value } from './value';

type Json = Record<string, unknown>;

/** One template of the tree. */
interface Scope {
  readonly document: TemplateDocument;
  /** Prefix of its names in the merged template, such as `Api/`. */
  readonly prefix: string;
  /** Values of its parameters in the merged template. */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly nested: ReadonlyMap<string, Scope>;
}

/**
 * Merges a template with the templates of its nested stacks, for checks of all resources together. A resource of a
 * nested stack is named `Nested/LogicalId`. References to parameters and outputs of nested stacks become the values.
 *
 * A nested stack whose template is not on this machine stays in the result, as a resource `AWS::CloudFormation::Stack`.
 */
export function mergeNested({
  template,
  nested,
}: Pick<TemplateTree, 'template'> & Partial<Pick<TemplateTree, 'nested'>>): TemplateDocument {
  if (!nested?.size) return template;
  const merged: Record<string, Json> = {};
  const root = scopeOf({ template, nested }, '', new Map());
  addSections(merged, root, {}, []);
  const transforms = [...new Set(transformsOf(root))];
  return new TemplateDocument({ ...merged, ...(transforms.length > 0 && { Transform: transforms }) });
}

function scopeOf(
  { template, nested }: Pick<TemplateTree, 'template' | 'nested'>,
  prefix: string,
  parameters: Scope['parameters'],
): Scope {
  const scopes = new Map<string, Scope>();
  const scope: Scope = { document: template, prefix, parameters, nested: scopes };
  const visit = (id: string, trail: readonly string[]): void => {
    const [tree, resource] = [nested.get(id), template.resource(id)];
    if (!tree || !resource || scopes.has(id) || trail.includes(id)) return;
    // Its parameters may be outputs of others.
    for (const other of resource.properties.mentions) visit(other, [id, ...trail]);
    const given = resource.properties.get('Parameters');
    scopes.set(id, scopeOf(tree, `${prefix}${id}/`, parametersOf(tree.template, given, scope)));
  };
  for (const id of nested.keys()) visit(id, []);
  return scope;
}

/** Values of the parameters of a nested stack. The value of a parameter in Systems Manager is not known. */
function parametersOf(document: TemplateDocument, given: Value, outer: Scope): Map<string, unknown> {
  return new Map(
    document.section('Parameters').entries.flatMap(([name, declaration]) => {
      const value = given.get(name);
      const type = declaration.get('Type').text;
      const raw = value.isPresent ? rewrite(value.raw, outer) : declaration.get('Default').raw;
      if (raw === undefined || type.startsWith('AWS::SSM::Parameter::Value<')) return [];
      return [[name, /^(CommaDelimitedList|List<)/.test(type) ? listOf(raw) : raw] as const];
    }),
  );
}

function listOf(value: unknown): unknown {
  if (!isRecord(value)) return Array.isArray(value) ? value : String(value).split(',');
  const [separator, items] = Array.isArray(value['Fn::Join']) ? (value['Fn::Join'] as unknown[]) : [];
  return separator === ',' ? items : { 'Fn::Split': [',', value] };
}

/**
 * @param inherited attributes of the nested stack that all its resources have
 * @param after resources that exist before the nested stack is created
 */
function addSections(
  merged: Record<string, Json>,
  scope: Scope,
  inherited: Json,
  after: readonly string[],
): void {
  const { document, prefix } = scope;
  const sections = Object.entries(isRecord(document.json) ? document.json : {});
  for (const [section, entries] of sections) {
    if (section === 'Transform' || section === 'Resources') continue;
    if (!isRecord(entries)) {
      if (!prefix) (merged as Json)[section] = entries;
      continue;
    }
    const target = (merged[section] ??= {});
    for (const [name, entry] of Object.entries(entries)) {
      if (section === 'Parameters' && scope.parameters.has(name)) continue;
      target[prefix + name] = section === 'Parameters' ? entry : rewrite(entry, scope);
    }
  }
  const resources = (merged['Resources'] ??= {});
  for (const { id, entry } of document.resources) {
    // A loop (`Fn::ForEach`) is a list.
    if (!isRecord(entry.raw)) {
      resources[prefix + id] = rewrite(entry.raw, scope);
      continue;
    }
    const attributes = Object.entries(entry.raw).filter(([name]) => name !== 'DependsOn');
    const dependencies = [...new Set([...dependenciesOf(entry, scope), ...after])];
    const rewritten = { ...inherited, ...(rewrite(Object.fromEntries(attributes), scope) as Json) };
    const nested = scope.nested.get(id);
    if (!nested) {
      resources[prefix + id] = { ...rewritten, ...(dependencies.length > 0 && { DependsOn: dependencies }) };
      continue;
    }
    const kept = ['Condition', 'DeletionPolicy', 'UpdateReplacePolicy'].flatMap((name) =>
      name in rewritten ? [[name, rewritten[name]] as const] : [],
    );
    const mentioned = [...entry.get('Properties').mentions].filter((other) => document.resource(other));
    const before = mentioned.flatMap((other) => resourcesOf(other, scope));
    addSections(merged, nested, Object.fromEntries(kept), [...dependencies, ...before]);
  }
}

/** Names in `DependsOn`, and all resources of nested stacks whose outputs the resource uses. */
function dependenciesOf(entry: Value, scope: Scope): string[] {
  const explicit = entry.get('DependsOn').items.map(({ text }) => text);
  const outputs = [...entry.get('Properties').mentions].filter((id) => scope.nested.has(id));
  return [...explicit, ...outputs].flatMap((id) => resourcesOf(id, scope));
}

/** Names of a resource in the merged template: those of all its resources for a nested stack. */
function resourcesOf(id: string, scope: Scope): string[] {
  const nested = scope.nested.get(id);
  return nested
    ? nested.document.resources.flatMap((resource) => resourcesOf(resource.id, nested))
    : [scope.prefix + id];
}

function transformsOf({ document, nested }: Scope): unknown[] {
  const { raw } = document.section('Transform');
  return [...(raw === undefined ? [] : [raw].flat()), ...[...nested.values()].flatMap(transformsOf)];
}

/** Returns a value of a template as it is in the merged template. */
function rewrite(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, scope));
  if (!isRecord(value)) return value;
  const [[name, argument] = [], another] = Object.entries(value);
  if (another === undefined) {
    if (name === 'Ref') return refer(String(argument), scope);
    if (name === 'Fn::GetAtt') return refer([argument].flat().map(textOf).join('.'), scope);
    if (name === 'Fn::Sub') return rewriteSub(argument, scope);
    if ((name === 'Fn::If' || name === 'Fn::FindInMap') && Array.isArray(argument)) {
      const [first, ...rest] = argument as unknown[];
      const own = typeof first === 'string' ? scope.prefix + first : rewrite(first, scope);
      return { [name]: [own, ...rest.map((item) => rewrite(item, scope))] };
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      // The condition of a resource, output or condition; that of a policy is an object.
      key === 'Condition' && typeof item === 'string' ? scope.prefix + item : rewrite(item, scope),
    ]),
  );
}

function textOf(part: unknown): string {
  return typeof part === 'string' ? part : JSON.stringify(part);
}

/** @param name `Resource`, `Parameter` or `Resource.Attribute` */
function refer(name: string, scope: Scope): unknown {
  if (name.startsWith('AWS::')) return { Ref: name };
  if (scope.parameters.has(name)) return scope.parameters.get(name);
  const [id = '', ...attribute] = name.split('.');
  const nested = scope.nested.get(id);
  if (nested) {
    const [, output = ''] = attribute;
    const value = nested.document.section('Outputs').get(output, 'Value');
    if (value.isPresent) return rewrite(value.raw, nested);
    // The id of the stack.
    if (attribute.length === 0)
      return {
        'Fn::Sub': `arn:\${AWS::Partition}:cloudformation:\${AWS::Region}:\${AWS::AccountId}:stack/${nested.prefix}`,
      };
    return { Ref: scope.prefix + name };
  }
  return attribute.length === 0
    ? { Ref: scope.prefix + id }
    : { 'Fn::GetAtt': [scope.prefix + id, attribute.join('.')] };
}

function rewriteSub(argument: unknown, scope: Scope): unknown {
  const [template, given] = [argument].flat() as unknown[];
  const variables = isRecord(given) ? (rewrite(given, scope) as Json) : {};
  for (const name of subVariables(String(template))) {
    if (!name.startsWith('AWS::') && !Object.hasOwn(variables, name)) variables[name] = refer(name, scope);
  }
  return { 'Fn::Sub': [template, variables] };
}
