import { type AnyNode, parse, type Program } from 'acorn';

/** What can neither repeat nor call anything by itself, by acorn's names. */
const STRAIGHT = new Set(
  `Program EmptyStatement BlockStatement ExpressionStatement IfStatement ReturnStatement ThrowStatement
  FunctionDeclaration VariableDeclaration VariableDeclarator ArrayExpression ObjectExpression Property UnaryExpression
  BinaryExpression AssignmentExpression LogicalExpression MemberExpression ConditionalExpression CallExpression
  Identifier Literal TemplateLiteral TemplateElement`.split(/\s+/),
);

/** Methods of strings and lists that go through them once. */
const BRIEF = new Set(
  `charAt concat endsWith includes indexOf join lastIndexOf pop push shift slice split startsWith substring toLowerCase
  toUpperCase trim`.split(/\s+/),
);

/**
 * Whether each call of a function comes to its end at once, whatever its event: no loop, no pattern, no function but
 * `handler`, and nothing that could call that. What cannot be told is `false`.
 *
 * @param code without imports
 */
export function isStraight(code: string): boolean {
  let program: Program;
  try {
    program = parse(code, { ecmaVersion: 'latest', sourceType: 'script' });
  } catch {
    // What does not parse never runs.
    return false;
  }
  let handlers = 0;
  const visit = (node: AnyNode): boolean => {
    if (!STRAIGHT.has(node.type)) return false;
    if (node.type === 'FunctionDeclaration' && (node.async || node.generator)) return false;
    if (node.type === 'Identifier' && node.name === 'handler' && ++handlers > 1) return false;
    if (node.type === 'FunctionDeclaration' && node.id?.name !== 'handler') return false;
    if (node.type === 'Literal' && node.regex) return false;
    if (node.type === 'CallExpression' && !isBrief(node.callee)) return false;
    return partsOf(node).every(visit);
  };
  return visit(program);
}

function isBrief(callee: AnyNode): boolean {
  if (callee.type !== 'MemberExpression' || callee.computed) return false;
  return callee.property.type === 'Identifier' && BRIEF.has(callee.property.name);
}

function partsOf(node: AnyNode): AnyNode[] {
  return Object.values(node)
    .flat()
    .filter(
      (part): part is AnyNode => typeof part === 'object' && part !== null && 'type' in (part as object),
    );
}
