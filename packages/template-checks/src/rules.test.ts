import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSections } from '../test/generated-sections';
import { found, stageOf, type StageOptions } from '../test/verified';
import { markdownTable } from './cost/table';
import { GROUPS, Subject } from './rule';
import { RULES } from './rules';
import { chosenRules, verify } from './verify';

const ZONE = { hostedZoneId: 'Z0123456789ABCDEFGHIJ', hostedZoneName: 'example.com' };
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d';

const STAGES: readonly (readonly [what: string, options: StageOptions])[] = [
  ['dev', {}],
  ['prod', { stageName: 'prod' }],
  ['of twenty characters', { stageName: 'a-stage-of-20-letter' }],
  ['on Fargate', { capacity: 'fargate' }],
  ['prod on Fargate', { stageName: 'prod', capacity: 'fargate' }],
  ['with several tasks and a shell in them', { minTasks: 2, maxTasks: 6, allowExec: true }],
  [
    'with several tasks and a shell in them, on Fargate',
    { capacity: 'fargate', minTasks: 2, maxTasks: 6, allowExec: true },
  ],
  ['with a firewall before the API', { waf: true }],
  ['with both firewalls', { waf: true, region: 'us-east-1' }],
  [
    'with a name of its own and a certificate that is there',
    { domain: { domainName: 'greet.example.com', ...ZONE, certificateArn: CERTIFICATE } },
  ],
  [
    'with a name and a certificate of its own',
    { region: 'us-east-1', domain: { domainName: 'greet.example.com', ...ZONE } },
  ],
  ['for one region', { region: 'eu-west-1' }],
  ['with a second factor for everybody', { mfaRequired: true }],
  ['that tells somebody of alarms', { alarmEmail: 'ops@example.com' }],
  ['with a sign-in domain of its own', { domainPrefix: 'greetings' }],
];

test.each(STAGES)('a stage %s obeys every rule', (_, options) => {
  expect(found(stageOf(options)).findings).toEqual([]);
});

test('every rule has something to look at, but those for what a stage may do without', () => {
  const idle = verify(new Subject(stageOf()), RULES).filter(
    ({ remark }) => remark !== undefined && 'notApplicable' in remark,
  );
  expect(idle.map(({ rule }) => rule.id)).toEqual(['CFN/global-resources', 'CFN/firewalls-fit']);
});

test('no two rules have the same id, and every id begins with the rows the rule stands for', () => {
  const ids = RULES.map((rule) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, rows } of RULES) expect(id.startsWith(`${rows.join('+')}/`)).toBe(true);
});

test('every defect of the starting point that a template can show has a rule', () => {
  const rows = new Set(RULES.flatMap((rule) => rule.rows));
  // B4 and B15 are about what runs in the browser.
  const shown = ['B1', 'B2', 'B3', 'B5', 'B6', 'B7', 'B8', 'B9', 'B10', 'B11', 'B12', 'B13', 'B14'];
  expect(shown.filter((row) => !rows.has(row))).toEqual([]);
});

test('every pain that a template can show has a rule', () => {
  const rows = new Set(RULES.flatMap((rule) => rule.rows));
  const shown = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 19, 20, 24, 25, 26, 28, 29].map(
    (row) => `P${row}`,
  );
  expect(shown.filter((row) => !rows.has(row))).toEqual([]);
});

test.each([
  ['an id', 'B1/policies-exist', ['B1/policies-exist']],
  ['a name', 'policies-exist', ['B1/policies-exist']],
  ['a row', 'B1', ['B1/policies-exist']],
  ['nothing there is', 'B99', []],
])('rules are chosen by %s', (_, word, expected) => {
  expect(chosenRules(RULES, word).map((rule) => rule.id)).toEqual(expected);
});

test('rules are chosen by group, and every group has some', () => {
  for (const group of GROUPS) expect(chosenRules(RULES, group).length).toBeGreaterThan(0);
});

test('VERIFY.md has every rule, with what it proves (vitest -u writes it)', async () => {
  const file = join(import.meta.dirname, '../../VERIFY.md');
  const sections = GROUPS.map((group) => [
    group,
    markdownTable([
      ['rule', 'proves that'],
      ...chosenRules(RULES, group).map(({ id, proves }) => [`\`${id}\``, proves]),
    ]),
  ]);
  const document = withSections(readFileSync(file, 'utf8'), Object.fromEntries(sections));
  await expect(document).toMatchFileSnapshot(file);
});
