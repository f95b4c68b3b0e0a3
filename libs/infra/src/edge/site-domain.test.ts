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
