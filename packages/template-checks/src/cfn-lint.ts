import { spawnSync } from 'node:child_process';
import type { Finding } from './rule';

export type CfnLintReport =
  | { readonly state: 'not run' | 'failed'; readonly why: string }
  | {
      readonly state: 'run';
      readonly version: string;
      readonly findings: readonly Finding[];
      readonly warnings: number;
      readonly accepted: readonly { readonly path: string; readonly because: string }[];
    };

/** Errors in which `cfn-lint` is known to be wrong, with the reason. */
const DISAGREEMENTS = [
  {
    rule: 'E3002',
    property: 'Tags',
    because: 'the validator of the CDK has newer schemas, which have Tags',
  },
  {
    rule: 'E3049',
    property: 'HealthCheckPort',
    because: 'traffic-port is the default of HealthCheckPort',
  },
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Entry of `cfn-lint --format json`. */
interface Match {
  readonly Filename?: string;
  readonly Level: string;
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
  readonly Rule: { readonly Id: string };
}

/**
 * Runs `cfn-lint` from the PATH. Errors become findings. Warnings are only counted, because most of them are about
 * redundant references that the CDK makes.
 */
export function runCfnLint(templateFiles: readonly string[], env: Environment): CfnLintReport {
  const version = spawnSync('cfn-lint', ['--version'], { env, encoding: 'utf8' });
  if (version.error || version.status !== 0) {
    return { state: 'not run', why: "it is not on the PATH (install it with 'pip install cfn-lint')" };
  }
  const lint = spawnSync('cfn-lint', ['--format', 'json', '--template', ...templateFiles], {
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const matches = matchesIn(lint.stdout);
  // The exit code has a bit for each level that was found. Other bits mean that cfn-lint failed.
  if (!matches || (lint.status ?? 1) & ~(2 | 4 | 8)) {
    return { state: 'failed', why: (lint.stderr || lint.stdout || String(lint.error)).trim() };
  }
  const errors = matches.filter((match) => match.Level === 'Error');
  const judged = errors.map((match) => ({ match, because: disagreement(match) }));
  return {
    state: 'run',
    version: version.stdout.trim().replace(/^cfn-lint /, ''),
    findings: judged
      .filter(({ because }) => because === undefined)
      .map(({ match }) => findingOf(match, templateFiles)),
    warnings: matches.length - errors.length,
    accepted: judged.flatMap(({ match, because }) =>
      because === undefined ? [] : [{ path: pathOf(match), because }],
    ),
  };
}

function matchesIn(output: string): readonly Match[] | undefined {
  try {
    const parsed: unknown = JSON.parse(output.trim() || '[]');
    return Array.isArray(parsed) ? (parsed as readonly Match[]) : undefined;
  } catch {
    return undefined;
  }
}

function disagreement(match: Match): string | undefined {
  const property = match.Location.Path?.[3];
  return DISAGREEMENTS.find((one) => one.rule === match.Rule.Id && one.property === property)?.because;
}

function findingOf(match: Match, [templateFile]: readonly string[]): Finding {
  const { Filename: file = templateFile } = match;
  return {
    path: pathOf(match),
    problem: `${match.Rule.Id}: ${match.Message}${file === templateFile ? '' : ` (in ${file})`}`,
    remedy: `Run 'cfn-lint --info' for an explanation of ${match.Rule.Id}.`,
  };
}

function pathOf({ Location: { Path: path } }: Match): string {
  return (path ?? ['Resources'])
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}
