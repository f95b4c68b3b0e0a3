import type { Terminal } from '@spa-on-aws/nx';
import type { CfnLintReport } from './cfn-lint';
import type { Road } from './reachability/graph';
import { GROUPS, type Finding, type Group } from './rule';
import type { SynthesizedStack } from '@spa-on-aws/cloudformation';
import type { Outcome } from './verify';

const GROUP_TITLES: Readonly<Record<Group, string>> = {
  reachability: 'Who reaches the container',
  deployable: 'Would it deploy',
  site: 'What visitors get',
  'sign-in': 'Who gets in',
  lifecycle: 'From the first deployment to the last',
};

/** Prints what was proved and what was found, with the way and the remedy. */
export function printReport(
  terminal: Terminal,
  stack: SynthesizedStack,
  outcomes: readonly Outcome[],
  lint: CfnLintReport,
): void {
  terminal.print(
    terminal.paint('bold', `${stack.name}: ${stack.template.resources.length} resources`) +
      (stack.region === undefined ? '' : `, for ${stack.region}`),
  );
  for (const group of GROUPS) {
    const ofGroup = outcomes.filter((outcome) => outcome.rule.group === group);
    if (ofGroup.length === 0) continue;
    terminal.print();
    terminal.print(terminal.paint('bold', GROUP_TITLES[group]));
    for (const outcome of ofGroup) printOutcome(terminal, outcome);
  }
  terminal.print();
  printLint(terminal, lint);
}

function printOutcome(terminal: Terminal, { rule, findings, remark }: Outcome): void {
  const { id, proves } = rule;
  if (findings.length > 0) {
    terminal.print(`${terminal.paint('red', '✖')} ${terminal.paint('bold', id)}  is not so: ${proves}`);
    for (const finding of findings) printFinding(terminal, finding);
    return;
  }
  if (remark && 'notApplicable' in remark) {
    terminal.print(terminal.paint('dim', `- ${id}  ${remark.notApplicable}`));
    return;
  }
  terminal.print(`${terminal.paint('green', '✔')} ${id}  ${proves}`);
  if (remark && 'needs' in remark) {
    terminal.print(`    ${terminal.paint('yellow', '! it needs')} ${remark.needs}`);
  }
  if (remark && 'note' in remark) terminal.print(terminal.paint('dim', `    ${remark.note}`));
  if (remark && 'road' in remark) printRoad(terminal, remark.road);
}

function printFinding(terminal: Terminal, { path, problem, remedy, road }: Finding): void {
  terminal.print(`    ${terminal.paint('yellow', path)}`);
  terminal.print(`      ${problem}`);
  if (road) printRoad(terminal, road);
  terminal.print(`      → ${terminal.paint('cyan', remedy)}`);
}

/** The places of a road, one below the other, each with why one gets there. */
export function describeRoad(road: Road): readonly string[] {
  const [first] = road;
  return first ? [first.from, ...road.map((hop) => `→ ${hop.to}  (${hop.why})`)] : [];
}

function printRoad(terminal: Terminal, road: Road): void {
  for (const line of describeRoad(road)) terminal.print(terminal.paint('dim', `        ${line}`));
}

function printLint(terminal: Terminal, lint: CfnLintReport): void {
  switch (lint.state) {
    case 'not run':
      terminal.print(`- cfn-lint was not run: ${lint.why}`);
      return;
    case 'failed':
      terminal.print(`${terminal.paint('red', '✖')} cfn-lint could not check the template: ${lint.why}`);
      return;
    case 'run':
      terminal.print(
        `${terminal.paint(lint.findings.length > 0 ? 'red' : 'green', lint.findings.length > 0 ? '✖' : '✔')} cfn-lint ${lint.version}: ${
          lint.findings.length
        } errors, ${lint.warnings} warnings`,
      );
      for (const finding of lint.findings) printFinding(terminal, finding);
      for (const { path, because } of lint.accepted) {
        terminal.print(terminal.paint('dim', `    accepted: ${path}: ${because}`));
      }
  }
}

/** The report as data, for tools. */
export function reportAsJson(
  stack: SynthesizedStack,
  outcomes: readonly Outcome[],
  lint: CfnLintReport,
): string {
  return JSON.stringify(
    {
      stack: stack.name,
      rules: outcomes.map(({ rule, findings, remark }) => ({
        id: rule.id,
        group: rule.group,
        proves: rule.proves,
        state:
          findings.length > 0 ? 'broken' : remark && 'notApplicable' in remark ? 'not applicable' : 'proved',
        ...(remark && 'needs' in remark ? { needs: remark.needs } : {}),
        findings,
      })),
      cfnLint: lint,
    },
    null,
    2,
  );
}
