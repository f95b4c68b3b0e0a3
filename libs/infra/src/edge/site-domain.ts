import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Stack } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';

/** The region where CloudFront's certificates, web ACLs and metrics are. */
export const CLOUDFRONT_REGION = 'us-east-1';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN_NAME = new RegExp(`^(?=.{4,253}$)${LABEL}(?:\\.${LABEL})+$`);
const HOSTED_ZONE_ID = /^Z[A-Z0-9]{3,31}$/;
const CERTIFICATE_ARN = new RegExp(`^arn:aws[a-z-]*:acm:${CLOUDFRONT_REGION}:\\d{12}:certificate/[\\w-]+$`);

/** Properties of {@link SiteDomain}. */
export interface SiteDomainProps {
  /** Domain name of the site, such as `app.example.com`. */
  readonly domainName: string;
  /** Id of the public hosted zone in Route 53 that contains the domain name. */
  readonly hostedZoneId: string;
  /** Name of the hosted zone, such as `example.com`. */
  readonly hostedZoneName: string;
  /**
   * ARN of a certificate for the domain name in us-east-1.
   *
   * @default a new certificate, validated by DNS; the stack must be in us-east-1
   */
  readonly certificateArn?: string;
}

/** A custom domain for the site: its certificate, and DNS records for a distribution. */
export class SiteDomain extends Construct {
  readonly domainName: string;
  readonly certificate: acm.ICertificate;
  readonly hostedZone: route53.IHostedZone;

  constructor(scope: Construct, id: string, props: SiteDomainProps) {
    super(scope, id);
    const { domainName, hostedZoneId, hostedZoneName, certificateArn } = props;
    const [problem] = siteDomainProblems(props, Stack.of(this).region);
    if (problem) throw new Error(`${this.node.path}: ${problem}.`);

    this.domainName = domainName;
    this.hostedZone = route53.HostedZone.fromHostedZoneAttributes(this, 'HostedZone', {
      hostedZoneId,
      zoneName: hostedZoneName,
    });
    this.certificate =
      certificateArn === undefined
        ? new acm.Certificate(this, 'Certificate', {
            domainName,
            validation: acm.CertificateValidation.fromDns(this.hostedZone),
          })
        : acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
  }

  /** Adds alias records (IPv4 and IPv6) that point the domain name to a distribution. */
  addAliasRecords(distribution: cloudfront.IDistribution): void {
    const record = {
      zone: this.hostedZone,
      recordName: this.domainName,
      target: route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(distribution)),
    };
    new route53.ARecord(this, 'Ipv4', record);
    new route53.AaaaRecord(this, 'Ipv6', record);
  }
}

/** Returns true if the construct's stack has an explicit region and it is {@link CLOUDFRONT_REGION}. */
export function isInCloudFrontRegion(construct: IConstruct): boolean {
  return Stack.of(construct).region === CLOUDFRONT_REGION;
}

/** Returns the problems of a custom domain, each with its property and fix. `region`: region of the stack. */
export function siteDomainProblems(
  { domainName, hostedZoneId, hostedZoneName, certificateArn }: SiteDomainProps,
  region: string | undefined,
): string[] {
  const problems: string[] = [];
  if (!DOMAIN_NAME.test(domainName)) {
    problems.push(
      `domainName '${domainName}' is not a valid domain name: use lower-case labels separated by dots, such as app.example.com`,
    );
  }
  if (!HOSTED_ZONE_ID.test(hostedZoneId)) {
    problems.push(
      `hostedZoneId '${hostedZoneId}' is not a hosted zone id: copy it from 'aws route53 list-hosted-zones', without '/hostedzone/'`,
    );
  }
  if (domainName !== hostedZoneName && !domainName.endsWith(`.${hostedZoneName}`)) {
    problems.push(
      `hostedZoneName '${hostedZoneName}' does not contain '${domainName}': use the zone that the domain name ends with`,
    );
  }
  if (certificateArn === undefined && region !== CLOUDFRONT_REGION) {
    problems.push(
      `certificateArn is not set, but CloudFront needs a certificate in ${CLOUDFRONT_REGION}: set it, or deploy the stack to ${CLOUDFRONT_REGION}, which creates one`,
    );
  }
  if (certificateArn !== undefined && !CERTIFICATE_ARN.test(certificateArn)) {
    problems.push(
      `certificateArn '${certificateArn}' is not a certificate in ${CLOUDFRONT_REGION}, which CloudFront needs: use an ARN such as arn:aws:acm:${CLOUDFRONT_REGION}:111122223333:certificate/…`,
    );
  }
  return problems;
}
