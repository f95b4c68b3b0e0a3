import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { TOKENS } from '../../test/small-stage';
import { smallBuilds, templateOf } from '../../test/synthesized';
import { ApiTask, type ApiTaskProps } from './api-task';
import { GreetingHistory } from './greeting-history';

const TABLE_ARN = 'arn:aws:dynamodb:::table/greetings';

function taskTemplate(props: Partial<ApiTaskProps> = {}): Template {
  const { apiBuild } = smallBuilds();
  return templateOf((stack) => {
    const greetingTable = Table.fromTableArn(stack, 'Table', TABLE_ARN);
    const history = new GreetingHistory(stack, 'History');
    new ApiTask(stack, 'Task', { apiBuild, greetingTable, history, tokens: TOKENS, ...props });
  });
}

function hasContainer(template: Template, properties: object) {
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike(properties)],
  });
}

test('the container listens where it is told to, on a port of the host that is free', () => {
  const template = taskTemplate({ logLevel: 'debug' });
  template.hasResourceProperties('AWS::ECS::TaskDefinition', { NetworkMode: 'bridge' });
  hasContainer(template, {
    PortMappings: [{ ContainerPort: 8080, HostPort: 0, Protocol: 'tcp' }],
    Environment: Match.arrayWith([
      { Name: 'PORT', Value: '8080' },
      { Name: 'LOG_LEVEL', Value: 'debug' },
    ]),
  });
});

test('on Fargate the task is as small as they come, on ARM, and the container has all of it', () => {
  const template = taskTemplate({ capacity: 'fargate' });
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    RequiresCompatibilities: ['FARGATE'],
    NetworkMode: 'awsvpc',
    Cpu: '256',
    Memory: '512',
    RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
  });
  hasContainer(template, {
    PortMappings: [{ ContainerPort: 8080, HostPort: Match.absent(), Protocol: 'tcp' }],
    Memory: Match.absent(),
  });
});

test('two containers fit on the smallest host while one replaces the other', () => {
  hasContainer(taskTemplate(), { Cpu: 256, Memory: 256 });
});

test('the file system can be written to only where a shell is asked for', () => {
  hasContainer(taskTemplate({ allowExec: true }), { ReadonlyRootFilesystem: false });
});

test('the container is not root, has no capability and cannot write', () => {
  hasContainer(taskTemplate(), {
    User: '1000:1000',
    ReadonlyRootFilesystem: true,
    Privileged: Match.absent(),
    LinuxParameters: { Capabilities: { Drop: ['ALL'] }, InitProcessEnabled: true },
  });
});

test('the container checks its own health and has time to answer what is in flight (B11, GS-05)', () => {
  hasContainer(taskTemplate(), {
    HealthCheck: Match.objectLike({ Command: ['CMD', 'node', 'healthcheck.js'] }),
    StopTimeout: 35,
  });
});

test('logs are kept for a month and go with the stage that leaves nothing behind (P24)', () => {
  taskTemplate().hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Retain',
    Properties: { RetentionInDays: 30 },
  });
  taskTemplate({ removalPolicy: RemovalPolicy.DESTROY }).hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Delete',
  });
});

test('the container knows its tables, its region and what may stand before its paths (PI-06)', () => {
  hasContainer(taskTemplate({ pathPrefix: '/dev' }), {
    Environment: Match.arrayWith([
      { Name: 'GREETING_TABLE', Value: 'greetings' },
      { Name: 'HISTORY_TABLE', Value: { Ref: Match.stringLikeRegexp('^HistoryTable') } },
      { Name: 'AWS_REGION', Value: { Ref: 'AWS::Region' } },
      { Name: 'PATH_PREFIX', Value: '/dev' },
    ]),
  });
});

test('the container knows whose tokens it takes, and where its figures go', () => {
  hasContainer(taskTemplate(), {
    Environment: Match.arrayWith([
      { Name: 'TOKEN_ISSUER', Value: TOKENS.issuer },
      { Name: 'TOKEN_CLIENT_ID', Value: TOKENS.clientId },
      { Name: 'TOKEN_SCOPE', Value: TOKENS.scope },
      { Name: 'METRICS_NAMESPACE', Value: 'test' },
    ]),
  });
});

test('a task may reserve greeting ids, keep, list and delete greetings, and do nothing else in AWS', () => {
  const history = { 'Fn::GetAtt': [expect.stringMatching(/^HistoryTable/), 'Arn'] };
  const statements = Object.values(taskTemplate().findResources('AWS::IAM::Policy'))
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => Roles.some((role: { Ref: string }) => !/ExecutionRole/.test(role.Ref)))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  expect(statements).toEqual([
    { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: TABLE_ARN },
    { Effect: 'Allow', Action: ['dynamodb:DeleteItem', 'dynamodb:PutItem'], Resource: history },
    {
      Effect: 'Allow',
      Action: 'dynamodb:Query',
      Resource: { 'Fn::Join': ['', [history, '/index/by-time']] },
    },
  ]);
});
