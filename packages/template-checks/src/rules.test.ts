import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixture, FIXTURE_NAMES, found } from '../test/fixtures';
import { withSections } from '../test/generated-sections';
import { markdownTable } from './cost/cost-report';
import { checkRules, GROUPS, selectRules, Subject } from './rule';
import { RULES } from './rules';

test.each(FIXTURE_NAMES)('template %s passes all rules', async (name) => {
  expect((await found(fixture(name))).findings).toEqual([]);
});

test('every rule applies to the dev template, except rules about optional resources', async () => {
  const skipped = (await checkRules(new Subject(fixture()), RULES)).filter(
    ({ remark }) => remark !== undefined && 'notApplicable' in remark,
  );
  expect(skipped.map(({ rule }) => rule.id)).toEqual([
    'certificates-and-web-acls-in-us-east-1',
    'web-acls-valid',
  ]);
});

test('rule ids are unique and contain no row of the behavior table', () => {
  const ids = RULES.map((rule) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
});

test.each([
  ['an id', 'cloudfront-policies-exist', ['cloudfront-policies-exist']],
  ['a behavior row', 'CF-METH-02', ['cloudfront-creatable']],
])('selectRules selects rules by %s', (_, word, expected) => {
  expect(selectRules(RULES, word).map((rule) => rule.id)).toEqual(expected);
});

test('selectRules selects rules by group, and every group has rules', () => {
  for (const group of GROUPS) expect(selectRules(RULES, group).length).toBeGreaterThan(0);
});

test('selectRules rejects an unknown word with the list of known ones', () => {
  expect(() => selectRules(RULES, 'unknown')).toThrow(
    expect.objectContaining({
      code: 'ERR_UNKNOWN_RULE',
      message: expect.stringContaining(
        "'unknown' is not a rule, behavior row or group. Use one of: reachability, ",
      ),
    }),
  );
});

test('RULES.md lists every rule with its sentence (vitest -u writes it)', async () => {
  const file = join(import.meta.dirname, '../RULES.md');
  const sections = GROUPS.map((group) => [
    group,
    markdownTable([
      ['rule', 'property', 'behavior rows'],
      ...selectRules(RULES, group).map(({ id, proves, rows }) => [`\`${id}\``, proves, rows.join(', ')]),
    ]),
  ]);
  const document = withSections(readFileSync(file, 'utf8'), Object.fromEntries(sections));
  await expect(document).toMatchFileSnapshot(file);
});
