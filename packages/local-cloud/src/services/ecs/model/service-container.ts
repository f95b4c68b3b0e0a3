import { z } from 'zod';
import {
  cfnInteger,
  cfnString,
  type ImageAsset,
  invalidProperty,
  type ResourceIdentity,
  type ResourceTypes,
  type Stack,
  unsupportedProperty,
  withoutEffect,
} from '@spa-on-aws/cloudformation';

export interface HealthCheck {
  /** Program and arguments; with `CMD-SHELL`, the shell and its arguments. */
  readonly command: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

/** A parameter of Parameter Store, or a secret of Secrets Manager. */
export interface SecretSource {
  /** As in the template. */
  readonly valueFrom: string;
  /** Name or ARN of the parameter, or ARN of the secret. */
  readonly id: string;
  /** Member of the secret's JSON object; `undefined`: the whole value. */
  readonly jsonKey: string | undefined;
}

/** A container whose image can run here. */
export type RunnableContainer = ServiceContainer & { readonly image: ImageAsset };

/** The container of an ECS service that a load balancer sends requests to. */
export interface ServiceContainer {
  readonly serviceLogicalId: string;
  readonly name: string;
  /** `undefined`: not an image of the cloud assembly. */
  readonly image: ImageAsset | undefined;
  /** As in the template. */
  readonly imageName: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where environment variables take secret values from, by variable. */
  readonly secrets: Readonly<Record<string, SecretSource>>;
  readonly taskDefinitionLogicalId: string;
  /** Replaces the entry point of the image. */
  readonly entryPoint: readonly string[] | undefined;
  /** Replaces the command of the image. */
  readonly command: readonly string[] | undefined;
  readonly containerPort: number;
  readonly healthCheck: HealthCheck | undefined;
  readonly targetGroupArn: string;
  /** Number of tasks that the service keeps running. */
  readonly desiredCount: number;
  /** Time between SIGTERM and SIGKILL. */
  readonly stopTimeoutMs: number;
  /** Names of the other containers of the task, which do not run here. */
  readonly otherContainers: readonly string[];
}

const HealthCheckProperties = z.strictObject({
  Command: z.array(z.string()).min(1),
  Interval: cfnInteger.default(30),
  Timeout: cfnInteger.default(5),
  Retries: cfnInteger.default(3),
  StartPeriod: cfnInteger.default(0),
});

const ContainerProperties = z.strictObject({
  Name: z.string(),
  Image: z.string(),
  Environment: z.array(z.strictObject({ Name: z.string(), Value: cfnString })).default([]),
  Secrets: z.array(z.strictObject({ Name: z.string(), ValueFrom: z.string() })).default([]),
  EnvironmentFiles: z.array(z.unknown()).default([]),
  EntryPoint: z.array(z.string()).optional(),
  Command: z.array(z.string()).optional(),
  PortMappings: z
    .array(
      z.strictObject({
        ContainerPort: cfnInteger,
        ...withoutEffect('HostPort', 'Protocol', 'Name', 'AppProtocol'),
      }),
    )
    .default([]),
  HealthCheck: HealthCheckProperties.optional(),
  StopTimeout: cfnInteger.pipe(z.number().min(0).max(120, 'must be at most 120 s')).default(30),
  ...withoutEffect(
    'Cpu',
    'Essential',
    'LinuxParameters',
    'LogConfiguration',
    'Memory',
    'MemoryReservation',
    'ReadonlyRootFilesystem',
    'Ulimits',
    'User',
  ),
});

const TaskDefinitionProperties = z.strictObject({
  ContainerDefinitions: z.array(ContainerProperties).min(1),
  ...withoutEffect(
    'Cpu',
    'ExecutionRoleArn',
    'Family',
    'Memory',
    'NetworkMode',
    'RequiresCompatibilities',
    'RuntimePlatform',
    'Tags',
    'TaskRoleArn',
  ),
});

const ServiceProperties = z.strictObject({
  TaskDefinition: z.string(),
  DesiredCount: cfnInteger.pipe(z.number().min(0)).default(1),
  SchedulingStrategy: z.enum(['REPLICA', 'DAEMON']).default('REPLICA'),
  LoadBalancers: z
    .array(
      z.strictObject({
        ContainerName: z.string(),
        ContainerPort: cfnInteger,
        TargetGroupArn: z.string(),
        // There are no deployments here.
        ...withoutEffect('AdvancedConfiguration'),
      }),
    )
    .default([]),
  ...withoutEffect(
    'AvailabilityZoneRebalancing',
    'CapacityProviderStrategy',
    'Cluster',
    'DeploymentConfiguration',
    'DeploymentController',
    'EnableECSManagedTags',
    'EnableExecuteCommand',
    'HealthCheckGracePeriodSeconds',
    'LaunchType',
    'NetworkConfiguration',
    'PlacementStrategies',
    'PlatformVersion',
    'PropagateTags',
    'ServiceName',
    'Tags',
  ),
});

const arn = (resource: ResourceIdentity, kind: string): string =>
  `arn:${resource.partition}:ecs:${resource.region}:${resource.accountId}:${kind}/${resource.stackName}-${resource.logicalId}`;

export const ecsResourceTypes: ResourceTypes = {
  'AWS::ECS::TaskDefinition': {
    ref: (resource) => `${arn(resource, 'task-definition')}:1`,
    attributes: { TaskDefinitionArn: (resource) => `${arn(resource, 'task-definition')}:1` },
  },
  'AWS::ECS::Service': {
    ref: (resource) => arn(resource, 'service'),
    attributes: {
      ServiceArn: (resource) => arn(resource, 'service'),
      Name: (resource) => `${resource.stackName}-${resource.logicalId}`,
    },
  },
};

/**
 * Reads the containers that load balancers send requests to.
 *
 * @param images images of the cloud assembly, by tag
 * @throws InvalidPropertyError UnsupportedPropertyError
 */
export function readServiceContainers(
  stack: Stack,
  images: ReadonlyMap<string, ImageAsset>,
): ServiceContainer[] {
  const taskDefinitions = new Map(
    stack
      .ofType('AWS::ECS::TaskDefinition')
      .map((resource) => [resource.ref, { resource, definition: resource.read(TaskDefinitionProperties) }]),
  );
  return stack.ofType('AWS::ECS::Service').flatMap((service) => {
    const { TaskDefinition, LoadBalancers, DesiredCount, SchedulingStrategy } =
      service.read(ServiceProperties);
    const task = taskDefinitions.get(TaskDefinition);
    if (!task) {
      return invalidProperty(
        service,
        'TaskDefinition',
        `${TaskDefinition} is not a task definition of these templates.`,
      );
    }
    return LoadBalancers.map((target): ServiceContainer => {
      const container = task.definition.ContainerDefinitions.find(
        ({ Name }) => Name === target.ContainerName,
      );
      if (!container?.PortMappings.some(({ ContainerPort }) => ContainerPort === target.ContainerPort)) {
        return invalidProperty(
          service,
          'LoadBalancers',
          `${task.resource.logicalId} has no container ${target.ContainerName} with a port mapping for ${target.ContainerPort}.`,
        );
      }
      if (container.EnvironmentFiles.length > 0) {
        return unsupportedProperty(
          task.resource,
          `ContainerDefinitions (${container.Name}).EnvironmentFiles`,
          'files in S3 are not read here. Use Environment or Secrets.',
        );
      }
      return {
        serviceLogicalId: service.logicalId,
        name: container.Name,
        image: images.get(container.Image.split(':').at(-1) ?? ''),
        imageName: container.Image,
        environment: Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value])),
        secrets: Object.fromEntries(
          container.Secrets.map(({ Name, ValueFrom }) => [Name, toSecretSource(ValueFrom)]),
        ),
        taskDefinitionLogicalId: task.resource.logicalId,
        entryPoint: container.EntryPoint,
        command: container.Command,
        containerPort: target.ContainerPort,
        healthCheck: container.HealthCheck && toHealthCheck(container.HealthCheck),
        targetGroupArn: target.TargetGroupArn,
        desiredCount: SchedulingStrategy === 'DAEMON' ? 1 : DesiredCount,
        stopTimeoutMs: container.StopTimeout * 1_000,
        otherContainers: task.definition.ContainerDefinitions.map(({ Name }) => Name).filter(
          (name) => !LoadBalancers.some(({ ContainerName }) => ContainerName === name),
        ),
      };
    });
  });
}

/**
 * Finds what runs for a container: its image, or a local server that replaces the service.
 *
 * @param standIns local URLs by logical id
 * @throws UnsupportedPropertyError
 */
export function runnable(
  container: ServiceContainer,
  standIns: ReadonlyMap<string, URL>,
): RunnableContainer | { readonly port: number } {
  const { serviceLogicalId, image, imageName } = container;
  const url = standIns.get(serviceLogicalId);
  const flag = `--stand-in ${serviceLogicalId}=http://localhost:8080`;
  const refuse = (detail: string): never =>
    unsupportedProperty(
      { logicalId: container.taskDefinitionLogicalId, type: 'AWS::ECS::TaskDefinition' },
      'ContainerDefinitions.Image',
      detail,
      flag,
    );
  if (url) {
    const isLocal = url.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
    if (!isLocal || url.pathname !== '/')
      refuse(`${url.href} must be an http URL of this machine without a path, e.g. ${flag}`);
    return { port: Number(url.port || 80) };
  }
  if (image) return { ...container, image };
  return refuse(
    `${imageName} is not an image of this cloud assembly. Other images need a container engine, which is not used here. ` +
      `Start the container yourself, and name its URL: ${flag}`,
  );
}

/** The ARN of a secret may end with `:json-key:version-stage:version-id`, each of them possibly empty. */
function toSecretSource(valueFrom: string): SecretSource {
  const fields = valueFrom.split(':');
  if (fields[2] !== 'secretsmanager') return { valueFrom, id: valueFrom, jsonKey: undefined };
  return { valueFrom, id: fields.slice(0, 7).join(':'), jsonKey: fields[7] || undefined };
}

function toHealthCheck(check: z.output<typeof HealthCheckProperties>): HealthCheck | undefined {
  const [kind, ...words] = check.Command;
  if (kind === 'NONE') return undefined;
  return {
    command:
      kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : kind === 'CMD' ? words : check.Command,
    intervalMs: check.Interval * 1_000,
    timeoutMs: check.Timeout * 1_000,
    retries: check.Retries,
    startPeriodMs: check.StartPeriod * 1_000,
  };
}
