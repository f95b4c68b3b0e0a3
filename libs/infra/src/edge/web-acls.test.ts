import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { templateOf, unvalidatedApp } from '../../test/synthesized';
import { ApiWebAcl, SiteWebAcl } from './web-acls';

const apiTemplate = () =>
  templateOf((stack) => {
    const api = new RestApi(stack, 'Api', { deployOptions: { stageName: 'dev' } });
    api.root.addMethod('GET');
    new ApiWebAcl(stack, 'ApiWebAcl', { stage: api.deploymentStage });
  });

function siteTemplate(region = 'us-east-1') {
  const stack = new Stack(unvalidatedApp(), 'test', { env: { region } });
  new SiteWebAcl(stack, 'SiteWebAcl');
  return Template.fromStack(stack);
}

function rulesOf(template: Template) {
  const [webAcl] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
  return webAcl?.['Properties'].Rules;
}

const TOO_MANY_REQUESTS = { Block: { CustomResponse: expect.objectContaining({ ResponseCode: 429 }) } };

test('the web ACL of the API is associated with its stage', () => {
  const [association] = Object.values(apiTemplate().findResources('AWS::WAFv2::WebACLAssociation'));
  expect(association?.['Properties'].WebACLArn).toEqual({
    'Fn::GetAtt': [expect.stringMatching(/^ApiWebAcl/), 'Arn'],
  });
  expect(rendered(association?.['Properties'].ResourceArn)).toMatch(
    /:\/restapis\/\$\{Api[0-9A-F]+\}\/stages\/\$\{ApiDeploymentStagedev[0-9A-F]+\}$/,
  );
  apiTemplate().hasResourceProperties('AWS::WAFv2::WebACL', {
    Scope: 'REGIONAL',
    DefaultAction: { Allow: {} },
  });
});

test('the API limits requests per token to 2,000 in five minutes', () => {
  const [limit] = rulesOf(apiTemplate());
  expect(limit).toMatchObject({
    Name: 'RateLimit',
    Priority: 0,
    Action: TOO_MANY_REQUESTS,
    Statement: {
      RateBasedStatement: {
        Limit: 2_000,
        EvaluationWindowSec: 300,
        AggregateKeyType: 'CUSTOM_KEYS',
        CustomKeys: [{ Header: { Name: 'authorization' } }],
      },
    },
  });
});

test('the site limits requests per IP address to 2,000 in five minutes', () => {
  const [limit] = rulesOf(siteTemplate());
  expect(limit).toMatchObject({
    Action: TOO_MANY_REQUESTS,
    Statement: { RateBasedStatement: { Limit: 2_000, AggregateKeyType: 'IP' } },
  });
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
])('the web ACL of the %s blocks with AWS managed rules, not only counts', (_, template, names) => {
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
] as const)('the web ACL of the %s logs blocked requests for 30 days, without tokens', (name, template) => {
  const webAclTemplate = template();
  webAclTemplate.hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Delete',
    Properties: { LogGroupName: `aws-waf-logs-test-${name}`, RetentionInDays: 30 },
  });
  const [logging] = Object.values(webAclTemplate.findResources('AWS::WAFv2::LoggingConfiguration'));
  const { LogDestinationConfigs, RedactedFields, LoggingFilter } = logging?.['Properties'];
  expect(rendered(LogDestinationConfigs[0])).toMatch(/:log-group:\$\{\w+FirewallLogs[0-9A-F]+\}$/);
  expect(RedactedFields).toEqual([
    { SingleHeader: { Name: 'authorization' } },
    { SingleHeader: { Name: 'cookie' } },
    { SingleHeader: { Name: 'referer' } },
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
  webAclTemplate.hasResourceProperties('AWS::WAFv2::WebACL', {
    VisibilityConfig: { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true },
    Rules: Match.not(
      Match.arrayWith([Match.objectLike({ VisibilityConfig: { SampledRequestsEnabled: true } })]),
    ),
  });
});
