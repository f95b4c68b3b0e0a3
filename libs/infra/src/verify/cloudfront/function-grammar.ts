import { parse, type AnyNode, type ecmaVersion, type Node } from 'acorn';

/** Something a CloudFront function's runtime does not take. */
export interface GrammarFault {
  readonly line: number;
  readonly problem: string;
}

/**
 * What the runtimes take beyond ECMAScript 5.1, by acorn's names (CFF-JS-01). The first runtime knows a little more
 * too; who wants that has the second.
 */
const BEYOND_ES5: Readonly<Record<string, ReadonlySet<string>>> = {
  'cloudfront-js-1.0': new Set(),
  'cloudfront-js-2.0': new Set([
    'ArrowFunctionExpression',
    'AwaitExpression',
    'ImportDeclaration',
    'ImportDefaultSpecifier',
    'RestElement',
    'TemplateElement',
    'TemplateLiteral',
  ]),
};

/** The node types of ECMAScript 5.1. */
const ES5 = new Set([
  ...['ArrayExpression', 'AssignmentExpression', 'BinaryExpression', 'BlockStatement', 'BreakStatement'],
  ...['CallExpression', 'CatchClause', 'ConditionalExpression', 'ContinueStatement', 'DoWhileStatement'],
  ...['EmptyStatement', 'ExpressionStatement', 'ForInStatement', 'ForStatement', 'FunctionDeclaration'],
  ...['FunctionExpression', 'Identifier', 'IfStatement', 'LabeledStatement', 'Literal', 'LogicalExpression'],
  ...['MemberExpression', 'NewExpression', 'ObjectExpression', 'Program', 'Property', 'ReturnStatement'],
  ...[
    'SequenceExpression',
    'SwitchCase',
    'SwitchStatement',
    'ThisExpression',
    'ThrowStatement',
    'TryStatement',
  ],
  ...['UnaryExpression', 'UpdateExpression', 'VariableDeclaration', 'VariableDeclarator', 'WhileStatement'],
]);

/** How people call what acorn calls otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  ArrayPattern: 'destructuring',
  AssignmentPattern: 'a default value of a parameter or variable',
  ChainExpression: 'optional chaining (?.)',
  ClassDeclaration: 'class',
  ClassExpression: 'class',
  ForOfStatement: 'for…of',
  ObjectPattern: 'destructuring',
  SpreadElement: 'spread (...)',
  TaggedTemplateExpression: 'a tagged template',
  WithStatement: 'with',
  YieldExpression: 'yield',
};

/** Globals that are not there (CFF-JS-02). */
const MISSING_GLOBALS = new Set([
  ...['eval', 'Function', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval'],
  ...['clearImmediate', 'fetch', 'XMLHttpRequest', 'WebSocket', 'process'],
]);

/** What `require` gives. */
const REQUIRABLE = new Set(['crypto', 'querystring', 'buffer']);

/**
 * Says what in a CloudFront function's code its runtime would not take. CloudFront itself accepts the code and
 * answers 503 to the first visitor (CFF-JS-03), so this is an allow-list: ECMAScript 5.1 and what the runtime's
 * documentation adds to it.
 */
export function grammarFaults(code: string, runtime: string): readonly GrammarFault[] {
  const beyond = BEYOND_ES5[runtime];
  if (!beyond) return [{ line: 1, problem: `runtime ${runtime} is not known` }];
  const parsed = parseAs(code, 'latest');
  if ('fault' in parsed) return [parsed.fault];

  const faults: GrammarFault[] = [];
  const nodes = [...nodesOf(parsed.program)];
  const declared = new Set(nodes.flatMap(declaredBy));
  for (const node of nodes) {
    if (node.type === 'Identifier' && declared.has(node.name)) continue;
    const problem = problemOf(node, beyond, runtime);
    if (problem !== undefined) faults.push({ line: node.loc?.start.line ?? 1, problem });
  }
  if (!definesHandler(parsed.program)) {
    faults.push({ line: 1, problem: 'there is no global function named handler (CFF-JS-05)' });
  }
  return faults;
}

function parseAs(
  code: string,
  version: ecmaVersion,
): { readonly program: Node } | { readonly fault: GrammarFault } {
  // An `import` makes it a module; everything else is a script.
  for (const sourceType of ['script', 'module'] as const) {
    try {
      return { program: parse(code, { ecmaVersion: version, sourceType, locations: true }) };
    } catch (error) {
      if (sourceType === 'script' && /^\s*import\s/m.test(code)) continue;
      const line = /\((\d+):\d+\)$/.exec(String(error))?.[1] ?? '1';
      return { fault: { line: Number(line), problem: `it is no JavaScript: ${String(error)}` } };
    }
  }
  throw new Error('acorn neither parsed the code nor said why not');
}

function problemOf(node: AnyNode, beyond: ReadonlySet<string>, runtime: string): string | undefined {
  const outside = (what: string) => `${what} is not in ${runtime}`;
  const modern = runtime === 'cloudfront-js-2.0';
  if (!ES5.has(node.type) && !beyond.has(node.type)) return outside(NAMES[node.type] ?? node.type);
  switch (node.type) {
    case 'VariableDeclaration':
      return node.kind === 'var' || (modern && ['let', 'const'].includes(node.kind))
        ? undefined
        : outside(node.kind);
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      if (node.generator) return outside('a generator');
      return node.async && !modern ? outside('async') : undefined;
    case 'Property':
      if (node.computed) return outside('a computed property name');
      if (node.method || node.shorthand) return outside('a shorthand property or method');
      return undefined;
    case 'BinaryExpression':
      return node.operator === '**' && !modern ? outside('**') : undefined;
    case 'LogicalExpression':
      return node.operator === '??' ? outside('??') : undefined;
    case 'AssignmentExpression':
      return ['??=', '||=', '&&='].includes(node.operator) ? outside(node.operator) : undefined;
    case 'CatchClause':
      return node.param ? undefined : outside('catch without a variable');
    case 'MemberExpression':
      return node.property.type === 'PrivateIdentifier' ? outside('a private name') : undefined;
    case 'Literal':
      return literalProblem(node.raw ?? '', 'regex' in node ? node.regex : undefined, outside, modern);
    case 'Identifier':
      return MISSING_GLOBALS.has(node.name) ? outside(node.name) : undefined;
    case 'ImportDeclaration':
      return node.source.value === 'cloudfront' ? undefined : outside(`module ${String(node.source.value)}`);
    case 'CallExpression': {
      const [argument] = node.arguments;
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'require') return undefined;
      const module = argument?.type === 'Literal' ? String(argument.value) : 'of a computed name';
      return REQUIRABLE.has(module) ? undefined : outside(`module ${module}`);
    }
    default:
      return undefined;
  }
}

function literalProblem(
  raw: string,
  regex: { readonly pattern: string; readonly flags: string } | null | undefined,
  outside: (what: string) => string,
  modern: boolean,
): string | undefined {
  if (regex) {
    const flag = [...regex.flags].find((one) => !'gim'.includes(one));
    if (flag) return outside(`the flag ${flag} of a regular expression`);
    if (/\(\?<[=!]/.test(regex.pattern)) return outside('lookbehind in a regular expression');
    if (/\\p\{/i.test(regex.pattern)) return outside('\\p{…} in a regular expression');
    return regex.pattern.includes('(?<') && !modern ? outside('a named group') : undefined;
  }
  if (/^\d[\d_.]*n$/.test(raw)) return outside('a BigInt');
  if (/^0[bo]/i.test(raw)) return outside('a binary or octal number');
  return /^\d+_/.test(raw) && !modern ? outside('a numeric separator') : undefined;
}

/** All nodes of a program but names that are no variables: `x.fetch`, `{ process: 1 }`, labels. */
function* nodesOf(node: Node): Generator<AnyNode> {
  const any = node as AnyNode;
  yield any;
  for (const [key, value] of Object.entries(any)) {
    if (isName(any, key)) continue;
    for (const child of [value].flat() as unknown[]) if (isNode(child)) yield* nodesOf(child);
  }
}

function isName(node: AnyNode, key: string): boolean {
  if (node.type === 'MemberExpression')
    return key === 'property' && !node.computed && !isPrivate(node.property);
  if (node.type === 'Property') return key === 'key' && !node.computed && !node.shorthand;
  if (node.type === 'LabeledStatement' || node.type === 'BreakStatement') return key === 'label';
  return node.type === 'ContinueStatement' && key === 'label';
}

function isPrivate(node: AnyNode): boolean {
  return node.type === 'PrivateIdentifier';
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/** Names a node gives to something of the code's own. */
function declaredBy(node: AnyNode): readonly string[] {
  const named = [
    ...('params' in node ? node.params : []),
    ...('id' in node && node.id ? [node.id] : []),
    ...('param' in node && node.param ? [node.param] : []),
  ];
  return named.flatMap((one) => (one.type === 'Identifier' ? [one.name] : []));
}

function definesHandler(program: Node): boolean {
  const { body } = program as AnyNode & { readonly body: readonly AnyNode[] };
  return body.some((statement) => {
    if (statement.type === 'FunctionDeclaration') return statement.id?.name === 'handler';
    if (statement.type !== 'VariableDeclaration') return false;
    return statement.declarations.some(({ id }) => id.type === 'Identifier' && id.name === 'handler');
  });
}
