import { expect, test } from 'vitest';
import { stackOf } from '../../../../test/stacks';
import { readServiceContainers, type ServiceContainer } from './service-container';

const IMAGES = new Map([['tag', { directory: '/image', dockerFile: 'Dockerfile' }]]);

function read(change: { service?: object; container?: object; more?: object[] } = {}): ServiceContainer[] {
  const stack = stackOf({
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        ContainerDefinitions: [
          {
            Name: 'api',
            Image: 'repository:tag',
            PortMappings: [{ ContainerPort: 8080 }],
            ...change.container,
          },
          ...(change.more ?? []),
        ],
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        TaskDefinition: { Ref: 'Task' },
        LoadBalancers: [{ ContainerName: 'api', ContainerPort: 8080, TargetGroupArn: 'arn' }],
        ...change.service,
      },
    },
  });
  return readServiceContainers(stack, IMAGES);
}

test.each([
  [{}, 1],
  [{ DesiredCount: '3' }, 3],
  [{ DesiredCount: 0 }, 0],
  [{ SchedulingStrategy: 'DAEMON', DesiredCount: 5 }, 1],
])('a service with %j desires %i tasks', (service, desiredCount) => {
  expect(read({ service })).toMatchObject([{ name: 'api', desiredCount, targetGroupArn: 'arn' }]);
});

test('a container has the time to stop that its definition gives it', () => {
  expect(read()).toMatchObject([{ stopTimeoutMs: 30_000 }]);
  expect(read({ container: { StopTimeout: 35 } })).toMatchObject([{ stopTimeoutMs: 35_000 }]);
  expect(() => read({ container: { StopTimeout: 121 } })).toThrowError('must be at most 120 s');
});

test('the other containers of a task are named', () => {
  expect(read({ more: [{ Name: 'agent', Image: 'elsewhere/agent' }] })).toMatchObject([
    { companions: ['agent'] },
  ]);
});

test.each([
  [
    'a port that is not mapped',
    { container: { PortMappings: [] } },
    'Task maps no port 8080 of a container api',
  ],
  [
    'an image from elsewhere',
    { container: { Image: 'nginx:latest' } },
    'nginx:latest is no image of this cloud assembly',
  ],
  [
    'a task definition that is not there',
    { service: { TaskDefinition: 'gone' } },
    'gone is no task definition of this stack',
  ],
  ['an unknown property', { container: { Secrets: [] } }, 'Secrets'],
])('%s is refused at start', (_, change, message) => {
  expect(() => read(change)).toThrowError(message);
});
