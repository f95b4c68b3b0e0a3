import { CircularDependencyError, DanglingReferenceError, UnknownIntrinsicError } from '../errors';
import { isKnownIntrinsic } from './intrinsics';
import { subVariables } from '../sub';
import type { Template } from './template';

export interface Reference {
  readonly kind: 'name' | 'condition' | 'mapping';
  /** Logical id of a resource, name of a parameter, condition or mapping. */
  readonly target: string;
  /** Attribute of the resource, for `Fn::GetAtt`. */
  readonly attribute?: string;
  /** Place of the reference, e.g. `Resources.Site.Properties.Origins[0].Id`. */
  readonly path: string;
}

function nameReference(variable: string, path: string): Reference {
  const [target = '', ...attribute] = variable.split('.');
  return attribute.length > 0
    ? { kind: 'name', target, attribute: attribute.join('.'), path }
    : { kind: 'name', target, path };
}

function* referencesOfSub(argument: unknown, path: string): Generator<Reference> {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = new Set(Object.keys((variables as object | undefined) ?? {}));
  for (const variable of subVariables(String(text))) {
    if (!own.has(variable)) yield nameReference(variable, path);
  }
  yield* referencesIn(variables, path);
}

/** Yields all references of a value, in order. */
export function* referencesIn(value: unknown, path: string): Generator<Reference> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* referencesIn(item, `${path}[${index}]`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  const [key, argument] = entries.length === 1 ? (entries[0] as [string, unknown]) : [undefined, undefined];
  if (key === 'Ref' && typeof argument === 'string') {
    yield { kind: 'name', target: argument, path };
  } else if (key === 'Fn::GetAtt') {
    const [target, ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
    yield { kind: 'name', target: String(target), attribute: attribute.join('.'), path };
    yield* referencesIn(attribute, path);
  } else if (key === 'Fn::Sub') {
    yield* referencesOfSub(argument, path);
  } else if (key === 'Fn::If' && Array.isArray(argument)) {
    yield { kind: 'condition', target: String(argument[0]), path };
    yield* referencesIn(argument.slice(1), path);
  } else if (key === 'Fn::FindInMap' && Array.isArray(argument)) {
    if (typeof argument[0] === 'string') yield { kind: 'mapping', target: argument[0], path };
    yield* referencesIn(argument, path);
  } else if (key === 'Condition' && typeof argument === 'string') {
    yield { kind: 'condition', target: argument, path };
  } else if (key?.startsWith('Fn::')) {
    if (!isKnownIntrinsic(key)) throw new UnknownIntrinsicError(key, path);
    yield* referencesIn(argument, path);
  } else {
    for (const [name, item] of entries) yield* referencesIn(item, `${path}.${name}`);
  }
}

const PSEUDO_PARAMETER =
  /^AWS::(AccountId|NoValue|NotificationARNs|Partition|Region|StackId|StackName|URLSuffix)$/;

function assertTargetExists(template: Template, reference: Reference): void {
  const { target, path, kind, attribute } = reference;
  const { Conditions, Mappings, Parameters, Resources } = template;
  const isParameter = Object.hasOwn(Parameters, target) || PSEUDO_PARAMETER.test(target);
  if (kind === 'condition' && Object.hasOwn(Conditions, target)) return;
  if (kind === 'mapping' && Object.hasOwn(Mappings, target)) return;
  if (kind === 'name' && (Object.hasOwn(Resources, target) || (attribute === undefined && isParameter)))
    return;
  const wanted = kind !== 'name' ? kind : attribute === undefined ? 'resource or parameter' : 'resource';
  throw new DanglingReferenceError(path, `there is no ${wanted} ${target} in the template.`);
}

/**
 * Sorts names: each comes after those to which it refers.
 *
 * @param between for the message about a cycle
 * @throws CircularDependencyError
 */
export function inDependencyOrder(
  graph: ReadonlyMap<string, readonly string[]>,
  between: 'resources' | 'conditions' | 'stacks',
): string[] {
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    if (done.has(id)) return;
    const start = trail.indexOf(id);
    if (start >= 0) throw new CircularDependencyError([...trail.slice(start), id], between);
    for (const next of graph.get(id) ?? []) visit(next, [...trail, id]);
    done.add(id);
  };
  for (const id of graph.keys()) visit(id, []);
  return [...done];
}

/**
 * Runs the checks of CloudFormation before a deployment: every name and function exists, and there is no circular
 * dependency of resources or conditions.
 *
 * @param place prefix of every path, to distinguish templates
 * @returns logical ids in the order in which CloudFormation could create the resources
 * @throws DanglingReferenceError CircularDependencyError UnknownIntrinsicError
 */
export function checkReferences(template: Template, place = ''): string[] {
  checkConditions(template, place);
  const graph = new Map<string, string[]>();
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const path = `${place}Resources.${logicalId}`;
    const references = [...referencesIn(resource.Properties, `${path}.Properties`)];
    for (const target of [resource.DependsOn ?? []].flat()) {
      if (!Object.hasOwn(template.Resources, target)) {
        throw new DanglingReferenceError(
          `${path}.DependsOn`,
          `there is no resource ${target} in the template.`,
        );
      }
      references.push({ kind: 'name', target, path });
    }
    if (resource.Condition !== undefined) {
      references.push({ kind: 'condition', target: resource.Condition, path: `${path}.Condition` });
    }
    for (const reference of references) assertTargetExists(template, reference);
    graph.set(
      logicalId,
      references
        .filter(({ kind, target }) => kind === 'name' && Object.hasOwn(template.Resources, target))
        .map(({ target }) => target),
    );
  }
  for (const [name, { Condition, Value, Export }] of Object.entries(template.Outputs)) {
    const path = `${place}Outputs.${name}`;
    const own: Reference[] =
      Condition === undefined ? [] : [{ kind: 'condition', target: Condition, path: `${path}.Condition` }];
    const all = [
      ...own,
      ...referencesIn(Value, `${path}.Value`),
      ...referencesIn(Export?.Name, `${path}.Export.Name`),
    ];
    for (const reference of all) assertTargetExists(template, reference);
  }
  for (const reference of referencesIn(template.Rules, `${place}Rules`))
    assertTargetExists(template, reference);
  return inDependencyOrder(graph, 'resources');
}

function checkConditions(template: Template, place: string): void {
  const graph = new Map<string, string[]>();
  for (const [name, condition] of Object.entries(template.Conditions)) {
    const references = [...referencesIn(condition, `${place}Conditions.${name}`)];
    for (const reference of references) {
      assertTargetExists(template, reference);
      if (reference.kind !== 'name' || !Object.hasOwn(template.Resources, reference.target)) continue;
      throw new DanglingReferenceError(
        reference.path,
        `a condition cannot refer to the resource ${reference.target}.`,
      );
    }
    graph.set(
      name,
      references.flatMap(({ kind, target }) => (kind === 'condition' ? [target] : [])),
    );
  }
  inDependencyOrder(graph, 'conditions');
}
