import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { templateOf, unvalidatedApp } from '../../test/synthesized';
import { ApiFirewall, type ApiFirewallProps } from './api-firewall';
import { SiteFirewall, type SiteFirewallProps } from './site-firewall';

const apiTemplate = (props: Partial<ApiFirewallProps> = {}) =>
  templateOf((stack) => {
    const api = new RestApi(stack, 'Api', { deployOptions: { stageName: 'dev' } });
    api.root.addMethod('GET');
    new ApiFirewall(stack, 'ApiFirewall', { stage: api.deploymentStage, ...props });
  });

function siteTemplate(props: SiteFirewallProps = {}, region = 'us-east-1') {
  const stack = new Stack(unvalidatedApp(), 'test', { env: { region } });
  new SiteFirewall(stack, 'SiteFirewall', props);
  return Template.fromStack(stack);
}

function rulesOf(template: Template) {
  const [webAcl] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
  return webAcl?.['Properties'].Rules;
}

const TOO_MANY = { Block: { CustomResponse: expect.objectContaining({ ResponseCode: 429 }) } };

test('the API’s firewall stands before its stage, whichever way a request comes', () => {
  const [association] = Object.values(apiTemplate().findResources('AWS::WAFv2::WebACLAssociation'));
  expect(association?.['Properties'].WebACLArn).toEqual({
    'Fn::GetAtt': [expect.stringMatching(/^ApiFirewall/), 'Arn'],
  });
  expect(rendered(association?.['Properties'].ResourceArn)).toMatch(
    /:\/restapis\/\$\{Api[0-9A-F]+\}\/stages\/\$\{ApiDeploymentStagedev[0-9A-F]+\}$/,
  );
  apiTemplate().hasResourceProperties('AWS::WAFv2::WebACL', {
    Scope: 'REGIONAL',
    DefaultAction: { Allow: {} },
  });
});

test('a token is good for 2,000 requests in five minutes, or as many as asked for', () => {
  const [limit] = rulesOf(apiTemplate());
  expect(limit).toMatchObject({
    Name: 'RateLimit',
    Priority: 0,
    Action: TOO_MANY,
    Statement: {
      RateBasedStatement: {
        Limit: 2_000,
        EvaluationWindowSec: 300,
        AggregateKeyType: 'CUSTOM_KEYS',
        CustomKeys: [{ Header: { Name: 'authorization' } }],
      },
    },
  });
  expect(rulesOf(apiTemplate({ requestsPerToken: 100 }))[0].Statement.RateBasedStatement.Limit).toBe(100);
});

test('an address is good for 2,000 requests of the site in five minutes, or as many as asked for', () => {
  const [limit] = rulesOf(siteTemplate());
  expect(limit).toMatchObject({
    Action: TOO_MANY,
    Statement: { RateBasedStatement: { Limit: 2_000, AggregateKeyType: 'IP' } },
  });
  expect(rulesOf(siteTemplate({ requestsPerAddress: 100 }))[0].Statement.RateBasedStatement.Limit).toBe(100);
  siteTemplate().hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT' });
});

test.each([
  ['API', apiTemplate, ['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet']],
  [
    'site',
    siteTemplate,
    [
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ],
  ],
])('the rules that AWS keeps are in force before the %s, none only counted', (_, template, names) => {
  const [, ...managed] = rulesOf(template());
  expect(managed).toEqual(
    names.map((Name, index) =>
      expect.objectContaining({
        Priority: index + 1,
        OverrideAction: { None: {} },
        Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name } },
      }),
    ),
  );
});

test.each([
  ['api', apiTemplate],
  ['site', siteTemplate],
] as const)(
  'what the firewall of the %s refuses is logged for a month, and no token with it',
  (name, template) => {
    const logged = template();
    logged.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { LogGroupName: `aws-waf-logs-test-${name}`, RetentionInDays: 30 },
    });
    const [logging] = Object.values(logged.findResources('AWS::WAFv2::LoggingConfiguration'));
    const { LogDestinationConfigs, RedactedFields, LoggingFilter } = logging?.['Properties'];
    expect(rendered(LogDestinationConfigs[0])).toMatch(/:log-group:\$\{\w+FirewallLogs[0-9A-F]+\}$/);
    expect(RedactedFields).toEqual([
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'cookie' } },
      { QueryString: {} },
    ]);
    expect(LoggingFilter).toEqual({
      DefaultBehavior: 'DROP',
      Filters: [
        {
          Behavior: 'KEEP',
          Requirement: 'MEETS_ANY',
          Conditions: [{ ActionCondition: { Action: 'BLOCK' } }],
        },
      ],
    });
    logged.hasResourceProperties('AWS::WAFv2::WebACL', {
      VisibilityConfig: { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true },
      Rules: Match.not(
        Match.arrayWith([Match.objectLike({ VisibilityConfig: { SampledRequestsEnabled: true } })]),
      ),
    });
  },
);

test('a firewall for CloudFront is refused anywhere but in us-east-1', () => {
  expect(() => siteTemplate({}, 'eu-west-1')).toThrow(
    "test/SiteFirewall: the stack is not known to be in us-east-1, where CloudFront's firewalls are: make the stack with env.region us-east-1",
  );
  expect(() => new SiteFirewall(new Stack(unvalidatedApp(), 'anywhere'), 'SiteFirewall')).toThrow(
    'not known to be in us-east-1',
  );
});
