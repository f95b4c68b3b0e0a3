import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { unvalidatedApp } from '../../test/synthesized';
import {
  SiteDomain,
  certificateArnProblem,
  domainNameProblem,
  hostedZoneIdProblem,
  hostedZoneNameProblem,
  type SiteDomainProps,
} from './site-domain';

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

test.each([undefined, 'eu-west-1'])('throws without a certificate if the stack’s region is %s', (region) => {
  expect(() => domainTemplate({}, region)).toThrow(
    "test/Domain: the stack's region is not us-east-1, but CloudFront needs a certificate there: set certificateArn",
  );
});

test.each([
  [{ domainName: 'App' }, "test/Domain: domainName 'App' is not a valid domain name"],
  [{ hostedZoneId: '/hostedzone/Z1' }, 'test/Domain: hostedZoneId'],
  [{ hostedZoneName: 'example.org' }, "hostedZoneName 'example.org' does not contain 'app.example.com'"],
  [{ certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' }, 'certificateArn'],
])('throws on the invalid property %j', (props, message) => {
  expect(() => domainTemplate(props, 'us-east-1')).toThrow(message);
});

test.each(['example.com', 'app.example.com', 'xn--bcher-kva.example'])(
  '%s is a valid domain name',
  (name) => {
    expect(domainNameProblem(name)).toBeUndefined();
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
])('%j is not a valid domain name', (name) => {
  expect(domainNameProblem(name)).toContain(`'${name}' is not a valid domain name`);
});

test('a hosted zone contains its own name and its subdomains', () => {
  expect(hostedZoneNameProblem('example.com', 'example.com')).toBeUndefined();
  expect(hostedZoneNameProblem('example.com', 'app.example.com')).toBeUndefined();
  expect(hostedZoneNameProblem('example.com', 'notexample.com')).toContain(
    "'example.com' does not contain 'notexample.com'",
  );
});

test.each(['/hostedzone/Z123456', 'z123456', ''])('%j is not a hosted zone id', (id) => {
  expect(hostedZoneIdProblem(id)).toContain(`'${id}' is not a hosted zone id`);
  expect(hostedZoneIdProblem('Z0123456789ABCDEFGHIJ')).toBeUndefined();
});

test('a certificate for CloudFront must be in us-east-1', () => {
  const arn = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/1a2b-3c`;
  expect(certificateArnProblem(arn('us-east-1'))).toBeUndefined();
  expect(certificateArnProblem(arn('eu-west-1'))).toContain('is in eu-west-1, but CloudFront only accepts');
  expect(certificateArnProblem('arn:aws:iam::111122223333:role/x')).toContain('is not a certificate ARN');
});
