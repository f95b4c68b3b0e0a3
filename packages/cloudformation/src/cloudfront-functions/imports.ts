import { parse } from 'acorn';

/** A module that a function imports, and the name that the function gives to it. */
export interface FunctionImport {
  readonly module: string;
  readonly binding: string;
}

/**
 * Separates a function's code from its imports. Blanks replace the imports, so every line keeps its number.
 *
 * @throws SyntaxError when the code does not parse
 */
export function separateImports(code: string): {
  readonly body: string;
  readonly imports: readonly FunctionImport[];
} {
  let body = code;
  const imports: FunctionImport[] = [];
  if (!/\bimport\b/.test(code)) return { body, imports };
  for (const statement of parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    if (statement.type !== 'ImportDeclaration') continue;
    const module = String(statement.source.value);
    for (const { local } of statement.specifiers) imports.push({ module, binding: local.name });
    const blank = code.slice(statement.start, statement.end).replace(/[^\n]/g, ' ');
    body = body.slice(0, statement.start) + blank + body.slice(statement.end);
  }
  return { body, imports };
}
