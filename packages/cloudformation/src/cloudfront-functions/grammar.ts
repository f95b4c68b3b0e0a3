import { type AnyNode, type Identifier, parse, type Program } from 'acorn';
import { BUILTINS, type FunctionRuntime } from './builtins';

/** A construct in a function's code that its runtime does not support. */
export interface GrammarFault {
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Name of the construct, e.g. `optional chaining (?.)`. */
  readonly construct: string;
  readonly remedy: string;
  /** True if AWS supports it and the caller does not. */
  readonly isUnsupported?: boolean;
}

type Finding = Omit<GrammarFault, 'line' | 'column'>;

interface NodeContext {
  readonly runtime: FunctionRuntime;
  /** Names that the code declares. */
  readonly declared: ReadonlySet<string>;
  /** Names that the code tests with `typeof`. */
  readonly guarded: ReadonlySet<string>;
  /** Name that the code gives to the `cloudfront` module. */
  readonly cloudFront: string | undefined;
  readonly unsupported: readonly string[];
  /** From the program down to the node's parent. */
  readonly ancestors: readonly AnyNode[];
}

/** Node types of ECMAScript 5.1 in strict mode, as acorn names them. */
const ES5 = new Set(
  `Program EmptyStatement BlockStatement ExpressionStatement IfStatement LabeledStatement BreakStatement
  ContinueStatement SwitchStatement SwitchCase ReturnStatement ThrowStatement TryStatement CatchClause WhileStatement
  DoWhileStatement ForStatement ForInStatement FunctionDeclaration VariableDeclaration VariableDeclarator
  ThisExpression ArrayExpression ObjectExpression Property FunctionExpression UnaryExpression UpdateExpression
  BinaryExpression AssignmentExpression LogicalExpression MemberExpression ConditionalExpression CallExpression
  NewExpression SequenceExpression Identifier Literal`.split(/\s+/),
);

/** Node types that both runtimes add, and those that only runtime 2.0 adds (row CFF-JS-01). */
const BEYOND_ES5 = new Set(['ArrowFunctionExpression', 'RestElement', 'TemplateElement', 'TemplateLiteral']);
const ONLY_2 = new Set(['AwaitExpression', 'ImportDeclaration', 'ImportDefaultSpecifier']);

/** Node types that no runtime has, and what to write instead (row CFF-JS-02). */
const KNOWN: Readonly<Record<string, readonly [construct: string, remedy: string]>> = {
  ArrayPattern: ['destructuring', 'Read the elements one by one: var first = list[0].'],
  ObjectPattern: ['destructuring', 'Read the properties one by one: var uri = request.uri.'],
  AssignmentPattern: ['a default value', 'Set it in the body: if (x === undefined) x = ….'],
  ChainExpression: ['optional chaining (?.)', 'Test it first: a && a.b.'],
  ClassDeclaration: ['a class', 'Write functions and plain objects.'],
  ClassExpression: ['a class', 'Write functions and plain objects.'],
  ForOfStatement: ['for…of', 'Use for (var i = 0; i < list.length; i++) or forEach.'],
  SpreadElement: ['spread (...)', 'Use concat, apply or Object.assign.'],
  TaggedTemplateExpression: ['a tagged template', 'Call the function with plain arguments.'],
  YieldExpression: ['a generator', 'Build a list and return it.'],
  ImportExpression: ['import()', 'Import at the top: import cf from "cloudfront".'],
  ImportSpecifier: ['an import of a name', 'Import the module: import cf from "cloudfront".'],
  ImportNamespaceSpecifier: ['import * as', 'Import the module: import cf from "cloudfront".'],
  ExportNamedDeclaration: ['export', 'Declare function handler(event) and export nothing (row CFF-JS-05).'],
  ExportDefaultDeclaration: ['export', 'Declare function handler(event) and export nothing (row CFF-JS-05).'],
  ExportAllDeclaration: ['export', 'Declare function handler(event) and export nothing (row CFF-JS-05).'],
  MetaProperty: ['new.target or import.meta', 'Leave it out.'],
  DebuggerStatement: ['debugger', 'Leave it out, or use console.log.'],
  PrivateIdentifier: ['a private name', 'Use a variable of a closure.'],
};

const ONLY_RUNTIME_2 = 'Set the runtime to cloudfront-js-2.0.';

/**
 * Lists the constructs of a function's code that its runtime does not support (rows CFF-JS-01, CFF-JS-02 and CFF-JS-05).
 *
 * AWS accepts such code, then responds with 503 to every request (row CFF-JS-03). The check is an allow-list: ECMAScript 5.1
 * and what the runtime's documentation adds.
 *
 * @param unsupported functions of the `cloudfront` module that AWS supports and the caller does not
 */
export function grammarFaults(
  code: string,
  runtime: FunctionRuntime,
  unsupported: readonly string[] = [],
): readonly GrammarFault[] {
  let program: Program;
  try {
    // Functions are strict code and can import, like modules.
    program = parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  } catch (error) {
    const { line, column } = (error as { loc?: { line: number; column: number } }).loc ?? {
      line: 1,
      column: 0,
    };
    const construct = `invalid JavaScript in strict mode (${String(error).replace(/ \(\d+:\d+\)$/, '')})`;
    return [{ line, column: column + 1, construct, remedy: 'Fix the syntax.' }];
  }
  const declared = new Set<string>();
  const guarded = new Set<string>();
  let cloudFront: string | undefined;
  visit(program, [], (node) => {
    if (node.type === 'ImportDeclaration' && node.source.value === 'cloudfront')
      cloudFront = node.specifiers[0]?.local.name;
    for (const name of namesDeclaredBy(node)) declared.add(name);
    if (node.type === 'UnaryExpression' && node.operator === 'typeof' && node.argument.type === 'Identifier')
      guarded.add(node.argument.name);
  });
  const faults: GrammarFault[] = [];
  visit(program, [], (node, ancestors) => {
    const finding = checkNode(node, {
      runtime,
      declared,
      guarded,
      cloudFront,
      unsupported,
      ancestors,
    });
    if (!finding) return;
    const { line, column } = node.loc?.start ?? { line: 1, column: 0 };
    faults.push({ line, column: column + 1, ...finding });
  });
  if (!declaresHandler(program)) {
    faults.push({
      line: 1,
      column: 1,
      construct: 'no global function named handler (row CFF-JS-05)',
      remedy: 'Write function handler(event) { … } outside of any other function.',
    });
  }
  return faults;
}

function checkNode(node: AnyNode, context: NodeContext): Finding | undefined {
  const isVersion2 = context.runtime === 'cloudfront-js-2.0';
  const known = KNOWN[node.type];
  if (known) return { construct: known[0], remedy: known[1] };
  if (ONLY_2.has(node.type) && !isVersion2) return { construct: node.type, remedy: ONLY_RUNTIME_2 };
  if (!ES5.has(node.type) && !BEYOND_ES5.has(node.type) && !ONLY_2.has(node.type))
    return { construct: node.type, remedy: 'Write ECMAScript 5.1.' };
  switch (node.type) {
    case 'VariableDeclaration':
      if (node.kind === 'var') return undefined;
      if (node.kind !== 'let' && node.kind !== 'const')
        return { construct: node.kind, remedy: 'Write const.' };
      return isVersion2 ? undefined : { construct: node.kind, remedy: `Write var. ${ONLY_RUNTIME_2}` };
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return checkFunction(node, context);
    case 'AwaitExpression':
      return context.ancestors.some(isFunction)
        ? undefined
        : { construct: 'await outside of an async function', remedy: 'Move it into async function handler.' };
    case 'RestElement':
      return isFunction(context.ancestors.at(-1))
        ? undefined
        : { construct: 'rest (...)', remedy: 'Use slice.' };
    case 'Property':
      if (node.computed)
        return { construct: 'a computed property name', remedy: 'Assign it: object[name] = value.' };
      if (node.method) return { construct: 'a shorthand method', remedy: 'Write name: function () { … }.' };
      return node.shorthand ? { construct: 'a shorthand property', remedy: 'Write name: name.' } : undefined;
    case 'LogicalExpression':
      return node.operator === '??'
        ? { construct: '??', remedy: 'Compare: a !== undefined ? a : b.' }
        : undefined;
    case 'AssignmentExpression':
      return ['??=', '||=', '&&='].includes(node.operator)
        ? { construct: node.operator, remedy: 'Write the assignment out: a = a || b.' }
        : undefined;
    case 'CatchClause':
      return node.param
        ? undefined
        : { construct: 'catch without a variable', remedy: 'Write catch (error).' };
    case 'Literal':
      return checkLiteral(node.raw ?? '', node.regex ?? undefined, isVersion2);
    case 'ImportDeclaration': {
      const modules = ['cloudfront', ...BUILTINS[context.runtime].modules];
      if (modules.includes(String(node.source.value))) return undefined;
      const construct = `import from "${String(node.source.value)}"`;
      return { construct, remedy: `The modules are ${modules.join(', ')}.` };
    }
    case 'NewExpression':
    case 'CallExpression':
      return checkCall(node.callee, node.arguments, context);
    case 'MemberExpression':
      return checkMember(node.object, node.property, context);
    case 'Identifier':
      return checkName(node, context);
    default:
      return undefined;
  }
}

function checkFunction(
  node: AnyNode & { readonly async: boolean; readonly generator: boolean },
  { runtime, ancestors }: NodeContext,
): Finding | undefined {
  if (node.generator) return { construct: 'a generator', remedy: 'Build a list and return it.' };
  if (!node.async) return undefined;
  if (runtime === 'cloudfront-js-1.0') return { construct: 'async', remedy: ONLY_RUNTIME_2 };
  const isTopLevel = node.type === 'FunctionDeclaration' && ancestors.at(-1)?.type === 'Program';
  return isTopLevel
    ? undefined
    : {
        construct: 'an async argument or closure',
        remedy: 'Declare it outside of other functions: async function name() { … }.',
      };
}

function checkLiteral(
  raw: string,
  regex: { readonly pattern: string; readonly flags: string } | undefined,
  isVersion2: boolean,
): Finding | undefined {
  if (regex) {
    const flag = [...regex.flags].find((one) => !(isVersion2 ? 'gimy' : 'gim').includes(one));
    if (flag) return { construct: `the flag ${flag} of a regular expression`, remedy: 'Use g, i and m.' };
    if (/\(\?<[=!]/.test(regex.pattern))
      return { construct: 'lookbehind in a regular expression', remedy: 'Match more text and use a group.' };
    return undefined;
  }
  if (/^[\d_]+n$|^0[xob][\da-f_]+n$/i.test(raw)) return { construct: 'a BigInt', remedy: 'Use a number.' };
  if (/^0[bo]/i.test(raw))
    return { construct: 'a binary or octal number', remedy: 'Write it as decimal or hexadecimal.' };
  if (/^[\d.][\d.]*_/.test(raw) && !isVersion2)
    return { construct: 'a numeric separator', remedy: 'Leave it out.' };
  return undefined;
}

function checkCall(
  callee: AnyNode,
  values: readonly AnyNode[],
  { runtime, declared }: NodeContext,
): Finding | undefined {
  if (callee.type !== 'Identifier' || declared.has(callee.name)) return undefined;
  if (callee.name === 'eval' || callee.name === 'Function')
    return { construct: `code from a string (${callee.name})`, remedy: 'Write the code out.' };
  if (callee.name !== 'require') return undefined;
  const { modules } = BUILTINS[runtime];
  const [wanted] = values;
  if (wanted?.type === 'Literal' && modules.includes(String(wanted.value))) return undefined;
  const what = wanted?.type === 'Literal' ? `"${String(wanted.value)}"` : 'of a computed name';
  return { construct: `require ${what}`, remedy: `The modules are ${modules.join(', ')}.` };
}

function checkMember(
  object: AnyNode,
  property: AnyNode,
  { cloudFront, unsupported }: NodeContext,
): Finding | undefined {
  if (object.type !== 'Identifier' || object.name !== cloudFront || property.type !== 'Identifier')
    return undefined;
  const helper = unsupported.find((name) => name === property.name);
  if (helper === undefined) return undefined;
  const construct = `${cloudFront}.${helper}`;
  return { construct, remedy: 'Choose the origin by cache behaviors.', isUnsupported: true };
}

/** Finds names that neither the code nor the runtime declares. */
function checkName({ name }: Identifier, context: NodeContext): Finding | undefined {
  if (context.declared.has(name) || context.guarded.has(name) || name === 'arguments') return undefined;
  if (BUILTINS[context.runtime].globals.includes(name)) return undefined;
  return {
    construct: `${name}, which is not defined`,
    remedy: 'The runtime does not have it; leave it out.',
  };
}

function isFunction(node: AnyNode | undefined): boolean {
  return (
    node !== undefined && /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)
  );
}

/** Visits every node except names that are not variables, e.g. `x.fetch`, `{ process: 1 }` and labels. */
function visit(
  node: AnyNode,
  ancestors: readonly AnyNode[],
  found: (node: AnyNode, ancestors: readonly AnyNode[]) => void,
): void {
  found(node, ancestors);
  const below = [...ancestors, node];
  for (const [key, value] of Object.entries(node)) {
    if (isPropertyOrLabel(node, key)) continue;
    for (const child of [value].flat() as unknown[]) if (isNode(child)) visit(child, below, found);
  }
}

function isPropertyOrLabel(node: AnyNode, key: string): boolean {
  switch (node.type) {
    case 'MemberExpression':
      return key === 'property' && !node.computed && node.property.type === 'Identifier';
    case 'Property':
      return key === 'key' && !node.computed;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return key === 'label';
    default:
      return false;
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof (value as { type?: unknown } | null)?.type === 'string';
}

function namesDeclaredBy(node: AnyNode): readonly string[] {
  const bound: (AnyNode | null | undefined)[] = [];
  if ('params' in node) bound.push(...node.params);
  if ('id' in node) bound.push(node.id);
  if ('param' in node) bound.push(node.param);
  if ('local' in node) bound.push(node.local);
  if (node.type === 'RestElement') bound.push(node.argument);
  return bound.flatMap((one) => (one?.type === 'Identifier' ? [one.name] : []));
}

function declaresHandler({ body }: Program): boolean {
  return body.some((statement) => {
    if (statement.type === 'FunctionDeclaration') return statement.id.name === 'handler';
    if (statement.type !== 'VariableDeclaration') return false;
    return statement.declarations.some(({ id }) => id.type === 'Identifier' && id.name === 'handler');
  });
}
