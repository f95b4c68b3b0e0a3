import { readFileSync } from 'node:fs';
import nodePath from 'node:path';
import { nestedPlace } from './report';
import type { Finding } from './rule';
import type { VerifyReport } from './verify';

/**
 * Returns a report as a SARIF 2.1.0 log, which code hosts show beside the changed lines.
 *
 * @param root directory to which the path of the template is relative
 */
export function toSarif({ stack, outcomes, cfnLint }: VerifyReport, root: string): object {
  const contents = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    const lines = contents.get(file) ?? readFileSync(file, 'utf8').split('\n');
    contents.set(file, lines);
    return lines;
  };
  const location = (path: string) => {
    const { templateFile: file, pathInFile } = nestedPlace(stack, path) ?? { ...stack, pathInFile: path };
    return {
      artifactLocation: { uri: file === undefined ? stack.name : relativeUri(root, file) },
      region: { startLine: lineOf(pathInFile, file === undefined ? [] : linesOf(file)) },
    };
  };
  const lint = cfnLint.state === 'run' ? cfnLint.findings : [];
  const result = (ruleId: string, { path, problem, remedy }: Finding) => ({
    ruleId,
    level: 'error',
    message: { text: `${path}: ${problem} ${remedy}` },
    locations: [
      {
        physicalLocation: location(path),
        logicalLocations: [{ fullyQualifiedName: path }],
      },
    ],
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'template-checks',
            rules: [
              ...outcomes.map(({ rule: { id, proves } }) => ({ id, shortDescription: { text: proves } })),
              ...(lint.length > 0
                ? [{ id: 'cfn-lint', shortDescription: { text: 'cfn-lint finds no error' } }]
                : []),
            ],
          },
        },
        results: [
          ...outcomes.flatMap(({ rule: { id }, findings }) => findings.map((one) => result(id, one))),
          ...lint.map((one) => result('cfn-lint', one)),
        ],
      },
    ],
  };
}

/** Returns the URI of a file, relative to a directory. */
export function relativeUri(
  root: string,
  file: string,
  { relative, sep }: Pick<typeof nodePath, 'relative' | 'sep'> = nodePath,
): string {
  return relative(root, file).split(sep).map(encodeURIComponent).join('/');
}

/** Returns the line of the resource that a path names, in JSON and YAML: `Resources.Api.Properties` is on the line of `Api`. */
function lineOf(path: string, lines: readonly string[]): number {
  const [section, name] = path.split('.');
  if (section === undefined) return 1;
  const start = lines.findIndex((line) => isKey(line, section));
  const offset = name === undefined ? -1 : lines.slice(start + 1).findIndex((line) => isKey(line, name));
  return Math.max(start, 0) + offset + 2;
}

function isKey(line: string, name: string): boolean {
  return [`"${name}":`, `${name}:`].some((key) => line.trimStart().startsWith(key));
}
