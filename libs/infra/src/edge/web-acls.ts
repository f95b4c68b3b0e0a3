import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

const TOO_MANY_REQUESTS = 'TooManyRequests';

/** Maximum number of requests with the same key in five minutes. */
const RATE_LIMIT = 2_000;

/** Properties of {@link ApiWebAcl}. */
export interface ApiWebAclProps {
  /** The API's stage. Clients can call it directly, without CloudFront. */
  readonly stage: apigateway.Stage;
}

/**
 * A web ACL (AWS WAF) for the API: AWS managed rules against known bad inputs, and a rate limit per token.
 *
 * The limit cannot be per IP address. Requests through CloudFront have CloudFront's addresses, and WAF reads the first
 * entry of `X-Forwarded-For`, which a client can forge. A client cannot forge a token. Requests without a valid
 * token end at the authorizer, or at the throttle of a public operation.
 */
export class ApiWebAcl extends Construct {
  constructor(scope: Construct, id: string, props: ApiWebAclProps) {
    super(scope, id);
    const { webAclArn } = new WebAcl(this, 'Firewall', {
      scope: 'REGIONAL',
      name: 'api',
      rules: [
        rateLimitRule({
          aggregateKeyType: 'CUSTOM_KEYS',
          customKeys: [
            // The hash makes keys short. Tokens are long, and all start with the same characters.
            { header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'MD5' }] } },
          ],
        }),
        managedRuleGroup('AWSManagedRulesCommonRuleSet'),
        managedRuleGroup('AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    });
    new wafv2.CfnWebACLAssociation(this, 'Association', { resourceArn: props.stage.stageArn, webAclArn });
  }
}

/**
 * A web ACL (AWS WAF) for a CloudFront distribution: AWS managed rules against known bad addresses and inputs, and a
 * rate limit per IP address. A client cannot forge its address there. The stack must be in us-east-1.
 */
export class SiteWebAcl extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.webAclArn = new WebAcl(this, 'Firewall', {
      scope: 'CLOUDFRONT',
      name: 'site',
      rules: [
        rateLimitRule({ aggregateKeyType: 'IP' }),
        managedRuleGroup('AWSManagedRulesAmazonIpReputationList'),
        managedRuleGroup('AWSManagedRulesCommonRuleSet'),
        managedRuleGroup('AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    }).webAclArn;
  }
}

/** A rule of a {@link WebAcl}. Its priority is its index in the list of rules. */
type WebAclRule = Omit<wafv2.CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

interface WebAclProps {
  /** `CLOUDFRONT` for distributions (the stack must be in us-east-1), `REGIONAL` for other resources. */
  readonly scope: 'CLOUDFRONT' | 'REGIONAL';
  /** Part of the log group's name. Unique within the stack. */
  readonly name: string;
  /** Rules that block requests. A request that no rule blocks is allowed. */
  readonly rules: readonly WebAclRule[];
}

/** A web ACL (AWS WAF) and a log of the requests it blocks, without tokens, cookies and query strings. */
class WebAcl extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const webAcl = new wafv2.CfnWebACL(this, 'WebAcl', {
      scope: props.scope,
      description: `In front of the ${props.name} of ${Stack.of(this).stackName}`,
      defaultAction: { allow: {} },
      visibilityConfig: visibility(props.name),
      customResponseBodies: {
        [TOO_MANY_REQUESTS]: {
          contentType: 'APPLICATION_JSON',
          content: JSON.stringify({ message: 'Too Many Requests' }),
        },
      },
      rules: props.rules.map((rule, priority) => ({
        ...rule,
        priority,
        visibilityConfig: visibility(`${props.name}-${rule.name}`),
      })),
    });
    this.webAclArn = webAcl.attrArn;

    const logGroup = new logs.LogGroup(this, 'Logs', {
      // WAF only writes to log groups with this prefix.
      logGroupName: `aws-waf-logs-${Stack.of(this).stackName}-${props.name}`,
      retention: logs.RetentionDays.ONE_MONTH,
      // The name is fixed: a retained log group would block the next deployment of the stage.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.webAclArn,
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: logGroup.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: [
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
        // It can contain the secret of the distribution.
        { singleHeader: { Name: 'referer' } },
        { queryString: {} },
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }],
          },
        ],
      },
    });
  }
}

/** Returns a rule that applies a managed rule group of AWS. */
function managedRuleGroup(name: string): WebAclRule {
  return {
    name,
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
    overrideAction: { none: {} },
  };
}

/** Returns a rule that responds with 429 above the rate limit. */
function rateLimitRule(
  key: Pick<wafv2.CfnWebACL.RateBasedStatementProperty, 'aggregateKeyType' | 'customKeys'>,
): WebAclRule {
  return {
    name: 'RateLimit',
    statement: { rateBasedStatement: { limit: RATE_LIMIT, evaluationWindowSec: 300, ...key } },
    action: {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: TOO_MANY_REQUESTS,
          responseHeaders: [{ name: 'Cache-Control', value: 'no-store' }],
        },
      },
    },
  };
}

/** Turns metrics on and request samples off: samples would show tokens to users with access to the web ACL. */
function visibility(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
