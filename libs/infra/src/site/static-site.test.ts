import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnParameter, RemovalPolicy } from 'aws-cdk-lib/core';
import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { templateOf } from '../../test/synthesized';
import { StaticSite, type StaticSiteProps } from './static-site';

const MANAGED = {
  cachingOptimized: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  cachingDisabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  allViewerExceptHostHeader: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
};

function siteTemplate(props: StaticSiteProps = {}, withApi = false) {
  return templateOf((stack) => {
    const site = new StaticSite(stack, 'Site', props);
    if (withApi) {
      const domainName = new CfnParameter(stack, 'ApiHost').valueAsString;
      site.routeToApi({ domainName, originPath: '/dev' });
    }
  });
}

function distributionConfig(withApi = false) {
  const [distribution] = Object.values(
    siteTemplate({}, withApi).findResources('AWS::CloudFront::Distribution'),
  );
  return distribution?.['Properties'].DistributionConfig;
}

test('the bucket is private, encrypted and refuses plain HTTP', () => {
  const template = siteTemplate();
  template.hasResourceProperties('AWS::S3::Bucket', {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    BucketEncryption: Match.anyValue(),
    AccessControl: Match.absent(),
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

test('only the distribution reads the bucket, and it may not list it (P2, CF-S3-03)', () => {
  const allowed = Object.values(siteTemplate().findResources('AWS::S3::BucketPolicy'))
    .flatMap((policy) => policy['Properties'].PolicyDocument.Statement)
    .filter((statement: { Effect: string }) => statement.Effect === 'Allow');
  expect(allowed).toHaveLength(1);
  expect(allowed[0]).toMatchObject({
    Action: 's3:GetObject',
    Principal: { Service: 'cloudfront.amazonaws.com' },
  });
  expect(rendered(allowed[0].Condition.StringEquals['AWS:SourceArn'])).toMatch(
    /:distribution\/\$\{SiteDistribution[0-9A-F]+\}$/,
  );
});

test('both buckets stay with their objects unless the stage is to leave nothing behind (P24)', () => {
  siteTemplate().allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  siteTemplate().resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  const passing = siteTemplate({ removalPolicy: RemovalPolicy.DESTROY });
  passing.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  passing.resourceCountIs('Custom::S3AutoDeleteObjects', 2);
});

test('who asked for what is logged, to a bucket of its own, without cookies', () => {
  expect(distributionConfig().Logging).toEqual({
    Bucket: { 'Fn::GetAtt': [expect.stringMatching(/^SiteAccessLogsBucket/), 'RegionalDomainName'] },
    IncludeCookies: false,
  });
});

test('a host name of its own makes it into the URL, over TLS 1.2 at least', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1';
  let url = '';
  const template = templateOf((stack) => {
    const certificate = Certificate.fromCertificateArn(stack, 'Certificate', certificateArn);
    url = new StaticSite(stack, 'Site', { host: { domainName: 'app.example.com', certificate } }).url;
  });
  template.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      Aliases: ['app.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: certificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    },
  });
  expect(url).toBe('https://app.example.com');
});

test('a firewall is in front of everything, where there is one', () => {
  expect(distributionConfig()).not.toHaveProperty('WebACLId');
  const webAclArn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/1';
  siteTemplate({ webAclArn }).hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: { WebACLId: webAclArn },
  });
});

test('the distribution speaks HTTP/2, HTTP/3 and IPv6 and starts at index.html', () => {
  expect(distributionConfig()).toMatchObject({
    DefaultRootObject: 'index.html',
    HttpVersion: 'http2and3',
    IPV6Enabled: true,
    PriceClass: 'PriceClass_100',
  });
});

test('no error response is rewritten, for that would hit the API too (P3, CF-ERR-01)', () => {
  expect(distributionConfig(true)).not.toHaveProperty('CustomErrorResponses');
});

test('the SPA fallback runs on the default behavior and nowhere else (P3, CF-SPA-01)', () => {
  const { DefaultCacheBehavior, CacheBehaviors } = distributionConfig(true);
  expect(DefaultCacheBehavior).toMatchObject({
    CachePolicyId: MANAGED.cachingOptimized,
    Compress: true,
    ViewerProtocolPolicy: 'redirect-to-https',
    FunctionAssociations: [{ EventType: 'viewer-request' }],
  });
  for (const behavior of CacheBehaviors) expect(behavior).not.toHaveProperty('FunctionAssociations');
  siteTemplate().hasResourceProperties('AWS::CloudFront::Function', {
    AutoPublish: true,
    FunctionConfig: { Runtime: 'cloudfront-js-2.0' },
    FunctionCode: Match.stringLikeRegexp('function handler\\(event\\)'),
  });
});

test('config.json comes from the bucket and is never cached (P6)', () => {
  const { CacheBehaviors, DefaultCacheBehavior } = distributionConfig();
  expect(CacheBehaviors).toEqual([
    expect.objectContaining({
      PathPattern: '/config.json',
      CachePolicyId: MANAGED.cachingDisabled,
      TargetOriginId: DefaultCacheBehavior.TargetOriginId,
    }),
  ]);
});

test('the API gets every method and header but Host, uncached, over HTTPS, below its stage (P10, CF-REQ-07)', () => {
  const { CacheBehaviors, Origins } = distributionConfig(true);
  const behavior = CacheBehaviors.find((one: { PathPattern: string }) => one.PathPattern === '/api/*');
  expect(behavior).toMatchObject({
    AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    CachePolicyId: MANAGED.cachingDisabled,
    OriginRequestPolicyId: MANAGED.allViewerExceptHostHeader,
    ViewerProtocolPolicy: 'https-only',
    Compress: false,
  });
  expect(Origins.find((origin: { Id: string }) => origin.Id === behavior.TargetOriginId)).toMatchObject({
    DomainName: { Ref: 'ApiHost' },
    OriginPath: '/dev',
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
  });
});

test('the security headers are on the HTML and on every other answer (B6)', () => {
  const { DefaultCacheBehavior, CacheBehaviors } = distributionConfig(true);
  const policies = [DefaultCacheBehavior, ...CacheBehaviors].map((one) =>
    rendered(one.ResponseHeadersPolicyId),
  );
  expect(policies).toHaveLength(3);
  for (const policy of policies) expect(policy).toMatch(/^\$\{SiteSecurityHeadersPolicy[0-9A-F]+\}$/);
});
