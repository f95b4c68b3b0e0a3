import { CLOUDFRONT_REGION } from './region';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN_NAME = new RegExp(`^(?=.{4,253}$)${LABEL}(?:\\.${LABEL})+$`);
const HOSTED_ZONE_ID = /^Z[A-Z0-9]{3,31}$/;
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate\/[\w-]+$/;

/** Says what is wrong with a domain name, or nothing. */
export function domainNameProblem(name: string): string | undefined {
  if (DOMAIN_NAME.test(name)) return undefined;
  return `'${name}' is no domain name: use lower-case labels with dots between them, such as app.example.com`;
}

/** Says why a domain name is not the hosted zone's to serve, or nothing. */
export function zoneProblem(domainName: string, hostedZoneName: string): string | undefined {
  if (domainName === hostedZoneName || domainName.endsWith(`.${hostedZoneName}`)) return undefined;
  return `'${hostedZoneName}' does not hold '${domainName}': name the zone that is the end of it`;
}

/** Says what is wrong with the id of a hosted zone, or nothing. */
export function hostedZoneIdProblem(id: string): string | undefined {
  if (HOSTED_ZONE_ID.test(id)) return undefined;
  return `'${id}' is no id of a hosted zone: 'aws route53 list-hosted-zones' shows it, without '/hostedzone/'`;
}

/** Says what is wrong with the ARN of a certificate for CloudFront, or nothing. */
export function certificateArnProblem(arn: string): string | undefined {
  const [, region] = CERTIFICATE_ARN.exec(arn) ?? [];
  if (region === undefined) {
    return `'${arn}' is no ARN of a certificate: it looks like arn:aws:acm:${CLOUDFRONT_REGION}:111122223333:certificate/…`;
  }
  if (region === CLOUDFRONT_REGION) return undefined;
  return `'${arn}' is in ${region}, and CloudFront takes certificates of ${CLOUDFRONT_REGION} only: request one there`;
}
