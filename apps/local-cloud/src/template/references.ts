import { CircularDependencyError, DanglingReferenceError } from '../errors';
import type { Template } from './template';

/** One place in a template that points at a name. */
export interface Reference {
  readonly kind: 'name' | 'condition' | 'mapping';
  /** Logical id of a resource, name of a parameter, condition or mapping. */
  readonly target: string;
  /** Attribute of the resource, when it is an attribute that is asked for. */
  readonly attribute?: string;
  /** Where the reference stands, e.g. `Resources.Site.Properties.Origins[0].Id`. */
  readonly path: string;
}

const SUB_VARIABLE = /\$\{(!?)([^}]+)\}/g;

/** The variables of an `Fn::Sub` string, without the literal `${!…}` ones. */
export function subVariables(text: string): string[] {
  return [...text.matchAll(SUB_VARIABLE)].flatMap(([, literal, name]) =>
    literal || name === undefined ? [] : [name.trim()],
  );
}

/** Replaces the variables of an `Fn::Sub` string; `${!x}` stays as `${x}`. */
export function substitute(text: string, valueOf: (variable: string) => string): string {
  return text.replace(SUB_VARIABLE, (_, literal: string, name: string) =>
    literal ? `\${${name}}` : valueOf(name.trim()),
  );
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

/** Every reference below a value of a template, in reading order. */
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
  } else {
    for (const [name, item] of entries) yield* referencesIn(item, `${path}.${name}`);
  }
}

function assertTargetExists(template: Template, reference: Reference): void {
  const { target, path, kind } = reference;
  if (kind === 'condition') {
    if (!(target in template.Conditions)) {
      throw new DanglingReferenceError(path, `there is no condition ${target} in the template.`);
    }
  } else if (kind === 'mapping') {
    if (!(target in template.Mappings)) {
      throw new DanglingReferenceError(path, `there is no mapping ${target} in the template.`);
    }
  } else if (
    !(target in template.Resources) &&
    !(reference.attribute === undefined && (target in template.Parameters || target.startsWith('AWS::')))
  ) {
    const wanted = reference.attribute === undefined ? 'resource or parameter' : 'resource';
    throw new DanglingReferenceError(path, `there is no ${wanted} ${target} in the template.`);
  }
}

/** Logical ids such that each stands behind all it refers to. */
function inDependencyOrder(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    const start = trail.indexOf(id);
    if (start >= 0) throw new CircularDependencyError([...trail.slice(start), id]);
    if (done.has(id)) return;
    for (const next of graph.get(id) ?? []) visit(next, [...trail, id]);
    done.add(id);
  };
  for (const id of graph.keys()) visit(id, []);
  return [...done];
}

/**
 * Checks what CloudFormation checks before it starts: every name exists, and no resources wait for each other.
 *
 * @returns logical ids in the order in which CloudFormation could create the resources
 * @throws DanglingReferenceError CircularDependencyError
 */
export function checkReferences(template: Template): string[] {
  const graph = new Map<string, string[]>();
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const path = `Resources.${logicalId}`;
    const references = [...referencesIn(resource.Properties, `${path}.Properties`)];
    for (const target of [resource.DependsOn ?? []].flat()) {
      if (!(target in template.Resources)) {
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
        .filter(({ kind, target }) => kind === 'name' && target in template.Resources)
        .map(({ target }) => target),
    );
  }
  for (const reference of referencesIn(template.Outputs, 'Outputs')) assertTargetExists(template, reference);
  return inDependencyOrder(graph);
}
