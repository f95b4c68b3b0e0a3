import { expect, test } from 'vitest';
import { stackOf } from '../../../../test/stacks';
import { readServiceContainers, runnable, type ServiceContainer } from './service-container';

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
])('readServiceContainers reads the desired count of a service with %j: %i', (service, desiredCount) => {
  expect(read({ service })).toMatchObject([{ name: 'api', desiredCount, targetGroupArn: 'arn' }]);
});

test('readServiceContainers reads the stop timeout', () => {
  expect(read()).toMatchObject([{ stopTimeoutMs: 30_000 }]);
  expect(read({ container: { StopTimeout: 35 } })).toMatchObject([{ stopTimeoutMs: 35_000 }]);
  expect(() => read({ container: { StopTimeout: 121 } })).toThrowError('must be at most 120 s');
});

test('readServiceContainers separates the JSON key from the ARN of a secret', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:login-AbCdEf';
  const parameter = 'arn:aws:ssm:eu-west-1:000000000000:parameter/key';
  const Secrets = [secret, `${secret}:user::`, `${secret}::AWSCURRENT:`, parameter].map(
    (ValueFrom, index) => ({
      Name: `S${index}`,
      ValueFrom,
    }),
  );
  expect(read({ container: { Secrets } })[0]?.secrets).toMatchObject({
    S0: { id: secret, jsonKey: undefined },
    S1: { id: secret, jsonKey: 'user' },
    S2: { id: secret, jsonKey: undefined },
    S3: { id: parameter, jsonKey: undefined },
  });
});

test('readServiceContainers lists the other containers of a task', () => {
  expect(read({ more: [{ Name: 'agent', Image: 'elsewhere/agent' }] })).toMatchObject([
    { otherContainers: ['agent'] },
  ]);
});

test.each([
  [
    'a port that is not mapped',
    { container: { PortMappings: [] } },
    'Task has no container api with a port mapping for 8080',
  ],
  [
    'a missing task definition',
    { service: { TaskDefinition: 'gone' } },
    'gone is not a task definition of these templates',
  ],
  [
    'environment files',
    { container: { EnvironmentFiles: [{ Type: 's3', Value: 'arn:aws:s3:::files/api.env' }] } },
    'Task (AWS::ECS::TaskDefinition) ContainerDefinitions (api).EnvironmentFiles: files in S3 are not read here',
  ],
  ['an unknown property', { container: { Color: 'red' } }, 'Color'],
])('readServiceContainers rejects %s', (_, change, message) => {
  expect(() => read(change)).toThrowError(message);
});

test('a container of another image needs a local server that replaces its service', () => {
  const [container] = read({ container: { Image: 'nginx:latest' } });
  if (!container) throw new Error('no container');
  const started = (url?: string) =>
    runnable(container, new Map(url === undefined ? [] : [['Service', new URL(url)]]));
  expect(() => started()).toThrowError(
    'nginx:latest is not an image of this cloud assembly. Other images need a container engine, which is not used here. Start the container yourself, and name its URL: --stand-in Service=http://localhost:8080',
  );
  expect(() => started('http://elsewhere.example:80')).toThrowError('must be an http URL of this machine');
  expect(started('http://localhost:3000')).toEqual({ port: 3000 });
});
