import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAssembly } from '@spa-on-aws/cloudformation';
import { projectWith } from '../../test/run';
import type { Template } from './assembly';
import { retainedResources } from './retained-resources';

async function retained(stage: 'dev' | 'prod') {
  const [stack] = await readAssembly(join(projectWith(stage), 'cdk.out'));
  return retainedResources(stack?.template.json as Template);
}

test('finds nothing in stage dev', async () => {
  expect(await retained('dev')).toEqual([]);
});

test('finds users and objects in stage prod', async () => {
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
