import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { unvalidatedApp } from '../../test/synthesized';
import { SiteDomain, siteDomainProblems, type SiteDomainProps } from './site-domain';

const PROPS: SiteDomainProps = {
  domainName: 'app.example.com',
  hostedZoneId: 'Z0123456789',
  hostedZoneName: 'example.com',
};
const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b-3c';

function domainTemplate(props: Partial<SiteDomainProps> = {}, region?: string): Template {
  const stack = new Stack(unvalidatedApp(), 'test', region ? { env: { region } } : {});
  const domain = new SiteDomain(stack, 'Domain', { ...PROPS, ...props });
  domain.addAliasRecords(
    new Distribution(stack, 'Distribution', {
      defaultBehavior: { origin: new HttpOrigin('origin.example') },
      domainNames: [domain.domainName],
      certificate: domain.certificate,
    }),
  );
  return Template.fromStack(stack);
}

test('creates a certificate, validated in the hosted zone, if the stack is in us-east-1', () => {
  domainTemplate({}, 'us-east-1').hasResourceProperties('AWS::CertificateManager::Certificate', {
    DomainName: 'app.example.com',
    ValidationMethod: 'DNS',
    DomainValidationOptions: [{ DomainName: 'app.example.com', HostedZoneId: 'Z0123456789' }],
  });
});

test('uses a given certificate in other regions', () => {
  const template = domainTemplate({ certificateArn: CERTIFICATE_ARN }, 'eu-west-1');
  template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
  template.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: { ViewerCertificate: { AcmCertificateArn: CERTIFICATE_ARN } },
  });
});

test('adds IPv4 and IPv6 alias records for the distribution', () => {
  const records = Object.values(domainTemplate({}, 'us-east-1').findResources('AWS::Route53::RecordSet')).map(
    ({ Properties }) => Properties,
  );
  expect(records.map(({ Type }) => Type).sort()).toEqual(['A', 'AAAA']);
  for (const record of records) {
    expect(record).toMatchObject({ Name: 'app.example.com.', HostedZoneId: 'Z0123456789' });
    expect(record.AliasTarget.DNSName).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Distribution/), 'DomainName'],
    });
  }
});

const problemsOf = (props: Partial<SiteDomainProps>, region = 'us-east-1') =>
  siteDomainProblems({ ...PROPS, ...props }, region);

test.each([undefined, 'eu-west-1'])('throws without a certificate if the stack’s region is %s', (region) => {
  expect(() => domainTemplate({}, region)).toThrow(
    'test/Domain: certificateArn is not set, but CloudFront needs a certificate in us-east-1: set it',
  );
});

test('throws on an invalid property', () => {
  expect(() => domainTemplate({ domainName: 'App' }, 'us-east-1')).toThrow(
    "test/Domain: domainName 'App' is not a valid domain name",
  );
});

test.each(['example.com', 'app.example.com', 'xn--bcher-kva.example'])(
  '%s is a valid domain name, and a hosted zone contains its own name',
  (domainName) => {
    expect(problemsOf({ domainName, hostedZoneName: domainName })).toEqual([]);
  },
);

test.each([
  'localhost',
  'App.example.com',
  'https://example.com',
  'example.com/',
  '*.example.com',
  'a..b',
  '-a.example',
  '',
])('%j is not a valid domain name', (domainName) => {
  expect(problemsOf({ domainName, hostedZoneName: domainName })).toEqual([
    expect.stringContaining(`domainName '${domainName}' is not a valid domain name`),
  ]);
});

test('a hosted zone contains its subdomains', () => {
  expect(problemsOf({ domainName: 'app.example.com' })).toEqual([]);
  expect(problemsOf({ domainName: 'notexample.com' })).toEqual([
    expect.stringContaining("hostedZoneName 'example.com' does not contain 'notexample.com'"),
  ]);
});

test.each(['/hostedzone/Z123456', 'z123456', ''])('%j is not a hosted zone id', (hostedZoneId) => {
  expect(problemsOf({ hostedZoneId })).toEqual([
    expect.stringContaining(`hostedZoneId '${hostedZoneId}' is not a hosted zone id`),
  ]);
  expect(problemsOf({ hostedZoneId: 'Z0123456789ABCDEFGHIJ' })).toEqual([]);
});

test.each(['arn:aws:acm:eu-west-1:111122223333:certificate/1a2b-3c', 'arn:aws:iam::111122223333:role/x', ''])(
  '%j is not a certificate in us-east-1',
  (certificateArn) => {
    expect(problemsOf({ certificateArn })).toEqual([
      expect.stringContaining(`certificateArn '${certificateArn}' is not a certificate in us-east-1`),
    ]);
    expect(problemsOf({ certificateArn: CERTIFICATE_ARN }, 'eu-west-1')).toEqual([]);
  },
);
