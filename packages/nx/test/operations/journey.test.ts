import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSynthesizedStack } from '../../src/operations/assembly/assembly';
import { cdkCli, installedCdk } from '../../src/operations/cdk/cdk-cli';
import { contentDeployments } from '../../src/operations/site/bucket-deployment';
import { fakeAws, operated } from './operated';
import { projectWith } from './stage-assembly';

test('with the real CDK a stage is deployed, peopled, refilled, compared and destroyed', async () => {
  const aws = await fakeAws();
  const directory = projectWith('dev');
  const cdk = cdkCli(installedCdk, directory, { ...process.env, ...aws.env });
  const run = (line: string) => operated(aws, line, { directory, context: { cdk } });
  const outputs = join(directory, 'outputs/dev.json');

  expect(await run('deploy')).toMatchObject({ exitCode: 0 });
  const [stack] = aws.cloudFormation.stacks.values();
  expect(stack).toMatchObject({
    name: 'spa-on-aws-dev',
    status: 'CREATE_COMPLETE',
    terminationProtection: false,
  });
  const synthesized = readSynthesizedStack(join(directory, 'cdk.out'), 'dev');
  expect(JSON.parse(stack?.template ?? '')).toEqual(synthesized.template);
  expect(JSON.parse(readFileSync(outputs, 'utf8'))).toMatchObject({ outputs: stack?.outputs });

  expect(await run('user --e2e')).toMatchObject({ exitCode: 0 });
  const [{ directory: webBuild = '', bucket = '' } = {}] = contentDeployments(synthesized);
  expect(await run('deploy-site')).toMatchObject({ exitCode: 0 });
  writeFileSync(join(webBuild, 'index.html'), 'changed');
  expect(await run('deploy-site')).toMatchObject({ exitCode: 0 });
  const site = aws.s3.objects(`spa-on-aws-dev-${bucket}`.toLowerCase());
  expect(site.get('index.html')?.body.toString()).toBe('changed');

  expect(await run('diff')).toMatchObject({ exitCode: 0 });

  expect(await run('destroy --yes')).toMatchObject({ exitCode: 0 });
  expect(stack).toMatchObject({ status: 'DELETE_COMPLETE' });
  expect(existsSync(outputs)).toBe(false);
}, 180_000);
