import { parse } from 'acorn';

/**
 * A function's code without its import of the `cloudfront` module, lines where they were.
 *
 * @returns the rest of the code, and the name that the module was given
 * @throws SyntaxError when the code does not parse
 */
export function withoutImports(code: string): { readonly body: string; readonly binding: string } {
  let body = code;
  let binding = '__cloudfront';
  if (!/\bimport\b/.test(code)) return { body, binding };
  for (const statement of parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    if (statement.type !== 'ImportDeclaration') continue;
    const [specifier] = statement.specifiers;
    if (specifier) binding = specifier.local.name;
    const blank = code.slice(statement.start, statement.end).replace(/[^\n]/g, ' ');
    body = body.slice(0, statement.start) + blank + body.slice(statement.end);
  }
  return { body, binding };
}
