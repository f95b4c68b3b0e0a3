import type { Resource, Template, Value } from '@spa-on-aws/cloudformation';
import { INTERNET, type Graph } from './graph';
import { arnKey } from './load-balancers';
import type { Members } from './network';
import { place } from './places';
import { groupKeys, type Ports } from './security-groups';

/** Ports the container agent picks host ports from when a task asks for port 0. */
export const DYNAMIC_HOST_PORTS: Ports = { protocol: 'tcp', from: 32_768, to: 65_535 };

/** A port a container of a service listens on, and where it is to be reached. */
export interface ContainerPort {
  readonly service: Resource;
  readonly container: string;
  readonly port: number | undefined;
  /** The ports of the host, or of the task's own network interface, that lead to it. */
  readonly reachedAt: Ports;
  readonly path: string;
}

/** The groups whose members a service's tasks are: of the task itself (awsvpc), or of the hosts (bridge, host). */
export interface TaskNetwork {
  readonly mode: string;
  readonly groups: readonly string[];
}

const SERVICE = 'AWS::ECS::Service';
const HOSTS = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::Instance'] as const;

/** Adds services, their containers' ports, and the hosts they run on. */
export function addContainers(graph: Graph, template: Template, members: Members): void {
  for (const hosts of template.ofType(...HOSTS)) addHosts(graph, template, hosts, members);
  for (const service of template.ofType(SERVICE)) addService(graph, template, service, members);
}

/** All ports the containers of a service listen on. */
export function containerPortsOf(template: Template, service: Resource): readonly ContainerPort[] {
  const task = template.referred(service.properties.get('TaskDefinition'), 'AWS::ECS::TaskDefinition');
  if (!task) return [];
  const mode = networkModeOf(task);
  return task.properties.get('ContainerDefinitions').items.flatMap((container) =>
    container.get('PortMappings').items.map((mapping) => {
      const port = mapping.get('ContainerPort').number;
      return {
        service,
        container: container.get('Name').text,
        port,
        reachedAt: reachedAt(mode, mapping, port),
        path: mapping.path,
      };
    }),
  );
}

/** How a service's tasks are on the network. */
export function taskNetworkOf(template: Template, service: Resource): TaskNetwork {
  const task = template.referred(service.properties.get('TaskDefinition'), 'AWS::ECS::TaskDefinition');
  const mode = task ? networkModeOf(task) : 'unknown';
  if (mode === 'awsvpc') {
    const configured = service.properties.get('NetworkConfiguration', 'AwsvpcConfiguration');
    return { mode, groups: groupKeys(configured.get('SecurityGroups')) };
  }
  return { mode, groups: hostsOf(template).flatMap((hosts) => hostGroups(template, hosts).keys) };
}

/** Everything containers can be placed on. */
export function hostsOf(template: Template): readonly Resource[] {
  return template.ofType(...HOSTS);
}

/** The groups a host is in, and where they are named. */
export function hostGroups(
  template: Template,
  hosts: Resource,
): { readonly keys: readonly string[]; readonly path: string } {
  const data = hostDataOf(template, hosts);
  const named = data.get('NetworkInterfaces').isPresent
    ? data.get('NetworkInterfaces')
    : data.get('SecurityGroupIds').isPresent
      ? data.get('SecurityGroupIds')
      : data.get('SecurityGroups');
  if (!data.get('NetworkInterfaces').isPresent) return { keys: groupKeys(named), path: named.path };
  const keys = named.items.flatMap((one) => {
    // An interface that is there before brings groups of its own.
    const existing = one.get('NetworkInterfaceId');
    if (existing.isPresent) return [`of interface ${existing.text}`];
    return groupKeys(one.get(one.get('Groups').isPresent ? 'Groups' : 'GroupSet'));
  });
  return { keys, path: named.path };
}

/** What a host is launched with: its own properties, or its launch template's. */
export function hostDataOf(template: Template, hosts: Resource): Value {
  const specification = hosts.properties.get('LaunchTemplate');
  const id = ['LaunchTemplateId', 'LaunchTemplateName'].map((name) => specification.get(name));
  const launchTemplate = id
    .map((one) => template.referred(one, 'AWS::EC2::LaunchTemplate'))
    .find((one) => one !== undefined);
  return launchTemplate ? launchTemplate.properties.get('LaunchTemplateData') : hosts.properties;
}

function networkModeOf(task: Resource): string {
  return task.properties.get('NetworkMode').literal ?? 'bridge';
}

function reachedAt(mode: string, mapping: Value, port: number | undefined): Ports {
  const protocol = mapping.get('Protocol').literal ?? 'tcp';
  if (mode === 'bridge') {
    const hostPort = mapping.get('HostPort').isPresent ? mapping.get('HostPort').number : 0;
    if (hostPort === 0) return { ...DYNAMIC_HOST_PORTS, protocol };
    return { protocol, from: hostPort ?? Number.NaN, to: hostPort ?? Number.NaN };
  }
  return { protocol, from: port ?? Number.NaN, to: port ?? Number.NaN };
}

function addHosts(graph: Graph, template: Template, hosts: Resource, members: Members): void {
  const self = place.hosts(hosts.id);
  const { keys, path } = hostGroups(template, hosts);
  for (const group of keys) {
    members.join(group, self, path);
  }
  for (const targetGroup of hosts.properties.get('TargetGroupARNs').items) {
    graph.add({
      from: place.targetGroup(arnKey(targetGroup)),
      to: self,
      why: 'they are registered in it',
      path: targetGroup.path,
    });
  }
  // Whoever is on an instance that runs no task of ours has reached what it is there for.
  if (hosts.type === 'AWS::EC2::Instance') graph.protect(self);
}

function addService(graph: Graph, template: Template, service: Resource, members: Members): void {
  const self = place.service(service.id);
  const network = taskNetworkOf(template, service);
  if (network.mode === 'awsvpc') {
    const configured = service.properties.get('NetworkConfiguration', 'AwsvpcConfiguration');
    for (const group of network.groups) {
      members.join(group, self, configured.get('SecurityGroups').path);
    }
  } else {
    for (const hosts of hostsOf(template)) {
      graph.add({
        from: place.hosts(hosts.id),
        to: self,
        why: 'its tasks run there, and listen on the host’s ports',
        path: service.path,
      });
    }
  }
  for (const registration of service.properties.get('LoadBalancers').items) {
    graph.add({
      from: place.targetGroup(arnKey(registration.get('TargetGroupArn'))),
      to: self,
      why: `ECS registers its tasks there (container port ${registration.get('ContainerPort').text})`,
      path: registration.path,
    });
  }
  const ports = containerPortsOf(template, service);
  for (const { container, port, path } of ports) {
    const containerPort = place.containerPort(service.id, container, String(port ?? 'unknown'));
    graph.add({ from: self, to: containerPort, why: 'the container listens on it', path });
    graph.protect(containerPort);
  }
  if (ports.length === 0) graph.protect(self);
  if (network.mode === 'unknown') {
    graph.add({
      from: INTERNET,
      to: self,
      why: 'its task definition is not in this template: how it is on the network is not known',
      path: service.properties.get('TaskDefinition').path,
      opening: { remedy: 'Define the task in this template.' },
    });
  }
}
