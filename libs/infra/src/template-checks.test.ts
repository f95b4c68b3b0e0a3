import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemplateDocument } from '@spa-on-aws/cloudformation';
import { API_OPERATIONS, getOpenApi, type Operation } from '@spa-on-aws/shared-types';
import {
  ALL_PRICES,
  ASSUMED,
  costOf,
  costRows,
  markdownTable,
  stepsInWords,
  verifyTemplate,
} from '@spa-on-aws/template-checks';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, onTestFinished, test } from 'vitest';
import { smallBuilds, unvalidatedApp } from '../test/synthesized';
import { SpaOnAwsStack, type SpaOnAwsStackProps } from './spa-on-aws-stack';
import { checkSecurityRules } from './stage-app';

type StageOptions = Partial<SpaOnAwsStackProps>;

function stackOf(options: StageOptions = {}) {
  const stageName = options.stageName ?? 'dev';
  const name = `spa-on-aws-${stageName}`;
  const stack = new SpaOnAwsStack(unvalidatedApp(), name, { stageName, ...smallBuilds(), ...options });
  return {
    name,
    template: new TemplateDocument(Template.fromStack(stack).toJSON()),
    terminationProtection: stageName === 'prod',
    ...(options.region === undefined ? {} : { region: options.region }),
  };
}

const ZONE = { hostedZoneId: 'Z0123456789ABCDEFGHIJ', hostedZoneName: 'example.com' };
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d';

test.each<[what: string, options: StageOptions]>([
  ['dev', {}],
  ['prod', { stageName: 'prod' }],
  ['with a name of 20 characters', { stageName: 'a-stage-of-20-letter' }],
  ['on Fargate', { capacity: 'fargate' }],
  ['prod on Fargate', { stageName: 'prod', capacity: 'fargate' }],
  ['on Lambda', { capacity: 'lambda' }],
  ['prod on Lambda', { stageName: 'prod', capacity: 'lambda', provisionedConcurrency: 2, waf: true }],
  ['with a canary rollout', { rollout: 'canary' }],
  ['with a linear rollout on Fargate', { capacity: 'fargate', rollout: 'linear' }],
  ['with a canary rollout on Lambda', { capacity: 'lambda', rollout: 'canary', provisionedConcurrency: 1 }],
  ['with several tasks and ECS Exec', { minTasks: 2, maxTasks: 6, allowExec: true }],
  [
    'with several tasks and ECS Exec on Fargate',
    { capacity: 'fargate', minTasks: 2, maxTasks: 6, allowExec: true },
  ],
  ['with a web ACL for the API', { waf: true }],
  ['with both web ACLs', { waf: true, region: 'us-east-1' }],
  [
    'with a custom domain and an existing certificate',
    { domain: { domainName: 'greet.example.com', ...ZONE, certificateArn: CERTIFICATE } },
  ],
  [
    'with a custom domain and a new certificate',
    { region: 'us-east-1', domain: { domainName: 'greet.example.com', ...ZONE } },
  ],
  ['for one region', { region: 'eu-west-1' }],
  ['with a closed API endpoint', { closeApiEndpoint: true }],
  ['with required MFA', { mfaRequired: true }],
  ['with alarm emails', { alarmEmail: 'ops@example.com' }],
  ['with a domain prefix', { domainPrefix: 'greetings' }],
])('a stage %s passes all template checks', async (_, options) => {
  const { outcomes } = await verifyTemplate(stackOf(options));
  expect(outcomes.flatMap(({ findings }) => findings)).toEqual([]);
});

/** Adds a public operation to the API until the test ends. */
function addPublicOperation(): void {
  const operations = API_OPERATIONS as Operation[];
  operations.push({ ...getOpenApi, id: 'getStatus', path: '/api/status', access: 'public' });
  onTestFinished(() => void operations.pop());
}

test('a public operation passes all template checks, and the report names it', async () => {
  addPublicOperation();
  const { outcomes } = await verifyTemplate(stackOf());
  expect(outcomes.flatMap(({ findings }) => findings)).toEqual([]);
  expect(outcomes.map(({ remark }) => remark)).toContainEqual({
    note: expect.stringContaining('GET /api/status (The operation getStatus is public.)'),
  });
});

test('a public operation passes the security rules', () => {
  addPublicOperation();
  const app = unvalidatedApp();
  new SpaOnAwsStack(app, 'spa-on-aws-dev', { stageName: 'dev', ...smallBuilds() });
  checkSecurityRules(app);
  expect(() => app.synth()).not.toThrow();
});

test('every rule applies to the dev stage, except rules about optional resources', async () => {
  const skipped = (await verifyTemplate(stackOf())).outcomes.filter(
    ({ remark }) => remark !== undefined && 'notApplicable' in remark,
  );
  expect(skipped.map(({ rule }) => rule.id)).toEqual([
    'certificates-and-web-acls-in-us-east-1',
    'web-acls-valid',
  ]);
});

test.each<[what: string, options: StageOptions]>([
  ['on EC2 instances', {}],
  ['on Fargate', { capacity: 'fargate' }],
  ['on Lambda', { capacity: 'lambda', provisionedConcurrency: 1 }],
  ['with all options', { waf: true, region: 'us-east-1', alarmEmail: 'ops@example.com' }],
])('all resource types of a stage %s are priced or listed as not included', (_, options) => {
  const { unpriced } = costOf(stackOf(options).template);
  expect(unpriced.filter((what) => what.includes('no price known'))).toEqual([]);
});

const COST_MD = join(import.meta.dirname, '../COST.md');

/** Replaces the text between `<!-- generated: {name} -->` and `<!-- end -->`. */
function withSections(document: string, sections: Readonly<Record<string, string>>): string {
  return Object.entries(sections).reduce((text, [name, content]) => {
    const start = `<!-- generated: ${name} -->`;
    const [before, after] = text.split(start);
    if (after === undefined) throw new Error(`COST.md has no section ${name}`);
    return `${before}${start}\n\n${content}\n\n${after.slice(after.indexOf('<!-- end -->'))}`;
  }, document);
}

/** Returns the constant load from which on a stage on Lambda costs as much as a stage with containers. */
function loadWhereLambdaCosts(containers: TemplateDocument): number {
  const loads = Array.from({ length: 200 }, (_, index) => index + 1);
  const billsOf = (template: TemplateDocument) => costOf(template, { requestsPerSecond: loads }).bills;
  const onLambda = billsOf(stackOf({ capacity: 'lambda' }).template);
  const others = billsOf(containers);
  return loads.find((_, index) => (onLambda[index]?.usd ?? 0) >= (others[index]?.usd ?? 0)) ?? 0;
}

test('COST.md has the costs of the current templates (vitest -u writes them)', async () => {
  const tableOf = (options: StageOptions) => {
    const report = costOf(stackOf(options).template);
    const remarks = [...new Set(report.bills.flatMap((bill) => bill.remarks))].map((remark) => `${remark}.`);
    return [markdownTable(costRows(report)), ...remarks].join('\n\n');
  };
  const { unpriced, plans } = costOf(stackOf().template);
  const comparison = (['ec2', 'fargate', 'lambda'] as const).map((capacity) => {
    const { template } = stackOf({ capacity });
    const [idle] = costOf(template, { requestsPerSecond: [0] }).bills;
    const cheaper = capacity === 'lambda' ? '–' : `${loadWhereLambdaCosts(template)} requests per second`;
    return [`\`${capacity}\``, `$${idle?.usd.toFixed(2)}`, cheaper];
  });
  const document = withSections(readFileSync(COST_MD, 'utf8'), {
    ec2: tableOf({}),
    fargate: tableOf({ capacity: 'fargate' }),
    lambda: tableOf({ capacity: 'lambda' }),
    plans: `${plans}.`,
    comparison: markdownTable([['`capacity`', 'idle, per month', 'Lambda costs less below'], ...comparison]),
    unpriced: unpriced.map((what) => `- ${what}`).join('\n'),
    assumptions: markdownTable([
      ['assumption', 'value'],
      ...Object.entries(ASSUMED).map(([name, value]) => [`\`${name}\``, String(value)]),
    ]),
    prices: markdownTable([
      ['item', 'unit', 'USD', 'free units a month', 'AWS’s page', 'source'],
      ...ALL_PRICES.map((price) => [
        price.what,
        price.unit,
        stepsInWords(price),
        price.free?.toLocaleString('en-US') ?? '–',
        `<${price.page}>`,
        price.read,
      ]),
    ]),
  });
  await expect(document).toMatchFileSnapshot(COST_MD);
});
