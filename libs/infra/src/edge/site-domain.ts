import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** The region where CloudFront's certificates, web ACLs and metrics are. */
export const CLOUDFRONT_REGION = 'us-east-1';

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
