import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROW_ID = /\b(?:CFF?|AG|CG|CN|EC|LA)-[A-Z0-9]+-\d{2}\b/g;

/** Test files, and the tables that the tests of the contract suite are generated from. */
const TEST_FILE = /\.(?:test|spec)\.ts$|\/contract\/[\w-]+\.ts$/;

/** Returns the row ids in string literals of a test file: test names and tables of cases. */
function citedIn(file: string): Set<string> {
  const ids = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      for (const [id] of node.text.matchAll(ROW_ID)) ids.add(id);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
  return ids;
}

/**
 * Returns the test files that cite each row.
 *
 * @param root directory that `directories` and the returned file names are relative to
 */
export function citedRows(root: string, directories: readonly string[]): Map<string, string[]> {
  const files = directories.flatMap((directory) =>
    readdirSync(path.join(root, directory), { recursive: true, encoding: 'utf8' })
      .map((file) => path.posix.join(directory, file))
      .filter((file) => TEST_FILE.test(file))
      .sort(),
  );
  const cited = new Map<string, string[]>();
  for (const file of files) {
    for (const id of citedIn(path.join(root, file))) cited.set(id, [...(cited.get(id) ?? []), file]);
  }
  return cited;
}
