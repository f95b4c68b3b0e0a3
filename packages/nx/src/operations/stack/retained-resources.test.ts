import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectWith } from '../../../test/operations/stage-assembly';
import { readSynthesizedStack } from '../assembly/assembly';
import { retainedResources } from './retained-resources';

const retained = (stage: string) =>
  retainedResources(readSynthesizedStack(join(projectWith(stage), 'cdk.out'), stage).template);

test('stage dev leaves nothing behind (P24)', () => {
  expect(retained('dev')).toEqual([]);
});

test('stage prod keeps people and objects (P24)', () => {
  expect(retained('prod')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        type: 'AWS::Cognito::UserPool',
        policy: 'Retain',
        holds: expect.stringContaining('people'),
      }),
      expect.objectContaining({ type: 'AWS::S3::Bucket', policy: 'Retain' }),
    ]),
  );
});

test.each(['Retain', 'RetainExceptOnCreate', 'Snapshot'])(
  'a deletion policy %s keeps something',
  (policy) => {
    const template = { Resources: { Data: { Type: 'Custom::Thing', DeletionPolicy: policy } } };
    expect(retainedResources(template)).toEqual([
      { logicalId: 'Data', type: 'Custom::Thing', policy, holds: 'what it holds' },
    ]);
  },
);
