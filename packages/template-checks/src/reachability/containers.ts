import type { TemplateResource, TemplateDocument, Value } from '@spa-on-aws/cloudformation';
import { INTERNET, node, type Graph } from './graph';
import { groupKeys, onePort, type Ports, type GroupMembers } from './security-groups';

/** Host ports that the ECS agent assigns when a port mapping has host port 0. */
const DYNAMIC_HOST_PORTS: Ports = { protocol: 'tcp', from: 32_768, to: 65_535 };

/** Port that a container of a service listens on. */
export interface ContainerPort {
  readonly container: string;
  readonly port: number | undefined;
  /** Ports of the container instance or of the task's network interface that lead to it. */
  readonly reachedAt: Ports;
  readonly path: string;
}

const SERVICE = 'AWS::ECS::Service';
const INSTANCES = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::Instance'] as const;

/** Adds services, the ports of their containers, and the container instances they run on. */
export function addContainers(graph: Graph, template: TemplateDocument, members: GroupMembers): void {
  for (const instances of template.ofType(...INSTANCES)) addInstances(graph, template, instances, members);
  for (const service of template.ofType(SERVICE)) addService(graph, template, service, members);
}

export function containerPortsOf(
  template: TemplateDocument,
  service: TemplateResource,
): readonly ContainerPort[] {
  const task = template.referred(service.properties.get('TaskDefinition'), 'AWS::ECS::TaskDefinition');
  if (!task) return [];
  const mode = networkModeOf(task);
  return task.properties.get('ContainerDefinitions').items.flatMap((container) =>
    container.get('PortMappings').items.map((mapping) => {
      const port = mapping.get('ContainerPort').number;
      return {
        container: container.get('Name').text,
        port,
        reachedAt: reachedAt(mode, mapping, port),
        path: mapping.path,
      };
    }),
  );
}

/** Returns the target groups in which ECS registers tasks: with a gradual deployment, there is an alternate one. */
export function targetGroupsOf(registration: Value): readonly Value[] {
  const alternate = registration.get('AdvancedConfiguration', 'AlternateTargetGroupArn');
  return [registration.get('TargetGroupArn'), ...(alternate.isPresent ? [alternate] : [])];
}

/**
 * Returns the network mode and security groups of a service's tasks: their own (awsvpc), or those of the container
 * instances (bridge, host).
 */
export function taskNetworkOf(
  template: TemplateDocument,
  service: TemplateResource,
): { readonly mode: string; readonly groups: readonly string[] } {
  const task = template.referred(service.properties.get('TaskDefinition'), 'AWS::ECS::TaskDefinition');
  const mode = task ? networkModeOf(task) : 'unknown';
  if (mode === 'awsvpc') {
    const configured = service.properties.get('NetworkConfiguration', 'AwsvpcConfiguration');
    return { mode, groups: groupKeys(configured.get('SecurityGroups')) };
  }
  return {
    mode,
    groups: instancesOf(template).flatMap((instances) => instanceGroups(template, instances).keys),
  };
}

/** Returns the Auto Scaling groups and instances on which ECS can place containers. */
export function instancesOf(template: TemplateDocument): readonly TemplateResource[] {
  return template.ofType(...INSTANCES);
}

/** Returns the security groups of container instances, and their place in the template. */
export function instanceGroups(
  template: TemplateDocument,
  instances: TemplateResource,
): { readonly keys: readonly string[]; readonly path: string } {
  const data = launchDataOf(template, instances);
  const interfaces = data.get('NetworkInterfaces');
  if (!interfaces.isPresent) {
    const named = data.get(data.get('SecurityGroupIds').isPresent ? 'SecurityGroupIds' : 'SecurityGroups');
    return { keys: groupKeys(named), path: named.path };
  }
  const keys = interfaces.items.flatMap((one) => {
    // An existing network interface has its own groups, which are not in the template.
    const existing = one.get('NetworkInterfaceId');
    if (existing.isPresent) return [`of interface ${existing.text}`];
    return groupKeys(one.get(one.get('Groups').isPresent ? 'Groups' : 'GroupSet'));
  });
  return { keys, path: interfaces.path };
}

/** Returns the launch settings of instances: those of the launch template, or the instance's own. */
export function launchDataOf(template: TemplateDocument, instances: TemplateResource): Value {
  const specification = instances.properties.get('LaunchTemplate');
  const launchTemplate = ['LaunchTemplateId', 'LaunchTemplateName']
    .map((name) => template.referred(specification.get(name), 'AWS::EC2::LaunchTemplate'))
    .find((one) => one !== undefined);
  return launchTemplate ? launchTemplate.properties.get('LaunchTemplateData') : instances.properties;
}

function networkModeOf(task: TemplateResource): string {
  return task.properties.get('NetworkMode').literal ?? 'bridge';
}

function reachedAt(mode: string, mapping: Value, port: number | undefined): Ports {
  const protocol = mapping.get('Protocol').literal ?? 'tcp';
  if (mode === 'bridge') {
    const hostPort = mapping.get('HostPort').isPresent ? mapping.get('HostPort').number : 0;
    return hostPort === 0 ? { ...DYNAMIC_HOST_PORTS, protocol } : onePort(protocol, hostPort);
  }
  return onePort(protocol, port);
}

function addInstances(
  graph: Graph,
  template: TemplateDocument,
  instances: TemplateResource,
  members: GroupMembers,
): void {
  const self = node.instances(instances.id);
  const { keys, path } = instanceGroups(template, instances);
  for (const group of keys) members.join(group, self, path);
  for (const targetGroup of instances.properties.get('TargetGroupARNs').items) {
    graph.add(node.targetGroup(targetGroup.key), self, 'they are registered targets', targetGroup.path);
  }
  // A single instance may serve requests without ECS, so it is a target itself.
  if (instances.type === 'AWS::EC2::Instance') graph.addTarget(self);
}

function addService(
  graph: Graph,
  template: TemplateDocument,
  service: TemplateResource,
  members: GroupMembers,
): void {
  const self = node.service(service.id);
  const network = taskNetworkOf(template, service);
  if (network.mode === 'awsvpc') {
    const configured = service.properties.get('NetworkConfiguration', 'AwsvpcConfiguration');
    for (const group of network.groups) members.join(group, self, configured.get('SecurityGroups').path);
  } else {
    for (const instances of instancesOf(template)) {
      graph.add(
        node.instances(instances.id),
        self,
        'its tasks run there and listen on the ports of the instance',
        service.path,
      );
    }
  }
  for (const registration of service.properties.get('LoadBalancers').items) {
    for (const targetGroup of targetGroupsOf(registration)) {
      graph.add(
        node.targetGroup(targetGroup.key),
        self,
        `ECS registers its tasks in it (container port ${registration.get('ContainerPort').text})`,
        registration.path,
      );
    }
  }
  const ports = containerPortsOf(template, service);
  for (const { container, port, path } of ports) {
    const containerPort = node.containerPort(service.id, container, String(port ?? 'unknown'));
    graph.add(self, containerPort, 'the container listens on it', path);
    graph.addTarget(containerPort);
  }
  if (ports.length === 0) graph.addTarget(self);
  if (network.mode === 'unknown') {
    graph.add(
      INTERNET,
      self,
      'its task definition is not in this template, so its network is unknown',
      service.properties.get('TaskDefinition').path,
      'Define the task in this template.',
    );
  }
}
