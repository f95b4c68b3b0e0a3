import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** A rule of a {@link WebAcl}. Its priority is its index in the list of rules. */
export type WebAclRule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

/** Properties of {@link WebAcl}. */
export interface WebAclProps {
  /** `CLOUDFRONT` for distributions (the stack must be in us-east-1), `REGIONAL` for other resources. */
  readonly scope: 'CLOUDFRONT' | 'REGIONAL';
  /** Part of the log group's name. Unique within the stack. */
  readonly name: string;
  /** Rules that block requests. A request that no rule blocks is allowed. */
  readonly rules: readonly WebAclRule[];
}

const TOO_MANY_REQUESTS = 'TooManyRequests';

/** A web ACL (AWS WAF) and a log of the requests it blocks, without tokens, cookies and query strings. */
export class WebAcl extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const webAcl = new CfnWebACL(this, 'WebAcl', {
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

    const logGroup = new LogGroup(this, 'Logs', {
      // WAF only writes to log groups with this prefix.
      logGroupName: `aws-waf-logs-${Stack.of(this).stackName}-${props.name}`,
      retention: RetentionDays.ONE_MONTH,
      // The name is fixed: a retained log group would block the next deployment of the stage.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
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
export function managedRuleGroup(name: string): WebAclRule {
  return {
    name,
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
    overrideAction: { none: {} },
  };
}

/** Returns a rule that responds with 429 above `limit` requests in five minutes for the same key. */
export function rateLimitRule(
  limit: number,
  key: Pick<CfnWebACL.RateBasedStatementProperty, 'aggregateKeyType' | 'customKeys'>,
): WebAclRule {
  return {
    name: 'RateLimit',
    statement: { rateBasedStatement: { limit, evaluationWindowSec: 300, ...key } },
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
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
