import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import { Distribution, ViewerProtocolPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { mergeNested, readTemplateFile, type StackAssembly } from '@spa-on-aws/cloudformation';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fixture, found, MutableTemplate, type Mutation } from '../../test/fixtures';
import { TemplateChecks } from '../cdk';
import { runTemplateChecks } from '../cli';
import { costOf } from '../cost/cost';
import { GROUPS } from '../rule';
import { toSarif } from '../sarif';
import { verifyTemplate } from '../verify';

/** Logical ids of the API. */
const API = /^Api/;

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'nested-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** Moves resources of the template `dev` into the nested stack `Inner`, with parameters and outputs as the CDK makes them. */
async function split(moved: RegExp, mutate: Mutation = () => undefined): Promise<StackAssembly> {
  const whole = new MutableTemplate(
    JSON.parse(JSON.stringify(fixture('dev').template.json)) as MutableTemplate['json'],
  );
  mutate(whole);
  const resources = Object.entries(whole.json.Resources);
  const inner = new Set(resources.flatMap(([id]) => (moved.test(id) ? id : [])));
  const parameters: Record<string, unknown> = {};
  const outputs: Record<string, { Value: unknown }> = {};
  const nameOf = (id: string, attribute = '') => (id + attribute).replaceAll(/\W/g, '');
  const reference = (value: unknown, id: string, attribute: string | undefined, isInner: boolean) => {
    if (id.startsWith('AWS::') || inner.has(id) === isInner) return value;
    const name = nameOf(id, attribute);
    if (isInner) {
      parameters[name] = value;
      return { Ref: name };
    }
    outputs[name] = { Value: value };
    return { 'Fn::GetAtt': ['Inner', `Outputs.${name}`] };
  };
  const moveReferences = (value: unknown, isInner: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => moveReferences(item, isInner));
    if (typeof value !== 'object' || value === null) return value;
    const { Ref, 'Fn::GetAtt': getAtt } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
    if (Ref !== undefined) return reference(value, Ref, undefined, isInner);
    if (getAtt) return reference(value, ...getAtt, isInner);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, moveReferences(item, isInner)]),
    );
  };
  const outerDependencies = new Set<string>();
  const entries = resources.map(([id, { DependsOn = [], ...entry }]) => {
    const isInner = inner.has(id);
    const dependencies = [DependsOn].flat().flatMap((other) => {
      if (inner.has(other) === isInner) return other;
      if (!isInner) return 'Inner';
      outerDependencies.add(other);
      return [];
    });
    return [id, { ...(moveReferences(entry, isInner) as object), DependsOn: dependencies }] as const;
  });
  const app = {
    ...whole.json,
    Outputs: moveReferences(whole.json['Outputs'], false),
    Resources: {
      ...Object.fromEntries(entries.filter(([id]) => !inner.has(id))),
      Inner: {
        Type: 'AWS::CloudFormation::Stack',
        DependsOn: [...outerDependencies],
        Properties: { TemplateURL: 'inner.json', Parameters: parameters },
      },
    },
  };
  const nested = {
    Parameters: Object.fromEntries(Object.keys(parameters).map((name) => [name, { Type: 'String' }])),
    Resources: Object.fromEntries(entries.filter(([id]) => inner.has(id))),
    Outputs: outputs,
  };
  const path = directory();
  writeFileSync(join(path, 'app.json'), JSON.stringify(app, null, 2));
  writeFileSync(join(path, 'inner.json'), JSON.stringify(nested, null, 2));
  return readTemplateFile(join(path, 'app.json'), 'app');
}

test.each([
  ['API', API],
  ['backend', /^Backend/],
])('resources of the %s pass all rules in a nested stack, and cost the same', async (_, moved) => {
  const stack = await split(moved);
  expect(stack.nested.get('Inner')?.template.resources.length).toBeGreaterThan(5);
  expect((await found(stack)).findings).toEqual([]);
  const [nested, whole] = [mergeNested(stack), fixture('dev').template].map((one) => costOf(one));
  expect(nested?.bills).toEqual(whole?.bills);
  expect(nested?.unread).toEqual([]);
});

test('a finding in a nested stack names the nested stack, and SARIF shows its template and line', async () => {
  const stack = await split(API, (template) => {
    template.the('AWS::ApiGateway::Method').Properties.AuthorizationScopes = [];
  });
  const report = await verifyTemplate(stack, { only: 'scope-required-on-every-method' });
  expect(report.ok).toBe(false);
  const [path = ''] = report.outcomes.flatMap(({ findings }) => findings.map((one) => one.path));
  expect(path).toMatch(/^Resources\.Inner\/\w+\.Properties\.AuthorizationScopes$/);
  const log = JSON.stringify(toSarif(report, join(stack.templateFile, '..')));
  expect(log).toContain('"uri":"inner.json"');
  expect(log).not.toContain('"startLine":2}');
});

test.each([...GROUPS, 'https-only'])(
  '%s fails when the template of a nested stack is elsewhere',
  async (only) => {
    const file = join(directory(), 'app.json');
    const json = fixture('dev').template.json as { Resources: object };
    const Far = {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: 'https://bucket.s3.amazonaws.com/far.yaml' },
    };
    writeFileSync(file, JSON.stringify({ ...json, Resources: { ...json.Resources, Far } }));
    const { ok, outcomes } = await verifyTemplate(await readTemplateFile(file, 'app'), { only });
    expect(ok).toBe(false);
    const outcome = outcomes.filter(({ rule }) => rule.id === 'nested-stacks-read');
    expect(outcome).toHaveLength(1);
    expect(outcome[0]?.findings).toMatchObject([
      {
        path: 'Resources.Far.Properties.TemplateURL',
        problem: expect.stringContaining('nested stack Far was not read'),
      },
    ]);
  },
);

test('the API of a nested stack is compared with the deployed one, if that can be read', async () => {
  const change: Mutation = (template) => {
    template.the('AWS::ApiGateway::Method').Properties.Integration.TimeoutInMillis = 1234;
  };
  const before = await split(API);
  const only = 'api-deployment-covers-methods';
  const changed = await verifyTemplate(await split(API, change), { deployed: before, only });
  expect(changed.ok).toBe(false);
  const { ok, outcomes } = await verifyTemplate(before, { deployed: { ...before, nested: new Map() }, only });
  expect(ok).toBe(false);
  expect(JSON.stringify(outcomes)).toContain('nested stack Inner of the deployed template was not read');
});

test('cost names nested stacks that it does not include, also in Markdown', async () => {
  const path = directory();
  const Far = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://x/far.yaml' } };
  writeFileSync(join(path, 'inner.json'), JSON.stringify({ Resources: { Far } }));
  const Inner = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'inner.json' } };
  writeFileSync(join(path, 'app.json'), JSON.stringify({ Resources: { Inner } }));
  for (const flags of [[], ['--markdown']]) {
    let printed = '';
    const stdout = (text: string) => (printed += text);
    const context = { stdout, stderr: stdout, env: {}, cwd: path, color: false };
    expect(await runTemplateChecks(['cost', '--template', 'app.json', ...flags], context)).toBe(0);
    expect(printed).toContain('- all resources of nested stack Inner/Far');
    expect(printed).not.toContain('no price known');
  }
});

test('each template has its own limits', async () => {
  const stack = await split(API, (template) => {
    for (let index = 0; index < 490; index += 1) template.add(`Topic${index}`, 'AWS::SNS::Topic', {});
  });
  const { outcomes } = await verifyTemplate(stack, { only: 'template-within-limits' });
  expect(mergeNested(stack).resources.length).toBeGreaterThan(500);
  expect(outcomes[0]?.findings.map(({ path }) => path)).toEqual(['Resources']);
});

// The package is built: the plugin starts its command line.
test('the plugin of the CDK checks nested stacks', () => {
  const outdir = directory();
  const { exitCode } = process;
  onTestFinished(() => void (process.exitCode = exitCode));
  const spies = (['error', 'log', 'warn', 'info'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => undefined),
  );
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  const app = new App({ outdir });
  const nested = new NestedStack(new Stack(app, 'app'), 'Nested');
  const origin = S3BucketOrigin.withOriginAccessControl(new Bucket(nested, 'Site'));
  const viewerProtocolPolicy = ViewerProtocolPolicy.ALLOW_ALL;
  new Distribution(nested, 'Distribution', { defaultBehavior: { origin, viewerProtocolPolicy } });
  Validations.of(app).addPlugins(new TemplateChecks('https-only'));
  const validate = vi.spyOn(TemplateChecks.prototype, 'validate');
  onTestFinished(() => validate.mockRestore());
  try {
    app.synth();
  } catch {
    // The CDK throws for findings.
  }
  const { violations } = validate.mock.results[0]?.value as ReturnType<TemplateChecks['validate']>;
  expect(violations.map(({ ruleName }) => ruleName)).toEqual(['https-only']);
  expect(violations[0]?.violatingResources[0]).toMatchObject({
    resourceLogicalId: expect.stringMatching(/^Distribution\w{8}$/),
    templatePath: expect.stringContaining('Nested'),
  });
});
