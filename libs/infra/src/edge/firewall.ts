import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** A rule of a {@link Firewall}; its priority is its place among the rules. */
export type FirewallRule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

/** Properties of {@link Firewall}. */
export interface FirewallProps {
  /** What it stands before: `CLOUDFRONT` distributions, for which the stack must be in us-east-1, or anything `REGIONAL`. */
  readonly scope: 'CLOUDFRONT' | 'REGIONAL';
  /** Part of the name of its log group; unique within the stack. */
  readonly name: string;
  /** Refusals; what none of them refuses is let through. */
  readonly rules: readonly FirewallRule[];
}

const TOO_MANY_REQUESTS = 'TooManyRequests';

/** A web ACL of AWS WAF, and a log of what it refuses, without tokens and cookies. */
export class Firewall extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: FirewallProps) {
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
      // WAF takes groups whose names start like this, and no others.
      logGroupName: `aws-waf-logs-${Stack.of(this).stackName}-${props.name}`,
      retention: RetentionDays.ONE_MONTH,
      // Kept, it would be in the way of the next firewall of that name.
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

/** Rules that AWS keeps up to date. */
export function managedRules(name: string): FirewallRule {
  return {
    name,
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
    overrideAction: { none: {} },
  };
}

/** Answers 429 to whoever asks more often than `limit` times in five minutes. */
export function rateLimit(
  limit: number,
  per: Pick<CfnWebACL.RateBasedStatementProperty, 'aggregateKeyType' | 'customKeys'>,
): FirewallRule {
  return {
    name: 'RateLimit',
    statement: { rateBasedStatement: { limit, evaluationWindowSec: 300, ...per } },
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

/** Figures, but no samples: these would show tokens to whoever may look at the firewall. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
