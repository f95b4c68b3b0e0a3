import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAssembly } from '@spa-on-aws/cloudformation';
import { fakeAws, projectWith, run } from '../../test/run';

/** Deploys a stage; returns it with the name of its bucket and the directory of its web build. */
async function deployedStage(name: 'dev' | 'prod' = 'dev', more = {}) {
  const aws = await fakeAws();
  const directory = projectWith(name);
  const [stack] = await readAssembly(join(directory, 'cdk.out'));
  if (!stack) throw new Error('The assembly has no stack');
  aws.cloudFormation.deployed(stack.name, stack.template.json as object, more);
  const [site] = stack.template.ofType('AWS::S3::Bucket').filter(({ id }) => id.startsWith('SiteBucket'));
  const bucket = `${stack.name}-${site?.id}`.toLowerCase();
  return { aws, directory, bucket, webBuild: join(directory, 'cdk.out/asset.web') };
}

test('uploads assets, then HTML, then invalidates CloudFront’s caches', async () => {
  const { aws, directory, bucket, webBuild } = await deployedStage();
  const { exitCode, text } = await run(aws, 'deploy-site', { directory });
  expect(exitCode).toBe(0);
  const [asset] = readdirSync(join(webBuild, 'assets'));
  expect(aws.s3.log).toEqual([`PUT ${bucket}/assets/${asset}`, `PUT ${bucket}/index.html`]);
  expect(aws.invalidations).toEqual([
    { distribution: expect.stringContaining('sitedistribution'), paths: ['/*'] },
  ]);
  const services = aws.calls.map((call) => call.split('.')[0]);
  expect(services.lastIndexOf('s3')).toBeLessThan(services.indexOf('cloudfront'));
  expect(text).toContain('has the new content');
});

test('sets the headers of the template: immutable assets, no caching of HTML', async () => {
  const { aws, directory, bucket } = await deployedStage();
  await run(aws, 'deploy-site', { directory });
  const headers = Object.fromEntries([...aws.s3.objects(bucket)].map(([key, { headers }]) => [key, headers]));
  expect(headers).toEqual({
    'assets/index-1a2b3c.js': {
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript',
    },
    'index.html': { 'cache-control': 'no-cache', 'content-type': 'text/html' },
  });
});

test('keeps old assets and config.json, and deletes other files that are no longer built', async () => {
  const { aws, directory, bucket } = await deployedStage();
  aws.s3.put(bucket, 'assets/index-old.js', 'old');
  aws.s3.put(bucket, 'config.json', '{}', { 'cache-control': 'no-store' });
  aws.s3.put(bucket, 'robots.txt', 'old');
  const { text } = await run(aws, 'deploy-site', { directory });
  expect([...aws.s3.objects(bucket).keys()].sort()).toEqual([
    'assets/index-1a2b3c.js',
    'assets/index-old.js',
    'config.json',
    'index.html',
  ]);
  expect(aws.s3.log.filter((line) => line.includes('config.json'))).toEqual([]);
  expect(aws.s3.objects(bucket).get('config.json')?.headers).toEqual({ 'cache-control': 'no-store' });
  expect(text).toContain('  - robots.txt');
});

test('does not upload a config.json of the build', async () => {
  const { aws, directory, bucket, webBuild } = await deployedStage();
  writeFileSync(join(webBuild, 'config.json'), '{"wrong":true}');
  await run(aws, 'deploy-site', { directory });
  expect(aws.s3.objects(bucket).has('config.json')).toBe(false);
});

test('uploads only changed files', async () => {
  const { aws, directory, bucket, webBuild } = await deployedStage();
  await run(aws, 'deploy-site', { directory });
  aws.s3.log.length = 0;
  const again = await run(aws, 'deploy-site', { directory });
  expect(again.text).toContain('already had this content');
  expect(aws.s3.log).toEqual([]);
  writeFileSync(join(webBuild, 'index.html'), '<!doctype html><title>New</title>');
  await run(aws, 'deploy-site', { directory });
  expect(aws.s3.log).toEqual([`PUT ${bucket}/index.html`]);
});

test('only reads from CloudFormation', async () => {
  const { aws, directory } = await deployedStage();
  const { cdkRuns } = await run(aws, 'deploy-site', { directory });
  expect(cdkRuns).toEqual([]);
  const operations = new Set(aws.calls.filter((call) => call.startsWith('cloudformation.')));
  expect([...operations].sort()).toEqual([
    'cloudformation.DescribeStacks',
    'cloudformation.ListStackResources',
  ]);
});

test('asks for confirmation for a protected stage', async () => {
  const { aws, directory, bucket } = await deployedStage('prod', { terminationProtection: true });
  const refused = await run(aws, 'deploy-site --stage=prod', { directory });
  expect(refused.exitCode).toBe(1);
  expect(refused.text).toContain('→ npx nx deploy-site infra --stage=prod --yes');
  const declined = await run(aws, 'deploy-site --stage=prod', { directory, answers: ['no'] });
  expect(declined.questions).toHaveLength(1);
  expect(aws.s3.objects(bucket).size).toBe(0);
  expect((await run(aws, 'deploy-site --stage=prod', { directory, answers: ['yes'] })).exitCode).toBe(0);
  expect(aws.s3.objects(bucket).size).toBe(2);
});

test('does not upload to a stage that is not deployed, or that is being deployed', async () => {
  const { aws, directory } = await deployedStage();
  for (const stack of aws.cloudFormation.stacks.values()) stack.status = 'UPDATE_IN_PROGRESS';
  expect((await run(aws, 'deploy-site', { directory })).text).toContain('UPDATE_IN_PROGRESS');
  aws.cloudFormation.stacks.clear();
  expect((await run(aws, 'deploy-site', { directory })).text).toContain('→ npx nx deploy infra');
  expect(aws.s3.log).toEqual([]);
});
