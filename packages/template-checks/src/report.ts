import { styleText } from 'node:util';
import { mergeNested } from '@spa-on-aws/cloudformation';
import type { Hop } from './reachability/graph';
import { type CheckedStack, type Finding, type Group, GROUPS, type Outcome } from './rule';
import type { VerifyReport } from './verify';

const GROUP_TITLES: Readonly<Record<Group, string>> = {
  reachability: 'Reachability of the containers',
  deployable: 'Will it deploy',
  site: 'Site',
  'sign-in': 'Sign-in and authorization',
  lifecycle: 'Updates and deletion',
};

/** Formats text with a style when colors are on. */
export type Paint = (style: 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string;

export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** Formats a report for a terminal: each rule with its findings, their places and fixes, and a summary at the end. */
export function renderReport(report: VerifyReport, { color = false }: { color?: boolean } = {}): string {
  const paint = painter(color);
  const { stack, outcomes } = report;
  const count = `${stack.name}: ${mergeNested(stack).resources.length} resources`;
  return [
    paint('bold', count) + (stack.region === undefined ? '' : `, for ${stack.region}`),
    ...GROUPS.flatMap((group) => {
      const ofGroup = outcomes.filter((outcome) => outcome.rule.group === group);
      if (ofGroup.length === 0) return [];
      return ['', paint('bold', GROUP_TITLES[group]), ...ofGroup.flatMap((one) => outcomeLines(one, paint))];
    }),
    '',
    ...cfnLintLines(report, paint),
    '',
    summary(report),
  ].join('\n');
}

function outcomeLines({ rule: { id, proves }, findings, remark }: Outcome, paint: Paint): string[] {
  if (findings.length > 0) {
    return [
      `${paint('red', '✖')} ${paint('bold', id)}  FAILED: ${proves}`,
      ...findings.flatMap((finding) => findingLines(finding, paint)),
    ];
  }
  if (remark && 'notApplicable' in remark) return [paint('dim', `- ${id}  ${remark.notApplicable}`)];
  return [
    `${paint('green', '✔')} ${id}  ${proves}`,
    ...(remark && 'needs' in remark ? [`    ${paint('yellow', '! requires')} ${remark.needs}`] : []),
    ...(remark && 'note' in remark ? [paint('dim', `    ${remark.note}`)] : []),
    ...(remark && 'hops' in remark ? hopLines(remark.hops, paint) : []),
  ];
}

function findingLines({ path, problem, remedy, hops = [] }: Finding, paint: Paint): string[] {
  return [
    `    ${paint('yellow', path)}`,
    `      ${problem}`,
    ...hopLines(hops, paint),
    `      → ${paint('cyan', remedy)}`,
  ];
}

/** One line for each node of a request path, with the reason why the hop to it is possible. */
export function describeHops(hops: readonly Hop[]): readonly string[] {
  const [first] = hops;
  return first ? [first.from, ...hops.map((hop) => `→ ${hop.to}  (${hop.why})`)] : [];
}

function hopLines(hops: readonly Hop[], paint: Paint): string[] {
  return describeHops(hops).map((line) => paint('dim', `        ${line}`));
}

function cfnLintLines({ cfnLint }: VerifyReport, paint: Paint): string[] {
  switch (cfnLint.state) {
    case 'not run':
      return [`- cfn-lint was not run: ${cfnLint.why}`];
    case 'failed':
      return [`${paint('red', '✖')} cfn-lint could not check the template: ${cfnLint.why}`];
    case 'run': {
      const { version, findings, warnings, accepted } = cfnLint;
      const mark = findings.length > 0 ? paint('red', '✖') : paint('green', '✔');
      return [
        `${mark} cfn-lint ${version}: ${counted(findings.length, 'error')}, ${counted(warnings, 'warning')}`,
        ...findings.flatMap((finding) => findingLines(finding, paint)),
        ...accepted.map(({ path, because }) => paint('dim', `    accepted: ${path}: ${because}`)),
      ];
    }
  }
}

function summary({ stack, outcomes, cfnLint, ok }: VerifyReport): string {
  if (ok) {
    const checked = outcomes.filter(({ remark }) => !remark || !('notApplicable' in remark)).length;
    return `${stack.name}: ${counted(checked, 'rule')} passed.`;
  }
  const failed = outcomes.filter(({ findings }) => findings.length > 0);
  const findings = failed.reduce((sum, outcome) => sum + outcome.findings.length, 0);
  const errors = cfnLint.state === 'run' ? cfnLint.findings.length : cfnLint.state === 'failed' ? 1 : 0;
  const lint = errors > 0 ? `, ${counted(errors, 'error')} from cfn-lint` : '';
  return `${stack.name}: ${failed.length} of ${counted(outcomes.length, 'rule')} failed, ${counted(findings, 'finding')}${lint}.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Returns a report as JSON data, for tools. */
export function toJsonReport({ stack, outcomes, cfnLint }: VerifyReport): object {
  return {
    stack: stack.name,
    rules: outcomes.map(({ rule, findings, remark }) => ({
      id: rule.id,
      group: rule.group,
      proves: rule.proves,
      state:
        findings.length > 0 ? 'failed' : remark && 'notApplicable' in remark ? 'not applicable' : 'passed',
      ...(remark && 'needs' in remark ? { needs: remark.needs } : {}),
      findings: findings.map((one) => ({ ...one, ...nestedPlace(stack, one.path) })),
    })),
    cfnLint,
  };
}

/** Returns the file of a nested template and the path in it, for a path such as `Resources.Nested/Api.Properties`. */
export function nestedPlace(
  stack: CheckedStack,
  path: string,
): { readonly templateFile: string; readonly pathInFile: string } | undefined {
  const [section = '', name = '', ...rest] = path.split('.');
  const [first = '', ...others] = name.split('/');
  let tree = stack.nested?.get(first);
  if (!tree || others.length === 0) return undefined;
  for (const id of others.slice(0, -1)) tree = tree?.nested.get(id);
  return tree && { templateFile: tree.templateFile, pathInFile: [section, others.at(-1), ...rest].join('.') };
}
