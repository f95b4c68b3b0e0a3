import { finding, rule, type Finding, type Subject } from '../rule';
import type { Value } from '@spa-on-aws/cloudformation';

/** Region of certificates and web ACLs of CloudFront. */
const GLOBAL_REGION = 'us-east-1';

export const globalResources = rule(
  'deployable',
  'certificates-and-web-acls-in-us-east-1',
  'certificates and web ACLs of CloudFront, and certificates of custom domains of managed login, are in us-east-1',
  function* (subject) {
    const { template } = subject;
    const certificates = [
      ...template
        .ofType('AWS::CloudFront::Distribution')
        .map(({ properties }) =>
          properties.get('DistributionConfig', 'ViewerCertificate', 'AcmCertificateArn'),
        ),
      ...template
        .ofType('AWS::Cognito::UserPoolDomain')
        .map(({ properties }) => properties.get('CustomDomainConfig', 'CertificateArn')),
    ].filter((arn) => arn.isPresent);
    const webAcls = template
      .ofType('AWS::CloudFront::Distribution')
      .map(({ properties }) => properties.get('DistributionConfig', 'WebACLId'))
      .filter((arn) => arn.isPresent);

    for (const arn of certificates) yield* outside(subject, arn, 'certificate');
    for (const arn of webAcls) yield* outside(subject, arn, 'web ACL');
    for (const acl of template.ofType('AWS::WAFv2::WebACL')) {
      const scope = acl.properties.get('Scope');
      if (scope.text === 'CLOUDFRONT')
        yield* notHere(subject, scope, `web ACL ${acl.id} of scope CLOUDFRONT`);
    }
    yield* customDomainFindings(subject);
    if (certificates.length + webAcls.length === 0) {
      yield { notApplicable: 'there is no certificate and no web ACL' };
    }
  },
);

function* outside(subject: Subject, arn: Value, what: string): Generator<Finding> {
  const [, , , region] = arn.text.split(/:(?![^{]*\})/);
  if (/^arn:/.test(arn.text) && region !== undefined) {
    if (region === GLOBAL_REGION) return;
    // The region of the ARN is the region of the stack.
    if (region === '${AWS::Region}') return yield* notHere(subject, arn, what);
    return yield finding(
      arn,
      `the ${what} is in ${region || 'no region'}, but CloudFront needs it in ${GLOBAL_REGION}`,
      `Use one in ${GLOBAL_REGION}.`,
    );
  }
  const resource = subject.template.resource(arn.reference?.id);
  if (!resource) {
    return yield finding(
      arn,
      `the ${what} is ${arn.text}, whose region is unknown`,
      `Use its ARN, arn:aws:…:${GLOBAL_REGION}:….`,
    );
  }
  const placed =
    resource.properties.get('Region').literal ?? resource.properties.get('ReaderProps', 'region').literal;
  if (placed === GLOBAL_REGION) return undefined;
  return yield* notHere(subject, arn, `${what} ${resource.id}`);
}

function* notHere(subject: Subject, value: Value, what: string): Generator<Finding> {
  const { region } = subject.stack;
  if (region === GLOBAL_REGION) return;
  yield finding(
    value,
    `${what} is in the region of the stack (${region ?? 'any'}), but CloudFront needs it in ${GLOBAL_REGION}`,
    `Synthesize the stack for ${GLOBAL_REGION}, or use the ARN of one in ${GLOBAL_REGION}.`,
  );
}

/** Custom domains need a certificate and a current TLS version. */
function* customDomainFindings(subject: Subject): Generator<Finding> {
  for (const { properties } of subject.template.ofType('AWS::CloudFront::Distribution')) {
    const config = properties.get('DistributionConfig');
    const certificate = config.get('ViewerCertificate', 'AcmCertificateArn');
    const aliases = config.get('Aliases');
    if (aliases.items.length > 0 && !certificate.isPresent) {
      yield finding(
        aliases,
        `custom domains ${aliases.items.map((alias) => alias.text).join(', ')} have no certificate`,
        `Set ViewerCertificate.AcmCertificateArn to their certificate in ${GLOBAL_REGION}.`,
      );
    }
    const version = config.get('ViewerCertificate', 'MinimumProtocolVersion');
    if (certificate.isPresent && !/^TLSv1\.[23]_20(?:2[1-9]|[3-9]\d)$/.test(version.text)) {
      yield finding(
        version,
        `the distribution accepts ${version.text || 'TLSv1'}`,
        'Set MinimumProtocolVersion to TLSv1.2_2021 or newer.',
      );
    }
  }
}
