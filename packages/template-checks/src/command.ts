import { resolve } from 'node:path';
import { defineCommand } from '@spa-on-aws/nx';
import { assembly, stage } from '@spa-on-aws/nx';
import type { Context } from '@spa-on-aws/nx';
import { runCfnLint, type CfnLintReport } from './cfn-lint';
import { template } from './command-options';
import { RulesBroken } from './errors';
import { printReport, reportAsJson } from './report';
import { GROUPS, Subject } from './rule';
import { RULES } from './rules';
import { readStack, readTemplate, type SynthesizedStack } from '@spa-on-aws/cloudformation';
import { chosenRules, verify } from './verify';

/** `nx verify infra` */
export const verifyStage = defineCommand({
  name: 'verify',
  summary:
    'Proves on the synthesized template what must be so: that the only road to the container passes the authorizer with a scope, that AWS would take the template, and that no known defect is in it. It needs no account and ends with 1 when it finds something.',
  options: {
    stage,
    assembly,
    template,
    deployed: {
      type: 'string',
      placeholder: 'file',
      summary:
        'the template that is deployed now, in JSON: the API’s deployment must change with its methods',
      variable: 'INFRA_DEPLOYED',
    },
    only: {
      type: 'string',
      placeholder: 'rule',
      summary: `a rule, a row (B2, P3, CF-METH-02) or a group (${GROUPS.join(', ')})`,
      variable: 'INFRA_ONLY',
      problem: (word) =>
        chosenRules(RULES, word).length > 0
          ? undefined
          : `'${word}' is no rule, row or group: use one of ${[...GROUPS, ...RULES.map((rule) => rule.id)].join(', ')}`,
    },
    'skip-cfn-lint': {
      type: 'boolean',
      summary: 'do not run cfn-lint, even if it is there',
      variable: 'INFRA_SKIP_CFN_LINT',
    },
    json: { type: 'boolean', summary: 'print the report as JSON', variable: 'INFRA_JSON' },
  },
  examples: [
    { command: 'npx nx verify infra', description: 'stage dev' },
    { command: 'npx nx verify infra -c prod', description: 'stage prod' },
    { command: 'npx nx verify infra --only=reachability', description: 'who reaches the container' },
  ],
  async run(values, { terminal, directory, env }) {
    const stack =
      values.template === undefined
        ? readStack(resolve(directory, values.assembly), values.stage)
        : readTemplate(resolve(values.template));
    const deployed = values.deployed === undefined ? undefined : readTemplate(resolve(values.deployed));
    const rules = values.only === undefined ? RULES : chosenRules(RULES, values.only);

    const outcomes = verify(new Subject(stack, deployed), rules);
    const lint = lintReport(stack, values['skip-cfn-lint'], values.only, env);
    if (values.json) terminal.print(reportAsJson(stack, outcomes, lint));
    else printReport(terminal, stack, outcomes, lint);

    const broken = outcomes.filter((outcome) => outcome.findings.length > 0);
    const findings = broken.reduce((sum, outcome) => sum + outcome.findings.length, 0);
    const linted = lint.state === 'run' ? lint.findings.length : lint.state === 'failed' ? 1 : 0;
    if (findings + linted > 0) {
      throw new RulesBroken(
        `${stack.name} breaks ${counted(broken.length, 'rule')} of ${rules.length}, in ${counted(findings, 'place')}${
          linted > 0 ? `, and cfn-lint found ${counted(linted, 'error')}` : ''
        }.`,
      );
    }
    const proved = outcomes.filter(({ remark }) => !remark || !('notApplicable' in remark)).length;
    if (!values.json) terminal.print(`\n${counted(proved, 'rule')} proved on ${stack.name}, nothing found.`);
  },
});

function lintReport(
  { templateFile }: SynthesizedStack,
  skip: boolean,
  only: string | undefined,
  env: Context['env'],
): CfnLintReport {
  if (skip) return { state: 'not run', why: 'it was to be skipped' };
  if (only !== undefined) return { state: 'not run', why: 'only some rules were asked for' };
  if (templateFile === undefined) return { state: 'not run', why: 'the template is in no file' };
  return runCfnLint(templateFile, env);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
