import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, HostedZone, RecordTarget, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { certificateArnProblem, domainNameProblem, hostedZoneIdProblem, zoneProblem } from './domain-name';
import { CLOUDFRONT_REGION, isInCloudFrontRegion } from './region';

/** Properties of {@link SiteDomain}. */
export interface SiteDomainProps {
  /** The site's host name, `app.example.com`. */
  readonly domainName: string;
  /** Id of the public hosted zone in Route 53 that the name is in. */
  readonly hostedZoneId: string;
  /** Name of that zone, `example.com`. */
  readonly hostedZoneName: string;
  /**
   * A certificate in us-east-1 for the name.
   *
   * @default one is made and validated in the zone, for which the stack has to be in us-east-1
   */
  readonly certificateArn?: string;
}

/** A host name of one's own for the site: its certificate, and the records that lead to a distribution. */
export class SiteDomain extends Construct {
  readonly domainName: string;
  readonly certificate: ICertificate;

  readonly #hostedZone: IHostedZone;

  constructor(scope: Construct, id: string, props: SiteDomainProps) {
    super(scope, id);
    const { domainName, hostedZoneId, hostedZoneName, certificateArn } = props;
    const problems = {
      domainName: domainNameProblem(domainName),
      hostedZoneId: hostedZoneIdProblem(hostedZoneId),
      hostedZoneName: zoneProblem(domainName, hostedZoneName),
      certificateArn: certificateArn === undefined ? undefined : certificateArnProblem(certificateArn),
    };
    for (const [property, problem] of Object.entries(problems)) {
      if (problem) throw new Error(`${this.node.path}: ${property} ${problem}.`);
    }
    if (certificateArn === undefined && !isInCloudFrontRegion(this)) {
      throw new Error(
        `${this.node.path}: the stack is not known to be in ${CLOUDFRONT_REGION}, where CloudFront's certificates are: ` +
          `give certificateArn of one there, or make the stack with env.region ${CLOUDFRONT_REGION}.`,
      );
    }

    this.domainName = domainName;
    this.#hostedZone = HostedZone.fromHostedZoneAttributes(this, 'HostedZone', {
      hostedZoneId,
      zoneName: hostedZoneName,
    });
    this.certificate =
      certificateArn === undefined
        ? new Certificate(this, 'Certificate', {
            domainName,
            validation: CertificateValidation.fromDns(this.#hostedZone),
          })
        : Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
  }

  /** Leads the name to a distribution, by IPv4 and IPv6. */
  pointTo(distribution: IDistribution): void {
    const record = {
      zone: this.#hostedZone,
      recordName: this.domainName,
      target: RecordTarget.fromAlias(new CloudFrontTarget(distribution)),
    };
    new ARecord(this, 'Ipv4', record);
    new AaaaRecord(this, 'Ipv6', record);
  }
}
