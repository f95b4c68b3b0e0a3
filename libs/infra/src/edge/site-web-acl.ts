import { Construct } from 'constructs';
import { CLOUDFRONT_REGION, isInCloudFrontRegion } from './cloudfront-region';
import { WebAcl, managedRuleGroup, rateLimitRule } from './web-acl';

/** Properties of {@link SiteWebAcl}. */
export interface SiteWebAclProps {
  /**
   * Maximum number of requests from one IP address in five minutes.
   *
   * @default 2,000
   */
  readonly requestsPerAddress?: number;
}

/**
 * A web ACL (AWS WAF) for a CloudFront distribution: AWS managed rules against known bad addresses and inputs, and a
 * rate limit per IP address. A client cannot forge its address there. The stack must be in us-east-1.
 */
export class SiteWebAcl extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: SiteWebAclProps = {}) {
    super(scope, id);
    if (!isInCloudFrontRegion(this)) {
      throw new Error(
        `${this.node.path}: the stack's region is not ${CLOUDFRONT_REGION}, but web ACLs for CloudFront exist only there: ` +
          `set the stack's env.region to ${CLOUDFRONT_REGION}, or pass the site the ARN of an existing web ACL.`,
      );
    }
    this.webAclArn = new WebAcl(this, 'Firewall', {
      scope: 'CLOUDFRONT',
      name: 'site',
      rules: [
        rateLimitRule(props.requestsPerAddress ?? 2_000, { aggregateKeyType: 'IP' }),
        managedRuleGroup('AWSManagedRulesAmazonIpReputationList'),
        managedRuleGroup('AWSManagedRulesCommonRuleSet'),
        managedRuleGroup('AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    }).webAclArn;
  }
}
