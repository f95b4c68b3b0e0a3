import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Stack, Token } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';

/** The region where CloudFront's certificates, web ACLs and metrics are. */
export const CLOUDFRONT_REGION = 'us-east-1';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN_NAME = new RegExp(`^(?=.{4,253}$)${LABEL}(?:\\.${LABEL})+$`);
const HOSTED_ZONE_ID = /^Z[A-Z0-9]{3,31}$/;
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate\/[\w-]+$/;

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
    const problems = {
      domainName: domainNameProblem(domainName),
      hostedZoneId: hostedZoneIdProblem(hostedZoneId),
      hostedZoneName: hostedZoneNameProblem(hostedZoneName, domainName),
      certificateArn: certificateArn === undefined ? undefined : certificateArnProblem(certificateArn),
    };
    for (const [property, problem] of Object.entries(problems)) {
      if (problem) throw new Error(`${this.node.path}: ${property} ${problem}.`);
    }
    if (certificateArn === undefined && !isInCloudFrontRegion(this)) {
      throw new Error(
        `${this.node.path}: the stack's region is not ${CLOUDFRONT_REGION}, but CloudFront needs a certificate there: ` +
          `set certificateArn, or set the stack's env.region to ${CLOUDFRONT_REGION}.`,
      );
    }

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
  const { region } = Stack.of(construct);
  return !Token.isUnresolved(region) && region === CLOUDFRONT_REGION;
}

/** Checks a domain name. Returns the problem, or undefined if it is valid. */
export function domainNameProblem(name: string): string | undefined {
  if (DOMAIN_NAME.test(name)) return undefined;
  return `'${name}' is not a valid domain name: use lower-case labels separated by dots, such as app.example.com`;
}

/** Checks that a hosted zone contains a domain name. Returns the problem, or undefined if it does. */
export function hostedZoneNameProblem(hostedZoneName: string, domainName: string): string | undefined {
  if (domainName === hostedZoneName || domainName.endsWith(`.${hostedZoneName}`)) return undefined;
  return `'${hostedZoneName}' does not contain '${domainName}': use the zone that the domain name ends with`;
}

/** Checks the id of a hosted zone. Returns the problem, or undefined if it is valid. */
export function hostedZoneIdProblem(id: string): string | undefined {
  if (HOSTED_ZONE_ID.test(id)) return undefined;
  return `'${id}' is not a hosted zone id: copy it from 'aws route53 list-hosted-zones', without '/hostedzone/'`;
}

/** Checks the ARN of a certificate for CloudFront. Returns the problem, or undefined if it is valid. */
export function certificateArnProblem(arn: string): string | undefined {
  const [, region] = CERTIFICATE_ARN.exec(arn) ?? [];
  if (region === undefined) {
    return `'${arn}' is not a certificate ARN: it looks like arn:aws:acm:${CLOUDFRONT_REGION}:111122223333:certificate/…`;
  }
  if (region === CLOUDFRONT_REGION) return undefined;
  return `'${arn}' is in ${region}, but CloudFront only accepts certificates in ${CLOUDFRONT_REGION}: request one there`;
}
