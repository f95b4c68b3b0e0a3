import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeAws, operated } from '../../../test/operations/operated';
import { projectWith } from '../../../test/operations/stage-assembly';
import { readSynthesizedStack } from '../assembly/assembly';
import { contentDeployments } from './bucket-deployment';

/** A deployed stage, its bucket's name, and where the web build is in the assembly. */
async function deployedStage(name = 'dev', more = {}) {
  const aws = await fakeAws();
  const directory = projectWith(name);
  const synthesized = readSynthesizedStack(join(directory, 'cdk.out'), name);
  aws.cloudFormation.deployed(synthesized.name, synthesized.template, more);
  const [first] = contentDeployments(synthesized);
  if (!first) throw new Error('The template deploys no content');
  const bucket = `${synthesized.name}-${first.bucket}`.toLowerCase();
  return { aws, directory, bucket, webBuild: first.directory };
}

test('assets go up before HTML, then CloudFront forgets what it had (P8, B12)', async () => {
  const { aws, directory, bucket, webBuild } = await deployedStage();
  const { exitCode, text } = await operated(aws, 'deploy-site', { directory });
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

test('headers are those of the template: assets for good, HTML never without asking (P8)', async () => {
  const { aws, directory, bucket } = await deployedStage();
  await operated(aws, 'deploy-site', { directory });
  const headers = Object.fromEntries([...aws.s3.objects(bucket)].map(([key, { headers }]) => [key, headers]));
  expect(headers).toEqual({
    'assets/index-1a2b3c.js': {
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript',
    },
    'index.html': { 'cache-control': 'no-cache', 'content-type': 'text/html' },
  });
});

test('old assets and the configuration stay, other files that are no longer built go (P7, P8)', async () => {
  const { aws, directory, bucket } = await deployedStage();
  aws.s3.put(bucket, 'assets/index-old.js', 'old');
  aws.s3.put(bucket, 'config.json', '{}', { 'cache-control': 'no-store' });
  aws.s3.put(bucket, 'robots.txt', 'old');
  const { text } = await operated(aws, 'deploy-site', { directory });
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

test('a configuration in the build is not what people get', async () => {
  const { aws, directory, bucket, webBuild } = await deployedStage();
  writeFileSync(join(webBuild, 'config.json'), '{"wrong":true}');
  await operated(aws, 'deploy-site', { directory });
  expect(aws.s3.objects(bucket).has('config.json')).toBe(false);
});

test('the second time nothing is uploaded, and what changed is the third', async () => {
  const { aws, directory, bucket, webBuild } = await deployedStage();
  await operated(aws, 'deploy-site', { directory });
  aws.s3.log.length = 0;
  const again = await operated(aws, 'deploy-site', { directory });
  expect(again.text).toContain('had this content already');
  expect(aws.s3.log).toEqual([]);
  writeFileSync(join(webBuild, 'index.html'), '<!doctype html><title>New</title>');
  await operated(aws, 'deploy-site', { directory });
  expect(aws.s3.log).toEqual([`PUT ${bucket}/index.html`]);
});

test('CloudFormation is asked, never told', async () => {
  const { aws, directory } = await deployedStage();
  const { cdkRuns } = await operated(aws, 'deploy-site', { directory });
  expect(cdkRuns).toEqual([]);
  const asked = new Set(aws.calls.filter((call) => call.startsWith('cloudformation.')));
  expect([...asked].sort()).toEqual(['cloudformation.DescribeStacks', 'cloudformation.ListStackResources']);
});

test('a protected stage asks first', async () => {
  const { aws, directory, bucket } = await deployedStage('prod', { terminationProtection: true });
  const refused = await operated(aws, 'deploy-site --stage=prod', { directory });
  expect(refused.exitCode).toBe(1);
  expect(refused.text).toContain('→ npx nx deploy-site infra --stage=prod --yes');
  const declined = await operated(aws, 'deploy-site --stage=prod', { directory, answers: ['no'] });
  expect(declined.questions).toHaveLength(1);
  expect(aws.s3.objects(bucket).size).toBe(0);
  expect((await operated(aws, 'deploy-site --stage=prod', { directory, answers: ['yes'] })).exitCode).toBe(0);
  expect(aws.s3.objects(bucket).size).toBe(2);
});

test('a stage that is not deployed, or just being deployed, gets no content', async () => {
  const { aws, directory } = await deployedStage();
  for (const stack of aws.cloudFormation.stacks.values()) stack.status = 'UPDATE_IN_PROGRESS';
  expect((await operated(aws, 'deploy-site', { directory })).text).toContain('UPDATE_IN_PROGRESS');
  aws.cloudFormation.stacks.clear();
  expect((await operated(aws, 'deploy-site', { directory })).text).toContain('→ npx nx deploy infra');
  expect(aws.s3.log).toEqual([]);
});
