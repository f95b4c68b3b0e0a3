import { Construct } from 'constructs';
import { Firewall, managedRules, rateLimit } from './firewall';
import { CLOUDFRONT_REGION, isInCloudFrontRegion } from './region';

/** Properties of {@link SiteFirewall}. */
export interface SiteFirewallProps {
  /**
   * How many requests an address may make in five minutes.
   *
   * @default 2,000
   */
  readonly requestsPerAddress?: number;
}

/**
 * A firewall for a distribution: known bad addresses and inputs, and a limit per address. Nobody can ask by another
 * address than his own there.
 */
export class SiteFirewall extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: SiteFirewallProps = {}) {
    super(scope, id);
    if (!isInCloudFrontRegion(this)) {
      throw new Error(
        `${this.node.path}: the stack is not known to be in ${CLOUDFRONT_REGION}, where CloudFront's firewalls are: ` +
          `make the stack with env.region ${CLOUDFRONT_REGION}, or give the site the ARN of a firewall there.`,
      );
    }
    this.webAclArn = new Firewall(this, 'Firewall', {
      scope: 'CLOUDFRONT',
      name: 'site',
      rules: [
        rateLimit(props.requestsPerAddress ?? 2_000, { aggregateKeyType: 'IP' }),
        managedRules('AWSManagedRulesAmazonIpReputationList'),
        managedRules('AWSManagedRulesCommonRuleSet'),
        managedRules('AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    }).webAclArn;
  }
}
