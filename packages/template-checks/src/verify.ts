import type { TemplateTree } from '@spa-on-aws/cloudformation';
import { type CfnLintReport, runCfnLint } from './cfn-lint';
import { type CheckedStack, checkRules, type Outcome, selectRules, Subject } from './rule';
import { RULES } from './rules';
import { nestedStacksRead } from './stack/template-rules';

export interface VerifyOptions {
  /** The template that is deployed now: the API's deployment must change when its methods do. */
  readonly deployed?: CheckedStack | undefined;
  /** Id, group or behavior row of the rules to check. Default: all rules. */
  readonly only?: string | undefined;
  /** Runs `cfn-lint` too when it is installed and all rules are checked. Default: true. */
  readonly cfnLint?: boolean;
  /** Environment in which `cfn-lint` is looked up. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Result of all checks of one stack. */
export interface VerifyReport {
  readonly stack: CheckedStack;
  readonly outcomes: readonly Outcome[];
  readonly cfnLint: CfnLintReport;
  /** Nothing was found. */
  readonly ok: boolean;
}

/**
 * Checks a stack against the rules.
 *
 * @throws {UnknownRuleError} when `only` selects no rule
 */
export async function verifyTemplate(
  stack: CheckedStack,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const { deployed, only, env = process.env } = options;
  const rules = only === undefined ? RULES : selectRules(RULES, only);
  const subject = new Subject(stack, deployed);
  // Rules cannot pass for resources that they do not see.
  const unread = rules.includes(nestedStacksRead) ? [] : await checkRules(subject, [nestedStacksRead]);
  const outcomes = [
    ...(await checkRules(subject, rules)),
    ...unread.filter(({ findings }) => findings.length > 0),
  ];
  const cfnLint = lint();
  const isClean = cfnLint.state === 'not run' || (cfnLint.state === 'run' && cfnLint.findings.length === 0);
  return { stack, outcomes, cfnLint, ok: isClean && outcomes.every(({ findings }) => findings.length === 0) };

  function lint(): CfnLintReport {
    if (options.cfnLint === false) return { state: 'not run', why: 'skipped by option' };
    if (only !== undefined) return { state: 'not run', why: 'only some rules were selected' };
    if (stack.templateFile === undefined) return { state: 'not run', why: 'the template is not in a file' };
    return runCfnLint(templateFiles({ ...stack, templateFile: stack.templateFile }), env);
  }
}

function templateFiles({
  templateFile,
  nested,
}: Pick<TemplateTree, 'templateFile'> & Pick<CheckedStack, 'nested'>): string[] {
  return [templateFile, ...[...(nested?.values() ?? [])].flatMap(templateFiles)];
}
