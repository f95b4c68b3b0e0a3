import { CodedError, Dependencies, mergeNested, type StackAssembly } from '@spa-on-aws/cloudformation';
import type { Hop } from './reachability/graph';

/** Stack to check: as read by `readAssembly` or `readTemplateFile`, or made in memory without a file. */
export type CheckedStack = Pick<StackAssembly, 'name' | 'template' | 'terminationProtection'> &
  Partial<Pick<StackAssembly, 'region' | 'templateFile' | 'nested'>>;

/** One problem that a rule found. */
export interface Finding {
  /** Place in the template, e.g. `Resources.Api.Properties.AuthorizationType`. */
  readonly path: string;
  /** The problem, with the wrong value. */
  readonly problem: string;
  readonly remedy: string;
  /** Reachability rules: the request path that was found, hop by hop. */
  readonly hops?: readonly Hop[];
}

/** Makes a finding about a value or resource, or about a place such as `Resources`. */
export function finding(
  place: string | { readonly path: string },
  problem: string,
  remedy: string,
  hops?: readonly Hop[],
): Finding {
  return { path: typeof place === 'string' ? place : place.path, problem, remedy, ...(hops && { hops }) };
}

/** Remark of a rule that found no problem. */
export type Remark =
  /** The template has nothing that the rule could check. */
  | { readonly notApplicable: string }
  /** The authorized request path. */
  | { readonly hops: readonly Hop[] }
  /** A requirement outside of the template, which only the AWS account can meet. */
  | { readonly needs: string }
  | { readonly note: string };

/** Input of a rule. */
export class Subject {
  /** The template with those of its nested stacks. */
  readonly template: CheckedStack['template'];
  readonly dependencies: Dependencies;
  /** The template that is deployed now, for rules that compare. */
  readonly deployed: CheckedStack | undefined;

  constructor(
    readonly stack: CheckedStack,
    deployed?: CheckedStack,
  ) {
    this.template = mergeNested(stack);
    this.dependencies = new Dependencies(this.template);
    this.deployed = deployed && { ...deployed, template: mergeNested(deployed) };
  }
}

export const GROUPS = ['reachability', 'deployable', 'site', 'sign-in', 'lifecycle'] as const;

export type Group = (typeof GROUPS)[number];

/** Findings of a rule, and at most one remark. */
export type Findings = Iterable<Finding | Remark>;

type AsyncFindings = AsyncIterable<Finding | Remark>;

/** One property that every checked template must have. */
export interface Rule {
  readonly group: Group;
  /** The property in a few words, e.g. `https-only`. */
  readonly id: string;
  /** Rows of the table of observed AWS behavior that the rule rests on, e.g. `CF-METH-02`. */
  readonly rows: readonly string[];
  /** The property as a sentence. It is true when there is no finding. */
  readonly proves: string;
  readonly check: (subject: Subject) => Findings | AsyncFindings;
}

export function rule(
  group: Group,
  id: string,
  proves: string,
  check: Rule['check'],
  rows: readonly string[] = [],
): Rule {
  return { group, id, rows, proves, check };
}

/** Result of one rule. */
export interface Outcome {
  readonly rule: Rule;
  readonly findings: readonly Finding[];
  readonly remark?: Remark;
}

const isFinding = (result: Finding | Remark): result is Finding => 'problem' in result;

export async function checkRules(subject: Subject, rules: readonly Rule[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const rule of rules) {
    const findings: Finding[] = [];
    let remark: Remark | undefined;
    for await (const result of rule.check(subject)) {
      if (isFinding(result)) findings.push(result);
      else remark ??= result;
    }
    outcomes.push({ rule, findings, ...(remark && { remark }) });
  }
  return outcomes;
}

/** `only` names neither a rule nor a group nor a behavior row. */
export class UnknownRuleError extends CodedError {
  constructor(word: string, rules: readonly Rule[]) {
    const known = [...GROUPS, ...rules.map(({ id }) => id)].join(', ');
    super('ERR_UNKNOWN_RULE', `'${word}' is not a rule, behavior row or group. Use one of: ${known}.`);
  }
}

/**
 * Returns the rules with an id, group or behavior row.
 *
 * @throws {UnknownRuleError} when there is none
 */
export function selectRules(rules: readonly Rule[], word: string): readonly Rule[] {
  const selected = rules.filter(
    ({ id, group, rows }) => id === word || group === word || rows.includes(word),
  );
  if (selected.length === 0) throw new UnknownRuleError(word, rules);
  return selected;
}
