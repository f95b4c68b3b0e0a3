import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { unvalidatedApp } from '../../test/synthesized';
import { SiteDomain, type SiteDomainProps } from './site-domain';

const PROPS: SiteDomainProps = {
  domainName: 'app.example.com',
  hostedZoneId: 'Z0123456789',
  hostedZoneName: 'example.com',
};
const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b-3c';

function domainTemplate(props: Partial<SiteDomainProps> = {}, region?: string): Template {
  const stack = new Stack(unvalidatedApp(), 'test', region ? { env: { region } } : {});
  const domain = new SiteDomain(stack, 'Domain', { ...PROPS, ...props });
  domain.pointTo(
    new Distribution(stack, 'Distribution', {
      defaultBehavior: { origin: new HttpOrigin('origin.example') },
      domainNames: [domain.domainName],
      certificate: domain.certificate,
    }),
  );
  return Template.fromStack(stack);
}

test('in us-east-1 the certificate is made and validated in the zone', () => {
  domainTemplate({}, 'us-east-1').hasResourceProperties('AWS::CertificateManager::Certificate', {
    DomainName: 'app.example.com',
    ValidationMethod: 'DNS',
    DomainValidationOptions: [{ DomainName: 'app.example.com', HostedZoneId: 'Z0123456789' }],
  });
});

test('elsewhere a certificate of us-east-1 is named', () => {
  const template = domainTemplate({ certificateArn: CERTIFICATE_ARN }, 'eu-west-1');
  template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
  template.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: { ViewerCertificate: { AcmCertificateArn: CERTIFICATE_ARN } },
  });
});

test('both address families lead to the distribution', () => {
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

test.each([undefined, 'eu-west-1'])('without a certificate a stack in %s is refused', (region) => {
  expect(() => domainTemplate({}, region)).toThrow(
    "test/Domain: the stack is not known to be in us-east-1, where CloudFront's certificates are: give certificateArn",
  );
});

test.each([
  [{ domainName: 'App' }, "test/Domain: domainName 'App' is no domain name"],
  [{ hostedZoneId: '/hostedzone/Z1' }, 'test/Domain: hostedZoneId'],
  [{ hostedZoneName: 'example.org' }, "hostedZoneName 'example.org' does not hold 'app.example.com'"],
  [{ certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' }, 'certificateArn'],
])('%j is refused', (props, message) => {
  expect(() => domainTemplate(props, 'us-east-1')).toThrow(message);
});
