import { expect, test } from 'vitest';
import type { TemplateResource } from '../stack/assembly';
import { contentDeployments } from './bucket-deployment';

const properties = { SourceObjectKeys: ['web.zip'], DestinationBucketName: { Ref: 'Bucket' } };

const deployments = (resources: Record<string, Partial<TemplateResource>>) =>
  contentDeployments(
    {
      template: {
        Resources: Object.fromEntries(
          Object.entries(resources).map(([id, one]) => [
            id,
            { Type: 'Custom::CDKBucketDeployment', Properties: properties, ...one },
          ]),
        ),
      },
      files: new Map([['web.zip', { path: '/build', packaging: 'zip' }]]),
    },
    'npx nx deploy infra',
  );

test('sorts deployments by their dependencies', () => {
  const ordered = deployments({
    Html: { DependsOn: ['Assets', 'Other'] },
    Assets: {},
    Fonts: { DependsOn: 'Html' },
  });
  expect(ordered.map(({ logicalId }) => logicalId)).toEqual(['Assets', 'Html', 'Fonts']);
});

test('has the defaults of the CDK’s handler', () => {
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

test('ignores a deployment whose files CloudFormation fills in', () => {
  expect(deployments({ Config: { Properties: { ...properties, SourceMarkers: [{}] } } })).toEqual([]);
});

test.each(['docs', 'docs/'])('uses the prefix %s as a directory', (prefix) => {
  const [deployment] = deployments({
    Docs: { Properties: { ...properties, DestinationBucketKeyPrefix: prefix } },
  });
  expect(deployment?.prefix).toBe('docs/');
});

test('rejects an unsupported property', () => {
  expect(() => deployments({ Html: { Properties: { ...properties, Extract: false } } })).toThrow(
    'Custom::CDKBucketDeployment Html has unsupported properties: Extract.',
  );
});

test.each([
  { SourceObjectKeys: ['web.zip', 'more.zip'] },
  { SourceObjectKeys: ['elsewhere.zip'] },
  { DestinationBucketName: 'literal' },
])('rejects a deployment with %j', (more) => {
  expect(() => deployments({ Html: { Properties: { ...properties, ...more } } })).toThrow(
    'does not deploy one directory of the assembly',
  );
});
