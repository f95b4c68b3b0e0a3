import { API_OPERATIONS } from '@spa-on-aws/shared-types';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { smallStage } from '../../test/small-stage';
import { rendered } from '../../test/rendered';
import { templateOf } from '../../test/synthesized';
import type { FunctionBackendProps } from './function-backend';

function functionTemplate(props: Partial<FunctionBackendProps> = {}): Template {
  return templateOf((stack) => {
    smallStage(stack, { capacity: 'lambda', ...props });
  });
}

test('the function runs on ARM with Node.js 24, and logs and traces its requests', () => {
  functionTemplate().hasResourceProperties('AWS::Lambda::Function', {
    Architectures: ['arm64'],
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 29,
    TracingConfig: { Mode: 'Active' },
    LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.stringLikeRegexp('^BackendLogs') } },
    Environment: {
      Variables: {
        TOKEN_SCOPE: 'greetings/read',
      },
    },
  });
});

test.each([
  'AWS::EC2::VPC',
  'AWS::EC2::FlowLog',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ApiGatewayV2::VpcLink',
  'AWS::ECS::Cluster',
  'AWS::Lambda::Url',
])('a stage on Lambda has no %s', (type) => {
  functionTemplate().resourceCountIs(type, 0);
});

test('only the methods of the API can invoke the function', () => {
  const template = functionTemplate();
  const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
  const arn = /:\$\{ApiRestApi\w+\}\/\$\{ApiRestApi\w+Stagedev\w+\}\//;
  const publicMethods = API_OPERATIONS.filter(({ access }) => access === 'public').map(
    ({ method, path }) => method + path.replace(/\{\w+\}/g, '*'),
  );
  expect(
    permissions.map(({ Properties: p }) => [p.Principal, p.Action, rendered(p.SourceArn).split(arn)[1]]),
  ).toEqual(
    ['*/api/*', ...publicMethods].map((method) => [
      'apigateway.amazonaws.com',
      'lambda:InvokeFunction',
      method,
    ]),
  );
  for (const { Properties } of permissions) {
    expect(Properties.FunctionName).toEqual({ Ref: expect.stringMatching(/^BackendAlias/) });
  }
});

test('the methods have the authorizer and the scope, and invoke the alias', () => {
  const [method] = Object.values(functionTemplate().findResources('AWS::ApiGateway::Method'));
  expect(method?.['Properties']).toMatchObject({
    HttpMethod: 'ANY',
    AuthorizationType: 'COGNITO_USER_POOLS',
    AuthorizationScopes: ['greetings/read'],
    Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' },
  });
  expect(rendered(method?.['Properties'].Integration.Uri)).toMatch(/\$\{BackendAlias\w+\}\/invocations$/);
});

test('the role of the function allows its tables, its log group and traces only', () => {
  const [policy] = Object.values(
    functionTemplate().findResources('AWS::IAM::Policy', {
      Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^BackendRole') }] },
    }),
  );
  const allowed = policy?.['Properties'].PolicyDocument.Statement.map(
    ({ Action, Resource }: { Action: string | string[]; Resource: unknown }) => [
      [Action].flat().join(' '),
      [Resource]
        .flat()
        .map(rendered)
        .join(' ')
        .replaceAll(/[0-9A-F]{8}/g, ''),
    ],
  );
  const isOnTable = ([actions = '', resources = '']: string[]) =>
    /^dynamodb:\w+( dynamodb:\w+)*$/.test(actions) &&
    /^\$\{Backend\w+Table\.Arn\}(\/index\/[\w-]+)?$/.test(resources);
  expect(allowed.filter((statement: string[]) => !isOnTable(statement))).toEqual([
    ['logs:CreateLogStream logs:PutLogEvents', '${BackendLogs.Arn}'],
    ['xray:PutTelemetryRecords xray:PutTraceSegments', '*'],
  ]);
});

test('the function has the name of each table', () => {
  const template = functionTemplate();
  const [api] = Object.values(
    template.findResources('AWS::Lambda::Function', { Properties: { Handler: 'index.handler' } }),
  );
  const tables = Object.keys(template.findResources('AWS::DynamoDB::Table'));
  const values = Object.values(api?.['Properties'].Environment.Variables);
  expect(values).toEqual(expect.arrayContaining(tables.map((Ref) => ({ Ref }))));
});

test('the tables keep their logical ids when the capacity changes', () => {
  const tables = (template: Template) => Object.keys(template.findResources('AWS::DynamoDB::Table'));
  const onInstances = templateOf((stack) => {
    smallStage(stack);
  });
  expect(tables(functionTemplate())).toEqual(tables(onInstances));
});

test('provisionedConcurrency keeps environments initialized; by default there are none', () => {
  const alias = 'AWS::Lambda::Alias';
  functionTemplate().hasResourceProperties(alias, { ProvisionedConcurrencyConfig: Match.absent() });
  functionTemplate({ provisionedConcurrency: 2 }).hasResourceProperties(alias, {
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
  });
});
