import { rule, type Finding, type Subject } from '../rule';
import type { Value } from '@spa-on-aws/cloudformation';

/** Where CloudFront looks for certificates and web ACLs. */
const GLOBAL_REGION = 'us-east-1';

/** What CloudFront needs lies where CloudFront looks. */
export const globalResources = rule(
  'deployable',
  'certificates-and-web-acls-in-us-east-1',
  [],
  'certificates and web ACLs of CloudFront and of managed login’s own domain are in us-east-1',
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
    yield* namesWithoutCertificate(subject);
    if (certificates.length + webAcls.length === 0) {
      yield { notApplicable: 'there is no certificate and no web ACL' };
    }
  },
);

function* outside(subject: Subject, arn: Value, what: string): Generator<Finding> {
  const [, , , region] = arn.text.split(/:(?![^{]*\})/);
  if (/^arn:/.test(arn.text) && region !== undefined) {
    if (region === GLOBAL_REGION) return;
    // An ARN built of the stack's own region is wherever the stack is.
    if (region === '${AWS::Region}') return yield* notHere(subject, arn, what);
    return yield {
      path: arn.path,
      problem: `the ${what} is in ${region || 'no region'}, and CloudFront looks for it in ${GLOBAL_REGION}`,
      remedy: `Name one that is in ${GLOBAL_REGION}.`,
    };
  }
  const resource = subject.template.resource(arn.reference?.id);
  if (!resource) {
    return yield {
      path: arn.path,
      problem: `the ${what} is ${arn.text}: its region cannot be told`,
      remedy: `Name it by its ARN, arn:aws:…:${GLOBAL_REGION}:….`,
    };
  }
  const placed =
    resource.properties.get('Region').literal ?? resource.properties.get('ReaderProps', 'region').literal;
  if (placed === GLOBAL_REGION) return undefined;
  return yield* notHere(subject, arn, `${what} ${resource.id}`);
}

function* notHere(subject: Subject, value: Value, what: string): Generator<Finding> {
  const { region } = subject.stack;
  if (region === GLOBAL_REGION) return;
  yield {
    path: value.path,
    problem: `${what} is made in the stack’s own region, ${region ?? 'which is not fixed'}, and CloudFront looks for it in ${GLOBAL_REGION}`,
    remedy: `Synthesize the stack for ${GLOBAL_REGION}, or name one that is there by its ARN.`,
  };
}

/** A name of one's own needs a certificate, and one not older than browsers' floor. */
function* namesWithoutCertificate(subject: Subject): Generator<Finding> {
  for (const { properties } of subject.template.ofType('AWS::CloudFront::Distribution')) {
    const config = properties.get('DistributionConfig');
    const certificate = config.get('ViewerCertificate', 'AcmCertificateArn');
    const aliases = config.get('Aliases');
    if (aliases.items.length > 0 && !certificate.isPresent) {
      yield {
        path: aliases.path,
        problem: `names ${aliases.items.map((alias) => alias.text).join(', ')} have no certificate`,
        remedy: `Set ViewerCertificate.AcmCertificateArn to a certificate for them in ${GLOBAL_REGION}.`,
      };
    }
    const floor = config.get('ViewerCertificate', 'MinimumProtocolVersion');
    if (certificate.isPresent && !/^TLSv1\.[23]_20(?:2[1-9]|[3-9]\d)$/.test(floor.text)) {
      yield {
        path: floor.path,
        problem: `with a certificate of its own the distribution accepts ${floor.text || 'TLSv1'}`,
        remedy: 'Set MinimumProtocolVersion to TLSv1.2_2021 or newer.',
      };
    }
  }
}
