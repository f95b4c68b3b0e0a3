import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { ENVIRONMENT } from '../../test/small-stage';
import { smallBuilds, templateOf } from '../../test/synthesized';
import { ApiTask, type ApiTaskProps } from './api-task';

function taskTemplate(props: Partial<ApiTaskProps> = {}): Template {
  const { apiBuild } = smallBuilds();
  return templateOf((stack) => {
    new ApiTask(stack, 'Task', { apiBuild, environment: ENVIRONMENT, ...props });
  });
}

function hasContainer(template: Template, properties: object) {
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike(properties)],
  });
}

test('the container listens on PORT and uses a free port of the host', () => {
  const template = taskTemplate();
  template.hasResourceProperties('AWS::ECS::TaskDefinition', { NetworkMode: 'bridge' });
  hasContainer(template, {
    PortMappings: [{ ContainerPort: 8080, HostPort: 0, Protocol: 'tcp' }],
    Environment: Match.arrayWith([{ Name: 'PORT', Value: '8080' }]),
  });
});

test('a new digest of the base image gives another image, so it is deployed', () => {
  const { apiBuild } = smallBuilds();
  const image = (digest: string) => {
    writeFileSync(join(apiBuild, 'Dockerfile'), `FROM node:24-slim@sha256:${digest}\nCOPY main.js ./\n`);
    const [definition] = Object.values(taskTemplate({ apiBuild }).findResources('AWS::ECS::TaskDefinition'));
    return definition?.['Properties'].ContainerDefinitions[0].Image;
  };
  expect(image('1'.repeat(64))).not.toEqual(image('2'.repeat(64)));
});

test('on Fargate, the task has the minimum size, runs on ARM, and has no memory limit per container', () => {
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

test('two tasks fit on a t4g.micro during a deployment', () => {
  hasContainer(taskTemplate(), { Cpu: 256, Memory: 256 });
});

test('the file system is writable if ECS Exec is allowed', () => {
  hasContainer(taskTemplate({ allowExec: true }), { ReadonlyRootFilesystem: false });
});

test('the container has no root user, no capabilities and a read-only file system', () => {
  hasContainer(taskTemplate(), {
    User: '1000:1000',
    ReadonlyRootFilesystem: true,
    Privileged: Match.absent(),
    LinuxParameters: { Capabilities: { Drop: ['ALL'] }, InitProcessEnabled: true },
  });
});

test('the container has the health check of its image and time to finish in-flight requests (GS-05)', () => {
  const dockerfile = readFileSync(join(import.meta.dirname, '../../../../apps/api/Dockerfile'), 'utf8');
  const healthCheck = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '';
  hasContainer(taskTemplate(), {
    HealthCheck: Match.objectLike({ Command: ['CMD', ...JSON.parse(healthCheck)] }),
    StopTimeout: 35,
  });
});

test('logs expire after 30 days and follow the removal policy', () => {
  taskTemplate().hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Retain',
    Properties: { RetentionInDays: 30 },
  });
  taskTemplate({ removalPolicy: RemovalPolicy.DESTROY }).hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Delete',
  });
});

test('the environment contains the region and the path prefix (PI-06)', () => {
  hasContainer(taskTemplate({ pathPrefix: '/dev' }), {
    Environment: Match.arrayWith([
      { Name: 'AWS_REGION', Value: { Ref: 'AWS::Region' } },
      { Name: 'PATH_PREFIX', Value: '/dev' },
    ]),
  });
});

test('the environment contains the given variables', () => {
  hasContainer(taskTemplate(), {
    Environment: Match.arrayWith([{ Name: 'TOKEN_SCOPE', Value: 'greetings/read' }]),
  });
});

test('the task role has no permissions of its own; tables grant theirs', () => {
  const policies = Object.values(taskTemplate().findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.Roles as { Ref: string }[],
  );
  expect(policies).toEqual([{ Ref: expect.stringMatching(/ExecutionRole/) }]);
});
