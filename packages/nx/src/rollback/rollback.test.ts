import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { ServiceError } from '../../test/aws/response';
import { fakeAws, projectWith, run } from '../../test/run';
import type { CdkCli } from '../cdk/cdk-cli';

const STACK = 'spa-on-aws-dev';
const BUCKET = 'cdk-hnb659fds-assets-123456789012-eu-central-1';
const IMAGES = 'cdk-hnb659fds-container-assets-123456789012-eu-central-1';

/** Fake of `cdk deploy` that deploys the template of the assembly. */
const deploying =
  (aws: Awaited<ReturnType<typeof fakeAws>>, directory: string): CdkCli =>
  async ({ args }) => {
    const app = args[args.indexOf('--app') + 1] ?? '';
    const file = join(app === 'cdk.out' ? join(directory, app) : app, `${STACK}.template.json`);
    const [stack] = aws.cloudFormation.stacks.values();
    const template = readFileSync(file, 'utf8');
    if (stack) stack.template = template;
    else aws.cloudFormation.deployed(STACK, JSON.parse(template) as object);
    return 0;
  };

/** Deploys two versions of a stage: they have different images and different HTML. */
async function twoVersions() {
  const aws = await fakeAws();
  const directory = projectWith('dev');
  const context = { cdk: deploying(aws, directory) };
  const at = (line: string, answers?: string[]) =>
    run(aws, line, { directory, context, ...(answers && { answers }) });
  const deployVersion = async (version: string, html: string): Promise<void> => {
    const file = join(directory, `cdk.out/${STACK}.template.json`);
    const template = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      template.replaceAll(/"web[^"]*\.zip"/g, `"web${version}.zip"`).replace(/:api[^"]*"/, `:api${version}"`),
    );
    const content = { 'index.html': strToU8(html), 'assets/index-1a2b3c.js': strToU8('script') };
    aws.s3.put(BUCKET, `web${version}.zip`, Buffer.from(zipSync(content)));
    expect(await at('deploy')).toMatchObject({ exitCode: 0 });
  };
  for (const name of ['auto-delete-objects.zip', 'bucket-deployment.zip'])
    aws.s3.put(BUCKET, name, 'function');
  await deployVersion('1', 'first');
  await deployVersion('2', 'second');
  const [stack] = aws.cloudFormation.stacks.values();
  if (!stack) throw new Error('The stage is not deployed');
  const [siteBucket = ''] = /SiteBucket\w+/.exec(stack.template) ?? [];
  const html = () =>
    aws.s3.objects(`${STACK}-${siteBucket}`.toLowerCase()).get('index.html')?.body.toString();
  return { aws, at, stack, html };
}

test('lists the versions, and returns the content of the site first, then the image', async () => {
  const { aws, at, stack, html } = await twoVersions();
  const { exitCode, text, questions, cdkRuns } = await at('rollback', ['y']);
  expect(exitCode).toBe(0);
  expect(text).toContain(
    '     2  2026-11-01 10:01 UTC  by ada  (deployed)\n     1  2026-11-01 10:00 UTC  by ada',
  );
  expect(questions).toEqual(['Return to version 1? [y/N] ']);
  expect(html()).toBe('first');
  expect(stack.template).toContain('"web1.zip"');
  expect(stack.template).toMatch(/:api1"/);
  expect(stack.template).not.toMatch(/web2\.zip|:api2"/);
  expect(aws.invalidations).toEqual([{ distribution: expect.any(String), paths: ['/*'] }]);
  expect(cdkRuns).toHaveLength(1);
});

test('changes nothing but images and content, and keeps the assets of both versions for open tabs', async () => {
  const { aws, at, stack } = await twoVersions();
  const before = JSON.parse(stack.template) as object;
  await at('rollback --yes');
  const restored = stack.template.replaceAll('web1.zip', 'web2.zip').replace(':api1"', ':api2"');
  expect(JSON.parse(restored)).toEqual(before);
  expect(aws.s3.log.filter((line) => line.startsWith('DELETE'))).toEqual([]);
});

test('returns forward when it is run again, and to any version with --to', async () => {
  const { at, html } = await twoVersions();
  await at('rollback --yes');
  await at('rollback --yes');
  expect(html()).toBe('second');
  await at('rollback --to=1 --yes');
  expect(html()).toBe('first');
});

test('changes nothing without confirmation', async () => {
  const { at, html, stack } = await twoVersions();
  const before = stack.template;
  const refused = await at('rollback');
  expect(refused).toMatchObject({ exitCode: 1, cdkRuns: [] });
  expect(refused.text).toContain('→ npx nx rollback infra --stage=dev --yes');
  expect(await at('rollback', ['n'])).toMatchObject({ exitCode: 1, cdkRuns: [] });
  expect([html(), stack.template]).toEqual([undefined, before]);
});

test.each([
  ['--to=7', 'There is no version 7.'],
  ['--to=last', "--to is 'last'; it must be a version."],
])('rejects %s', async (option, problem) => {
  const { at } = await twoVersions();
  const { exitCode, text, cdkRuns } = await at(`rollback ${option} --yes`);
  expect(exitCode).not.toBe(0);
  expect(cdkRuns).toEqual([]);
  expect(text).toContain(problem);
});

test('does not return to a version with other resources', async () => {
  const { at, stack } = await twoVersions();
  const template = JSON.parse(stack.template) as { Resources: Record<string, object> };
  const { BackendTaskDefinitionDC451011: task, ...Resources } = template.Resources;
  expect(task).toBeDefined();
  stack.template = JSON.stringify({ ...template, Resources });
  const { text, cdkRuns } = await at('rollback --to=1 --yes');
  expect(text).toContain('Version 1 has other resources than the deployed stack: BackendTaskDefinition');
  expect(cdkRuns).toEqual([]);
});

test.each<[what: string, deleted: { file?: string; image?: string }, missing: string]>([
  ['content', { file: 'web1.zip' }, `${BUCKET}/web1.zip`],
  ['image', { image: `${IMAGES}:api1` }, `${IMAGES}:api1`],
  ['function', { file: 'bucket-deployment.zip' }, `${BUCKET}/bucket-deployment.zip`],
])('does not ask or change anything if the %s is gone', async (_what, { file, image }, missing) => {
  const { aws, at, html, stack } = await twoVersions();
  const before = stack.template;
  if (file) aws.s3.delete(BUCKET, file);
  if (image) aws.deletedImages.add(image);
  const { exitCode, text, questions, cdkRuns } = await at('rollback --to=1', ['y']);
  expect(exitCode).toBe(1);
  expect(text).toContain(`Version 1 needs what no longer exists: ${missing}. Nothing was changed.`);
  expect(text).toContain('→ check out the commit of that version, and deploy it');
  expect([questions, cdkRuns]).toEqual([[], []]);
  expect([html(), stack.template]).toEqual([undefined, before]);
});

test('says that there is no version before the first', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(
    STACK,
    JSON.parse(readFileSync(join(projectWith('dev'), `cdk.out/${STACK}.template.json`), 'utf8')) as object,
  );
  const { exitCode, text } = await run(aws, 'rollback --yes', { directory: projectWith('dev') });
  expect(exitCode).toBe(1);
  expect(text).toContain('There is no version before the deployed one');
});

test('a deployment without changes of the API and the site is no version', async () => {
  const { aws, at } = await twoVersions();
  await at('deploy');
  expect(aws.parameterHistory.get(`/${STACK}/release`)).toHaveLength(2);
});

test('deploys also when the credentials cannot record the version, and says so', async () => {
  const { aws, at } = await twoVersions();
  aws.failures.set('ssm.GetParameterHistory', new ServiceError('AccessDeniedException', 'no', 400));
  const { exitCode, text } = await at('deploy');
  expect(exitCode).toBe(0);
  expect(text).toContain('cannot record this version');
});

test('destroy deletes the list of versions', async () => {
  const { aws, at } = await twoVersions();
  expect(await at('destroy --yes')).toMatchObject({ exitCode: 0 });
  expect(aws.parameterHistory.size).toBe(0);
});
