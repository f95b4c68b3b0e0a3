import type { RuntimeConfig } from '@spa-on-aws/shared-types';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnParameter } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { smallBuilds, templateOf } from '../../test/synthesized';
import { SiteContent } from './site-content';
import { StaticSite } from './static-site';

const CONFIG: RuntimeConfig = {
  schemaVersion: 1,
  issuer: 'https://issuer.example/pool',
  cognitoDomain: 'https://sign-in.example',
  clientId: 'client',
  scopes: ['openid'],
};

type Deployment = { Properties: Record<string, unknown>; DependsOn?: string[] };

function contentTemplate() {
  const { webBuild } = smallBuilds();
  return templateOf((stack) => {
    const clientId = new CfnParameter(stack, 'ClientId').valueAsString;
    const site = new StaticSite(stack, 'Site');
    const logGroup = new LogGroup(stack, 'Logs');
    new SiteContent(stack, 'Content', { site, webBuild, config: { ...CONFIG, clientId }, logGroup });
  });
}

function deployments() {
  const resources = contentTemplate().findResources('Custom::CDKBucketDeployment') as Record<
    string,
    Deployment
  >;
  const deployment = (name: string) => {
    const [id] = Object.keys(resources).filter((logicalId) => logicalId.startsWith(`Content${name}`));
    const resource = id === undefined ? undefined : resources[id];
    if (id === undefined || !resource) throw new Error(`the template has no deployment ${name}`);
    return { id, dependsOn: resource.DependsOn ?? [], properties: resource.Properties };
  };
  expect(Object.keys(resources)).toHaveLength(3);
  return { assets: deployment('Assets'), config: deployment('Config'), html: deployment('Html') };
}

test('hashed assets are immutable and stay after later deployments', () => {
  expect(deployments().assets.properties).toMatchObject({
    Exclude: ['*'],
    Include: ['assets/*'],
    Prune: false,
    SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
  });
});

test('all other files are revalidated, and the CloudFront cache is invalidated', () => {
  expect(deployments().html.properties).toMatchObject({
    Prune: true,
    SystemMetadata: { 'cache-control': 'no-cache' },
    DistributionPaths: ['/*'],
    WaitForDistributionInvalidation: true,
  });
});

test('CDK’s function cannot invalidate other distributions', () => {
  const template = contentTemplate();
  const [distribution] = Object.keys(template.findResources('AWS::CloudFront::Distribution'));
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Record<string, unknown>[],
  );
  const denied = statements.filter(({ Effect }) => Effect === 'Deny');
  expect(denied).toEqual([
    expect.objectContaining({ Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'] }),
  ]);
  expect(rendered(denied[0]?.['NotResource'])).toBe(
    `arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${${distribution}}`,
  );
});

test('pruning excludes assets and configuration', () => {
  const { assets, config, html } = deployments();
  expect(html.properties).toMatchObject({ Exclude: ['assets/*', 'config.json'] });
  expect(html.properties).not.toHaveProperty('Include');
  expect([assets, config].map(({ properties }) => properties['Prune'])).toEqual([false, false]);
});

test('HTML is uploaded after assets and configuration', () => {
  const { assets, config, html } = deployments();
  expect(html.dependsOn).toEqual(expect.arrayContaining([assets.id, config.id]));
});

test('the configuration is not cached, and its tokens are resolved at deployment', () => {
  const { config } = deployments();
  expect(config.properties).toMatchObject({ SystemMetadata: { 'cache-control': 'no-store' } });
  expect(Object.values((config.properties['SourceMarkers'] as object[])[0] ?? {})).toEqual([
    { Ref: 'ClientId' },
  ]);
});

test('CDK’s function writes to the given log group and creates none', () => {
  const template = contentTemplate();
  const [logGroup, ...others] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
  expect(others).toEqual([]);
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(functions.map(({ Properties }) => Properties.LoggingConfig)).toEqual([
    { LogGroup: { Ref: logGroup } },
  ]);
});
