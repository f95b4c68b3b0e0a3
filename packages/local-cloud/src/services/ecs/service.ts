import { UnsupportedPropertyError } from '@spa-on-aws/cloudformation';
import type { Network } from '../../run/network';
import { accountState, defineService, type RequiredLink } from '../../run/service';
import { mapNode } from '../../run/topology-node';
import { ecsResourceTypes, readServiceContainers, type ServiceContainer } from './model/service-container';
import { type ContainerToRun, Fleet } from './run/fleet';

const fleetOf = accountState((account) => {
  const { log, onContainerLine, options, signal } = account;
  const fleet = new Fleet({
    log,
    onLine: onContainerLine,
    watchImages: options.imageDir !== undefined,
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
  provides: (containers) =>
    containers.map(({ targetGroupArn }) => ({ kind: 'target-group' as const, id: targetGroupArn })),
  requires: (containers) =>
    containers.flatMap(({ name, secrets, taskDefinitionLogicalId }) =>
      Object.entries(secrets).map(([variable, parameter]): RequiredLink => ({
        kind: 'parameter',
        id: parameter,
        missing: () =>
          new UnsupportedPropertyError(taskDefinitionLogicalId, 'AWS::ECS::TaskDefinition', [
            {
              property: `ContainerDefinitions (${name}).Secrets (${variable})`,
              detail:
                `${parameter} is not a parameter of these templates. Add an AWS::SSM::Parameter with this name, for ` +
                'example in a second template given with --template.',
            },
          ]),
      })),
    ),
  start: async (containers, { account, network }) => {
    const { options, trustFile } = account;
    const contributed = await Promise.all(network.containerEnvironment);
    const environment: Record<string, string> = {
      ...Object.assign({}, ...contributed),
      // Trusts the generated certificate, so that the container can read the user pool's keys over HTTPS.
      ...(trustFile !== undefined && { NODE_EXTRA_CA_CERTS: trustFile }),
    };
    const change = await fleetOf(account).change(
      containers.map((container): ContainerToRun => ({
        definition: resolve(container, network, options.imageDir),
        environment,
        targetGroup: targetGroupOf(container, network),
      })),
    );
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

/** Sets the environment variables that come from parameters, and the directory of `--image-dir`. */
function resolve(
  container: ServiceContainer,
  { parameters }: Network,
  imageDir: string | undefined,
): ServiceContainer {
  const secrets = Object.entries(container.secrets).flatMap(([variable, name]) => {
    const value = parameters.get(name);
    return value === undefined ? [] : [[variable, value] as const];
  });
  return {
    ...container,
    environment: { ...container.environment, ...Object.fromEntries(secrets) },
    image: imageDir === undefined ? container.image : { ...container.image, directory: imageDir },
  };
}
