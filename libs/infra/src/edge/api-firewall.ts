import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { Firewall, managedRules, rateLimit } from './firewall';

/** Properties of {@link ApiFirewall}. */
export interface ApiFirewallProps {
  /** The API's stage, which can be asked around the site too. */
  readonly stage: Stage;
  /**
   * How many requests may be made with a token in five minutes.
   *
   * @default 2,000
   */
  readonly requestsPerToken?: number;
}

/**
 * A firewall for the API: known bad inputs, and a limit per token.
 *
 * Not per address: through the site all requests come from CloudFront's, and the first one in `X-Forwarded-For`, which
 * is what WAF would go by, is the caller's to invent. A token cannot be invented, and without one nobody gets further.
 */
export class ApiFirewall extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: ApiFirewallProps) {
    super(scope, id);
    this.webAclArn = new Firewall(this, 'Firewall', {
      scope: 'REGIONAL',
      name: 'api',
      rules: [
        rateLimit(props.requestsPerToken ?? 2_000, {
          aggregateKeyType: 'CUSTOM_KEYS',
          customKeys: [
            // Hashed, for tokens start alike and are long.
            { header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'MD5' }] } },
          ],
        }),
        managedRules('AWSManagedRulesCommonRuleSet'),
        managedRules('AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    }).webAclArn;
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: props.stage.stageArn,
      webAclArn: this.webAclArn,
    });
  }
}
