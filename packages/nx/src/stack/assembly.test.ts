import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAssembly } from '@spa-on-aws/cloudformation';
import { projectWith } from '../../test/run';
import type { Context } from '../executor';
import { readStageAssembly, retainedResources, type Template } from './assembly';

const read = (projectRoot: string, stage: string) =>
  readStageAssembly({ assembly: 'cdk.out', stage, stackName: 'spa-on-aws-{stage}' }, {
    projectRoot,
    projectName: 'infra',
  } as Context);

test('reads the stack of a stage', async () => {
  const stack = await read(projectWith('dev'), 'dev');
  expect(stack).toMatchObject({
    stage: 'dev',
    name: 'spa-on-aws-dev',
    account: undefined,
    region: undefined,
    terminationProtection: false,
    bootstrap: { parameter: '/cdk-bootstrap/hnb659fds/version', version: 6 },
  });
  expect(stack.images.size).toBe(1);
  expect(Object.keys(stack.template.Resources).length).toBeGreaterThan(10);
});

test('reads the termination protection of a stage that retains its data', async () => {
  expect(await read(projectWith('prod'), 'prod')).toMatchObject({ terminationProtection: true });
});

test('rejects an assembly of another stage, with the command that synthesizes the right one', async () => {
  const project = projectWith('dev');
  await expect(read(project, 'pr-12')).rejects.toMatchObject({
    message: `${join(project, 'cdk.out')} contains spa-on-aws-dev, not spa-on-aws-pr-12.`,
    remedy: 'npx nx synth infra --stage=pr-12',
  });
});

test('rejects a missing assembly, with the command that synthesizes it', async () => {
  await expect(read('/nowhere', 'dev')).rejects.toThrow(
    '/nowhere/cdk.out does not exist. Synthesize it first: npx nx synth infra --stage=dev',
  );
});

async function retained(stage: 'dev' | 'prod') {
  const [stack] = await readAssembly(join(projectWith(stage), 'cdk.out'));
  return retainedResources(stack?.template.json as Template);
}

test('finds no retained resource in stage dev', async () => {
  expect(await retained('dev')).toEqual([]);
});

test('finds retained users and objects in stage prod', async () => {
  expect(await retained('prod')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        type: 'AWS::Cognito::UserPool',
        policy: 'Retain',
        content: expect.stringContaining('users'),
      }),
      expect.objectContaining({ type: 'AWS::S3::Bucket', policy: 'Retain' }),
    ]),
  );
});

test.each(['Retain', 'RetainExceptOnCreate', 'Snapshot'])(
  'finds a resource with the deletion policy %s',
  (policy) => {
    const template = { Resources: { Data: { Type: 'Custom::Thing', DeletionPolicy: policy } } };
    expect(retainedResources(template)).toEqual([
      { logicalId: 'Data', type: 'Custom::Thing', policy, content: 'its content' },
    ]);
  },
);
