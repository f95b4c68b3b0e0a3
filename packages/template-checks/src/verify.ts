import type { Finding, Remark, Rule, Subject } from './rule';

/** What became of one rule. */
export interface Outcome {
  readonly rule: Rule;
  readonly findings: readonly Finding[];
  readonly remark?: Remark;
}

/** Checks a template against some rules, every rule to its end. */
export function verify(subject: Subject, rules: readonly Rule[]): readonly Outcome[] {
  return rules.map((rule) => {
    const findings: Finding[] = [];
    const check = rule.check(subject);
    for (;;) {
      const { done, value } = check.next();
      if (!done) {
        findings.push(value);
        continue;
      }
      return value === undefined ? { rule, findings } : { rule, findings, remark: value };
    }
  });
}

/**
 * The rules that a word chooses: a rule's id or name, a row it stands for, or a group.
 *
 * @returns none when no rule answers to the word
 */
export function chosenRules(rules: readonly Rule[], word: string): readonly Rule[] {
  return rules.filter(
    (rule) =>
      rule.id === word || rule.id.endsWith(`/${word}`) || rule.rows.includes(word) || rule.group === word,
  );
}
