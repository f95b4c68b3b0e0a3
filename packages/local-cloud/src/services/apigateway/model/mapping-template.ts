import { parse } from 'velocityjs';
import { invalidProperty, type Resource, unsupportedProperty } from '@spa-on-aws/cloudformation';
import { isContextPath } from './variables';

/** A parsed template in the Velocity Template Language (rows AG-MT-01 to AG-MT-05). */
export type MappingTemplate = ReturnType<typeof parse>;

/** Iterations of all loops of one rendering. */
export const MAX_ITERATIONS = 1_000;
/** Variable that counts iterations; no template can name it. */
export const LOOP_VARIABLE = '#loop';

const UTIL = ['escapeJavaScript', 'parseJson', 'urlEncode', 'urlDecode', 'base64Encode', 'base64Decode'];
const INPUT = ['body', 'json', 'path', 'params'];
export const METHODS = ['get', 'keySet', 'entrySet', 'size', 'isEmpty', 'containsKey', 'put', 'add'] as const;

interface Node {
  readonly type: string;
  readonly id?: unknown;
  readonly path?: readonly Node[];
  readonly args?: readonly Node[] | false;
  readonly value?: unknown;
  readonly equal?: readonly [Node, Node];
  readonly to?: string;
  readonly isEval?: boolean;
  readonly isRange?: boolean;
}

/**
 * Parses a mapping template.
 *
 * @param hasBody `$input` has a body; without one, `body`, `json` and `path` are refused
 * @throws InvalidPropertyError for a syntax error
 * @throws UnsupportedPropertyError for a directive, variable, method or JSONPath that is not supported
 */
export function readMappingTemplate(
  resource: Resource,
  property: string,
  text: string,
  hasBody: boolean,
): MappingTemplate {
  const { template, nodes } = parsed(resource, property, text);
  const refuse = (what: string): never =>
    unsupportedProperty(resource, property, `this template uses ${what}, which is not supported.`);
  const known = new Set(['foreach', 'velocityCount']);
  for (const { type, equal, to } of nodes) {
    if (type === 'set' && !equal?.[0].path) known.add(String(equal?.[0].id));
    if (type === 'foreach' && to !== undefined) known.add(to);
  }
  for (const node of nodes) {
    const unsupported =
      directiveIn(node) ?? (node.type === 'references' ? referenceIn(node, known, hasBody) : undefined);
    if (unsupported !== undefined) refuse(unsupported);
  }
  countIterations(template);
  return template;
}

function parsed(
  resource: Resource,
  property: string,
  text: string,
): { template: MappingTemplate; nodes: readonly Node[] } {
  try {
    // The parser accepts blocks without an end, and then reads what follows twice.
    const marked = parse(`${text}\n$last`);
    const marks = [...nodesIn(marked)].filter(({ id }) => id === 'last');
    if (marks.length !== 1 || marked.at(-1) !== marks[0])
      throw new SyntaxError('a block has no #end, or an #end has no block.');
    const template = parse(text);
    return { template, nodes: [...nodesIn(template)] };
  } catch (error) {
    const [where = '', line = ''] = (error as Error).message.split('\n');
    return invalidProperty(resource, property, `${where} ${line}`.trim());
  }
}

/** Finds the nodes of a syntax tree, also of those in double-quoted strings, which are templates. */
function* nodesIn(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  const node = value as Node;
  if (typeof node.type === 'string') yield node;
  if (node.type === 'string' && node.isEval && /[$#]/.test(String(node.value))) {
    for (const inner of nodesIn(parse(String(node.value))))
      yield inner.type === 'foreach' ? { type: 'foreach', value: 'quoted' } : inner;
  }
  for (const child of Object.values(node)) yield* nodesIn(child);
}

function directiveIn({ type, id, value, isRange, equal }: Node): string | undefined {
  if (['macro', 'define', 'macro_body', 'noescape'].includes(type)) return `#${type}`;
  if (type === 'macro_call' && id !== 'stop') return `#${String(id)}`;
  if (type === 'foreach' && value === 'quoted') return '#foreach in a string';
  if (type === 'set' && ['input', 'util', 'stageVariables'].includes(String(equal?.[0].id)))
    return `#set of $${String(equal?.[0].id)}`;
  if (!isRange) return undefined;
  const [from, to] = (value as readonly unknown[]).map(Number);
  return Math.abs(Number(to) - Number(from)) < MAX_ITERATIONS
    ? undefined
    : `a range that is not of two numbers with at most ${MAX_ITERATIONS} values`;
}

/** Returns the part of a reference that is not supported. */
function referenceIn(
  { id, path = [], args }: Node,
  known: ReadonlySet<string>,
  hasBody: boolean,
): string | undefined {
  const root = String(id);
  const [first] = path;
  const name = `$${root}${first ? `.${String(first.id)}` : ''}`;
  if (args !== undefined) return `$${root}() as a method`;
  if (root === 'input' || root === 'util') {
    const members = root === 'util' ? UTIL : INPUT;
    if (!first || !members.includes(String(first.id))) return name;
    if ((first.type === 'method') === (first.id === 'body')) return name;
    if (!hasBody && root === 'input' && first.id !== 'params') return `${name} without a body`;
    const [argument] = first.args || [];
    const jsonPath = argument?.type === 'string' ? String(argument.value) : undefined;
    const isDynamic = argument?.isEval === true && /\$[\w{!]/.test(jsonPath ?? '');
    if (
      ['json', 'path'].includes(String(first.id)) &&
      jsonPath !== undefined &&
      !isDynamic &&
      !readJsonPath(jsonPath)
    )
      return `the JSONPath ${jsonPath}`;
    return methodIn(path.slice(1));
  }
  if (root === 'context') {
    const end = path.findIndex(({ type }) => type === 'method');
    const names = (end < 0 ? path : path.slice(0, end)).map(propertyName);
    const whole = names.join('.');
    const isOverride = /^responseOverride\.(?:status|header\.[\w-]+)$/.test(whole);
    return isOverride || isContextPath(whole) ? methodIn(path) : `$context.${whole}`;
  }
  if (root !== 'stageVariables' && !known.has(root)) return `the variable $${root}`;
  return methodIn(path);
}

function propertyName({ id }: Node): string {
  return typeof id === 'object' ? String((id as Node).value) : String(id);
}

function methodIn(path: readonly Node[]): string | undefined {
  const method = path.find(({ type, id }) => type === 'method' && !METHODS.some((name) => name === id));
  return method && `the method ${String(method.id)}()`;
}

/** Adds a call to each loop that counts its iterations. */
function countIterations(asts: readonly unknown[]): void {
  for (const block of asts) {
    if (!Array.isArray(block)) continue;
    countIterations(block);
    if ((block[0] as Node).type !== 'foreach') continue;
    const path = [{ type: 'method', id: 'count', args: false }];
    block.splice(1, 0, { type: 'references', id: LOOP_VARIABLE, leader: '$!', prue: true, path });
  }
}

const JSON_PATH = /^\$(?:\.[\w-]+|\['[^']*'\]|\["[^"]*"\]|\[\d+\])*$/;

/** Returns the names and indexes of a JSONPath such as `$.a['b'][0]`; `undefined`: it has other steps. */
export function readJsonPath(text: string): string[] | undefined {
  if (!JSON_PATH.test(text)) return undefined;
  const steps = text.slice(1).matchAll(/\.([\w-]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/g);
  return [...steps].map(([, dotted, single, double, index]) => dotted ?? single ?? double ?? index ?? '');
}
