import { parse } from 'velocityjs';
import { invalidProperty, type Resource, unsupportedProperty } from '@spa-on-aws/cloudformation';
import { parseJsonPath } from './json-path-query';
import { isContextPath } from './variables';

/** A parsed template in the Velocity Template Language (rows AG-MT-01 to AG-MT-08). */
export type MappingTemplate = ReturnType<typeof parse>;

/** Output of a template. The response of a mock has no body. */
export type TemplateKind = 'request' | 'response' | 'mock-response';

/** Iterations of all loops of one rendering. */
export const MAX_ITERATIONS = 1_000;
/** Variable that counts iterations; no template can name it. */
export const LOOP_VARIABLE = '#loop';

const UTIL = ['escapeJavaScript', 'parseJson', 'urlEncode', 'urlDecode', 'base64Encode', 'base64Decode'];
const INPUT = ['body', 'json', 'path', 'params'];
/** Methods of Java's maps and lists. */
export const COLLECTION_METHODS = [
  'get',
  'keySet',
  'entrySet',
  'values',
  'size',
  'isEmpty',
  'contains',
  'containsKey',
  'put',
  'add',
] as const;
/** Methods of Java's strings. Their arguments are texts, not regular expressions, but for `replaceAll` and `matches`. */
export const STRING_METHODS = [
  'contains',
  'endsWith',
  'equals',
  'equalsIgnoreCase',
  'indexOf',
  'isEmpty',
  'length',
  'matches',
  'replace',
  'replaceAll',
  'startsWith',
  'substring',
  'toLowerCase',
  'toString',
  'toUpperCase',
  'trim',
] as const;
const METHODS: readonly string[] = [...COLLECTION_METHODS, ...STRING_METHODS];

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
 * @param kind decides what `$context` may override; without a body, `body`, `json` and `path` are refused
 * @throws InvalidPropertyError for a syntax error
 * @throws UnsupportedPropertyError for a directive, variable, method or JSONPath that is not supported
 */
export function readMappingTemplate(
  resource: Resource,
  property: string,
  text: string,
  kind: TemplateKind,
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
      directiveIn(node) ?? (node.type === 'references' ? referenceIn(node, known, kind) : undefined);
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
    checkBranches(template);
    return { template, nodes: [...nodesIn(template)] };
  } catch (error) {
    const [where = '', line = ''] = (error as Error).message.split('\n');
    return invalidProperty(resource, property, `${where} ${line}`.trim());
  }
}

/** The parser accepts branches outside of #if and after #else, and cannot render them. */
function checkBranches(block: readonly unknown[]): void {
  const isIf = !Array.isArray(block[0]) && (block[0] as Node | undefined)?.type === 'if';
  const branches = block.flatMap((node) => {
    if (Array.isArray(node)) checkBranches(node);
    const { type } = node as Node;
    return type === 'else' || type === 'elseif' ? [type] : [];
  });
  const stray = branches.find((_, index) => !isIf || branches.slice(0, index).includes('else'));
  if (stray !== undefined) throw new SyntaxError(`an #${stray} has no #if.`);
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
  kind: TemplateKind,
): string | undefined {
  const root = String(id);
  const [first] = path;
  const name = `$${root}${first ? `.${String(first.id)}` : ''}`;
  if (args !== undefined) return `$${root}() as a method`;
  if (root === 'input' || root === 'util') {
    const members = root === 'util' ? UTIL : INPUT;
    if (!first || !members.includes(String(first.id))) return name;
    if ((first.type === 'method') === (first.id === 'body')) return name;
    if (kind === 'mock-response' && root === 'input' && first.id !== 'params')
      return `${name} without a body`;
    const [argument] = first.args || [];
    const jsonPath = argument?.type === 'string' ? String(argument.value) : undefined;
    const isDynamic = argument?.isEval === true && /\$[\w{!]/.test(jsonPath ?? '');
    if (
      ['json', 'path'].includes(String(first.id)) &&
      jsonPath !== undefined &&
      !isDynamic &&
      !parseJsonPath(jsonPath)
    )
      return `the JSONPath ${jsonPath}`;
    return methodIn(path.slice(1));
  }
  if (root === 'context') {
    const end = path.findIndex(({ type }) => type === 'method');
    const names = (end < 0 ? path : path.slice(0, end)).map(propertyName);
    const whole = names.join('.');
    const override = kind === 'request' ? REQUEST_OVERRIDE : RESPONSE_OVERRIDE;
    return override.test(whole) || isContextPath(whole) ? methodIn(path) : `$context.${whole}`;
  }
  if (root !== 'stageVariables' && !known.has(root)) return `the variable $${root}`;
  return methodIn(path);
}

const REQUEST_OVERRIDE = /^requestOverride\.(?:header|path|querystring)\.[\w.-]+$/;
const RESPONSE_OVERRIDE = /^responseOverride\.(?:status|header\.[\w-]+)$/;

function propertyName({ id }: Node): string {
  return typeof id === 'object' ? String((id as Node).value) : String(id);
}

function methodIn(path: readonly Node[]): string | undefined {
  const method = path.find(({ type, id }) => type === 'method' && !METHODS.includes(String(id)));
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
