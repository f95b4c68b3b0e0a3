import { expect, test } from 'vitest';
import type { SynthesizedStack } from '../assembly/assembly';
import type { TemplateResource } from '../assembly/template';
import { contentDeployments } from './bucket-deployment';

const properties = { SourceObjectKeys: ['web.zip'], DestinationBucketName: { Ref: 'Bucket' } };

const deployments = (resources: Record<string, Partial<TemplateResource>>) =>
  contentDeployments({
    stage: 'dev',
    template: {
      Resources: Object.fromEntries(
        Object.entries(resources).map(([id, one]) => [
          id,
          { Type: 'Custom::CDKBucketDeployment', Properties: properties, ...one },
        ]),
      ),
    },
    directories: new Map([['web.zip', '/build']]),
  } as unknown as SynthesizedStack);

test('a deployment comes after those it depends on, wherever the template has it', () => {
  const ordered = deployments({
    Html: { DependsOn: ['Assets', 'Other'] },
    Assets: {},
    Fonts: { DependsOn: 'Html' },
  });
  expect(ordered.map(({ logicalId }) => logicalId)).toEqual(['Assets', 'Html', 'Fonts']);
});

test('what the template does not say is what the handler of the CDK takes', () => {
  expect(deployments({ Html: {} })).toEqual([
    {
      logicalId: 'Html',
      directory: '/build',
      bucket: 'Bucket',
      prefix: '',
      prune: true,
      exclude: [],
      include: [],
      systemMetadata: {},
      userMetadata: {},
      invalidation: undefined,
    },
  ]);
});

test('files that CloudFormation fills in are left to it', () => {
  expect(deployments({ Config: { Properties: { ...properties, SourceMarkers: [{}] } } })).toEqual([]);
});

test.each(['docs', 'docs/'])('the prefix %s is a directory', (prefix) => {
  const [deployment] = deployments({
    Docs: { Properties: { ...properties, DestinationBucketKeyPrefix: prefix } },
  });
  expect(deployment?.prefix).toBe('docs/');
});

test('a property unknown here is not passed over', () => {
  expect(() => deployments({ Html: { Properties: { ...properties, Extract: false } } })).toThrow(
    'Custom::CDKBucketDeployment Html has properties unknown here: Extract.',
  );
});

test.each([
  { SourceObjectKeys: ['web.zip', 'more.zip'] },
  { SourceObjectKeys: ['elsewhere.zip'] },
  { DestinationBucketName: 'literal' },
])('%j is not a directory of the assembly into a bucket of the stack', (more) => {
  expect(() => deployments({ Html: { Properties: { ...properties, ...more } } })).toThrow(
    'is not one directory',
  );
});
