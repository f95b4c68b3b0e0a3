import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { WebAcl, managedRuleGroup, rateLimitRule } from './web-acl';

/** Properties of {@link ApiWebAcl}. */
export interface ApiWebAclProps {
  /** The API's stage. Clients can call it directly, without CloudFront. */
  readonly stage: Stage;
  /**
   * Maximum number of requests with the same access token in five minutes.
   *
   * @default 2,000
   */
  readonly requestsPerToken?: number;
}

/**
 * A web ACL (AWS WAF) for the API: AWS managed rules against known bad inputs, and a rate limit per token.
 *
 * The limit cannot be per IP address. Requests through CloudFront have CloudFront's addresses, and WAF reads the first
 * entry of `X-Forwarded-For`, which a client can forge. A client cannot forge a token, and requests without a valid
 * token end at the authorizer.
 */
export class ApiWebAcl extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: ApiWebAclProps) {
    super(scope, id);
    this.webAclArn = new WebAcl(this, 'Firewall', {
      scope: 'REGIONAL',
      name: 'api',
      rules: [
        rateLimitRule(props.requestsPerToken ?? 2_000, {
          aggregateKeyType: 'CUSTOM_KEYS',
          customKeys: [
            // The hash makes keys short. Tokens are long, and all start with the same characters.
            { header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'MD5' }] } },
          ],
        }),
        managedRuleGroup('AWSManagedRulesCommonRuleSet'),
        managedRuleGroup('AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    }).webAclArn;
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: props.stage.stageArn,
      webAclArn: this.webAclArn,
    });
  }
}
