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

test('the bucket is private, encrypted and denies plain HTTP', () => {
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

test('only the distribution can read the bucket, and it cannot list it (CF-S3-03)', () => {
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

test('both buckets are retained, unless the removal policy is DESTROY', () => {
  siteTemplate().allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  siteTemplate().resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  const destroyed = siteTemplate({ removalPolicy: RemovalPolicy.DESTROY });
  destroyed.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  destroyed.resourceCountIs('Custom::S3AutoDeleteObjects', 2);
});

test('access logs are written to a separate bucket, without cookies', () => {
  expect(distributionConfig().Logging).toEqual({
    Bucket: { 'Fn::GetAtt': [expect.stringMatching(/^SiteAccessLogsBucket/), 'RegionalDomainName'] },
    IncludeCookies: false,
  });
});

test('CloudFront writes access logs with an access control list, and they expire after 90 days', () => {
  siteTemplate().hasResourceProperties('AWS::S3::Bucket', {
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
  });
});

test('all buckets block public access, are encrypted and require TLS', () => {
  const template = siteTemplate();
  template.allResourcesProperties('AWS::S3::Bucket', {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    BucketEncryption: Match.anyValue(),
  });
  template.resourceCountIs('AWS::S3::BucketPolicy', 2);
  template.allResourcesProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

test('a custom domain is part of the URL and requires TLS 1.2', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1';
  let url = '';
  const template = templateOf((stack) => {
    const certificate = Certificate.fromCertificateArn(stack, 'Certificate', certificateArn);
    url = new StaticSite(stack, 'Site', { customDomain: { domainName: 'app.example.com', certificate } }).url;
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

test('the distribution has a web ACL if its ARN is given', () => {
  expect(distributionConfig()).not.toHaveProperty('WebACLId');
  const webAclArn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/1';
  siteTemplate({ webAclArn }).hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: { WebACLId: webAclArn },
  });
});

test('the distribution supports HTTP/2, HTTP/3 and IPv6, and index.html is its root object', () => {
  expect(distributionConfig()).toMatchObject({
    DefaultRootObject: 'index.html',
    HttpVersion: 'http2and3',
    IPV6Enabled: true,
    PriceClass: 'PriceClass_100',
  });
});

test('error responses are not rewritten, which would also change the API’s responses (CF-ERR-01)', () => {
  expect(distributionConfig(true)).not.toHaveProperty('CustomErrorResponses');
});

test('the SPA fallback runs on the default behavior only (CF-SPA-01)', () => {
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

test('config.json is served from the bucket and not cached', () => {
  const { CacheBehaviors, DefaultCacheBehavior } = distributionConfig();
  expect(CacheBehaviors).toEqual([
    expect.objectContaining({
      PathPattern: '/config.json',
      CachePolicyId: MANAGED.cachingDisabled,
      TargetOriginId: DefaultCacheBehavior.TargetOriginId,
    }),
  ]);
});

test('forwards all methods and headers except Host to the API’s stage, uncached and over HTTPS (CF-REQ-07)', () => {
  const { CacheBehaviors, Origins } = distributionConfig(true);
  const behavior = CacheBehaviors.find(
    ({ PathPattern }: { PathPattern: string }) => PathPattern === '/api/*',
  );
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

test('all behaviors have the security headers', () => {
  const { DefaultCacheBehavior, CacheBehaviors } = distributionConfig(true);
  const policies = [DefaultCacheBehavior, ...CacheBehaviors].map(({ ResponseHeadersPolicyId }) =>
    rendered(ResponseHeadersPolicyId),
  );
  expect(policies).toHaveLength(3);
  for (const policy of policies) expect(policy).toMatch(/^\$\{SiteSecurityHeadersPolicy[0-9A-F]+\}$/);
});
