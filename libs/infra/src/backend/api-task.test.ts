import { Match, type Template } from 'aws-cdk-lib/assertions';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { smallBuilds, templateOf } from '../../test/synthesized';
import { ApiTask, type ApiTaskProps } from './api-task';

function taskTemplate(props: Partial<ApiTaskProps> = {}): Template {
  const { apiBuild } = smallBuilds();
  return templateOf((stack) => {
    new ApiTask(stack, 'Task', { apiBuild, ...props });
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
    Environment: [
      { Name: 'PORT', Value: '8080' },
      { Name: 'LOG_LEVEL', Value: 'debug' },
    ],
  });
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

test('a task may do nothing in AWS', () => {
  const policies = Object.values(taskTemplate().findResources('AWS::IAM::Policy'));
  const roles = policies.flatMap((policy) =>
    policy['Properties'].Roles.map((role: { Ref: string }) => role.Ref),
  );
  expect(roles).toEqual([expect.stringMatching(/ExecutionRole/)]);
});
