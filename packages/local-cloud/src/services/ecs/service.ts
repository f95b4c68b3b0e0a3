import { InvalidPropertyError } from '@spa-on-aws/cloudformation';
import { MissingSecretError } from '../../errors';
import type { Network } from '../../run/network';
import type { Secrets } from '../../run/secrets';
import { accountState, defineService, type RequiredLink } from '../../run/service';
import { mapNode } from '../../run/topology-node';
import {
  ecsResourceTypes,
  readServiceContainers,
  type RunnableContainer,
  runnable,
  type SecretSource,
  type ServiceContainer,
} from './model/service-container';
import { Target } from '../elasticloadbalancing/pipeline/target-health';
import { type ContainerToRun, Fleet } from './run/fleet';

const fleetOf = accountState((account) => {
  const { log, onContainerLine, onChange, options, signal } = account;
  const fleet = new Fleet({
    log,
    onLine: onContainerLine,
    ...(options.imageDir !== undefined && {
      onBuild: (container, failure) => onChange(`container ${container}`, failure),
    }),
    signal,
  });
  account.onClose(() => fleet.close());
  return fleet;
});

export const containerId = (container: Pick<ServiceContainer, 'serviceLogicalId'>): string =>
  `container:${container.serviceLogicalId}`;

/** ECS: runs the containers of services as local processes. */
export const ecs = defineService({
  resourceTypes: ecsResourceTypes,
  readModel: (stack, stacks) =>
    readServiceContainers(stack, new Map(stacks.flatMap(({ images }) => [...images]))),
  check: (containers, { options: { standIns } }) => {
    for (const container of containers) runnable(container, standIns);
  },
  provides: (containers) =>
    containers.map(({ targetGroupArn }) => ({ kind: 'target-group' as const, id: targetGroupArn })),
  requires: (containers, _stack, { values, file }) =>
    containers.flatMap(({ name: container, image, secrets, taskDefinitionLogicalId: taskDefinition }) =>
      Object.entries(secrets)
        .filter(([variable]) => image && !values.has(variable))
        .map(([variable, { id, valueFrom }]): RequiredLink => ({
          kind: 'parameter',
          id,
          missing: () => new MissingSecretError(variable, { taskDefinition, container, valueFrom, file }),
        })),
    ),
  start: async (containers, { account, network, secrets }) => {
    const { options, trustFile } = account;
    const all = containers.map((container) => runnable(container, options.standIns));
    const contributed = await Promise.all(network.containerEnvironment);
    const environment: Record<string, string> = {
      ...Object.assign({}, ...contributed),
      // On AWS, the container runs the Node.js version of its image.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      // A build in development may have source maps.
      ...(options.imageDir !== undefined && { NODE_OPTIONS: '--enable-source-maps' }),
      // Trusts the generated certificate, so that the container can read the user pool's keys over HTTPS.
      ...(trustFile !== undefined && { NODE_EXTRA_CA_CERTS: trustFile }),
    };
    const change = await fleetOf(account).change(
      all
        .filter((container): container is RunnableContainer => !('port' in container))
        .map((container): ContainerToRun => ({
          definition: resolve(container, network, secrets, options.imageDir),
          environment,
          targetGroup: targetGroupOf(container, network),
        })),
    );
    for (const [index, { targetGroupArn, name }] of containers.entries()) {
      const standIn = all[index];
      if (!standIn || !('port' in standIn)) continue;
      const target = new Target(standIn.port, (reason) =>
        account.log.warn(`the stand-in of container ${name} is unhealthy: ${reason}`),
      );
      network.targets.set(targetGroupArn, () => [target]);
    }
    for (const [arn, service] of change.services) network.targets.set(arn, () => service.targets());
    return {
      running: change.services,
      takeOver: async () => change.started.map((name) => `container ${name} was restarted`),
      commit: () => change.commit(),
      discard: () => change.discard(),
    };
  },
  topology: (containers) => ({
    nodes: containers.map((container) => ({
      ...mapNode({
        id: containerId(container),
        kind: 'container',
        name: container.name,
        role: 'container: your API, as deployed',
        facts: [`listens on port ${container.containerPort} on AWS`],
        column: 5,
      }),
      provides: [{ kind: 'target-group', id: container.targetGroupArn }],
    })),
    edges: containers.flatMap((container) =>
      Object.values(container.environment).map((id) => ({
        from: containerId(container),
        to: { kind: 'table' as const, id },
      })),
    ),
  }),
});

function targetGroupOf(
  { targetGroupArn }: ServiceContainer,
  network: Network,
): ContainerToRun['targetGroup'] {
  const group = network.targetGroups.get(targetGroupArn);
  if (!group) return { path: '/', healthyStatuses: [[100, 499]] };
  const { healthCheck, deregistrationDelayMs } = group;
  const { path, healthyStatuses } = healthCheck;
  return { path, healthyStatuses, deregistrationDelayMs };
}

/** Sets the environment variables of secrets, and the directory of `--image-dir`. */
function resolve(
  container: RunnableContainer,
  { parameters }: Network,
  { values }: Secrets,
  imageDir: string | undefined,
): RunnableContainer {
  const secrets = Object.entries(container.secrets).map(([variable, source]) => {
    const inTemplate = (): string => selectMember(parameters.get(source.id) ?? '', source, container);
    return [variable, values.get(variable) ?? inTemplate()] as const;
  });
  return {
    ...container,
    environment: { ...container.environment, ...Object.fromEntries(secrets) },
    image: imageDir === undefined ? container.image : { ...container.image, directory: imageDir },
  };
}

/** Returns the member that the JSON key names; without one, the whole value. @throws InvalidPropertyError, never with the value */
function selectMember(
  value: string,
  { valueFrom, jsonKey }: SecretSource,
  { name, taskDefinitionLogicalId }: ServiceContainer,
): string {
  if (jsonKey === undefined) return value;
  const member = parseMembers(value)?.[jsonKey];
  if (member !== undefined) return typeof member === 'string' ? member : JSON.stringify(member);
  throw new InvalidPropertyError(taskDefinitionLogicalId, 'AWS::ECS::TaskDefinition', [
    {
      property: `ContainerDefinitions (${name}).Secrets`,
      detail: `${valueFrom}: the secret is not a JSON object with the key ${jsonKey}.`,
    },
  ]);
}

function parseMembers(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return (JSON.parse(json) as Record<string, unknown> | null) ?? undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
