import { guardOf, methodsOf, type Method } from '../api-gateway/rest-api';
import type { Finding } from '../rule';
import type { Resource, Template } from '@spa-on-aws/cloudformation';
import { containerPortsOf, taskNetworkOf } from './containers';
import { INTERNET, type Hop, type Road } from './graph';
import { arnKey, forwardedTo, groupsOf } from './load-balancers';
import { place } from './places';
import { covers, describePorts, groupKeys, SecurityGroups, type Ports } from './security-groups';

/** The road a method with the authorizer and a scope takes to the containers, and what it needs on its way. */
export interface AuthorizedRoad {
  readonly method: Method;
  readonly road: Road;
  /** Template paths of the rules, listeners, target groups and registrations it takes. */
  readonly uses: ReadonlySet<string>;
  /** Where it ends before it reaches a container. */
  readonly breaks: readonly Finding[];
}

/** Follows every method that lets only holders of an access token with a scope pass. */
export function authorizedRoads(template: Template): readonly AuthorizedRoad[] {
  const groups = new SecurityGroups(template);
  return methodsOf(template)
    .filter((method) => guardOf(template, method).guarded)
    .map((method) => new Walk(template, groups, method).walk());
}

/** One walk along a road, noting what it takes and where it ends. */
class Walk {
  readonly #hops: Hop[] = [];
  readonly #uses = new Set<string>();
  readonly #breaks: Finding[] = [];

  constructor(
    readonly template: Template,
    readonly groups: SecurityGroups,
    readonly method: Method,
  ) {}

  walk(): AuthorizedRoad {
    const guard = guardOf(this.template, this.method);
    const self = place.method(this.method.resource, this.method.route);
    this.#hop(INTERNET, place.api(this.method.api), 'its host name answers', `Resources.${this.method.api}`);
    this.#hop(place.api(this.method.api), self, guard.why, this.method.resource.path);
    this.#followIntegration(self);
    return { method: this.method, road: this.#hops, uses: this.#uses, breaks: this.#breaks };
  }

  #followIntegration(from: string): void {
    const { integration } = this.method;
    if (integration.get('Type').text === 'MOCK') return;
    const connection = integration.get('ConnectionId');
    const link = this.template.referred(connection, 'AWS::ApiGatewayV2::VpcLink');
    const target = integration.get('IntegrationTarget');
    const loadBalancer = this.template.referred(target, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    if (!link || !loadBalancer) {
      this.#break(
        link ? target.path : connection.path,
        `method ${this.method.route} leads to no load balancer of this template by a VPC link of this template`,
        'Set ConnectionType VPC_LINK, ConnectionId to the VPC link and IntegrationTarget to the load balancer (PI-02).',
      );
      return;
    }
    this.#hop(from, place.vpcLink(link.id), 'its integration goes through it', connection.path);
    const port = portOf(integration.get('Uri').text);
    const listener = this.template
      .ofType('AWS::ElasticLoadBalancingV2::Listener')
      .find(
        ({ properties }) =>
          properties.get('LoadBalancerArn').is(loadBalancer.id) && properties.get('Port').number === port,
      );
    if (!listener) {
      this.#break(
        integration.get('Uri').path,
        `Uri ${integration.get('Uri').text} is for port ${port ?? '?'}, where ${loadBalancer.id} has no listener`,
        'Name the port of a listener in Uri.',
      );
      return;
    }
    this.#pass(
      groupKeys(link.properties.get('SecurityGroupIds')),
      groupsOf(loadBalancer),
      { protocol: 'tcp', from: port ?? Number.NaN, to: port ?? Number.NaN },
      place.vpcLink(link.id),
      place.loadBalancer(loadBalancer.id),
    );
    this.#followListener(loadBalancer, listener);
  }

  #followListener(loadBalancer: Resource, listener: Resource): void {
    this.#uses.add(listener.path);
    const port = listener.properties.get('Port').text;
    const self = place.listener(listener.id);
    this.#hop(place.loadBalancer(loadBalancer.id), self, `it listens on port ${port}`, listener.path);
    const rules = this.template
      .ofType('AWS::ElasticLoadBalancingV2::ListenerRule')
      .filter((rule) => rule.properties.get('ListenerArn').is(listener.id));
    const targets = [
      ...forwardedTo(listener.properties.get('DefaultActions')),
      ...rules.flatMap((rule) => forwardedTo(rule.properties.get('Actions'))),
    ];
    const registrations = this.template
      .ofType('AWS::ECS::Service')
      .flatMap((service) =>
        service.properties.get('LoadBalancers').items.map((registration) => ({ service, registration })),
      );
    let reached = false;
    for (const target of targets) {
      const id = arnKey(target);
      this.#uses.add(`Resources.${id}`);
      this.#hop(self, place.targetGroup(id), 'it forwards to it', target.path);
      for (const { service, registration } of registrations) {
        if (arnKey(registration.get('TargetGroupArn')) !== id) continue;
        reached = true;
        this.#uses.add(registration.path);
        this.#hop(
          place.targetGroup(id),
          place.service(service.id),
          'ECS registers its tasks there',
          registration.path,
        );
        this.#reachContainer(
          loadBalancer,
          service,
          registration.get('ContainerPort').number,
          registration.path,
        );
      }
    }
    if (!reached) {
      this.#break(
        listener.path,
        `listener ${listener.id} forwards to no target group a service registers its tasks in`,
        'Forward to the target group named in the service’s LoadBalancers.',
      );
    }
  }

  #reachContainer(loadBalancer: Resource, service: Resource, port: number | undefined, path: string): void {
    const containerPort = containerPortsOf(this.template, service).find((one) => one.port === port);
    if (!containerPort) {
      this.#break(
        path,
        `service ${service.id} registers container port ${port ?? '?'}, which no container of its task listens on`,
        'Name a ContainerPort of the task definition’s PortMappings.',
      );
      return;
    }
    const network = taskNetworkOf(this.template, service);
    const to = place.containerPort(service.id, containerPort.container, String(port));
    this.#pass(
      groupsOf(loadBalancer),
      network.groups,
      containerPort.reachedAt,
      place.service(service.id),
      to,
    );
  }

  /** From the members of some groups to the members of others, at some ports: both sides must let it. */
  #pass(
    senders: readonly string[],
    receivers: readonly string[],
    ports: Ports,
    from: string,
    to: string,
  ): void {
    const inbound = receivers.flatMap((group) =>
      this.groups
        .ingress(group)
        .filter((rule) => rule.peer.kind === 'group' && senders.includes(rule.peer.group))
        .filter((rule) => covers(rule.ports, ports)),
    );
    for (const rule of inbound) this.#uses.add(rule.path);
    const needed = describePorts(ports);
    const [first] = inbound;
    if (receivers.length > 0 && !first) {
      this.#break(
        `Resources.${receivers[0] ?? ''}`,
        `security group ${receivers.join(', ')} lets ${senders.join(', ')} in at no range that holds ${needed}`,
        `Add an inbound rule for ${needed} from ${senders.join(', ')}.`,
      );
    }
    if (senders.length > 0 && !senders.some((sender) => this.#letsOut(sender, receivers, ports))) {
      this.#break(
        `Resources.${senders[0] ?? ''}`,
        `security group ${senders.join(', ')} lets nothing out to ${receivers.join(', ')} at ${needed}`,
        `Add an outbound rule for ${needed} to ${receivers.join(', ')}.`,
      );
    }
    this.#hop(from, to, `${senders.join(', ')} → ${receivers.join(', ')}: ${needed}`, first?.path ?? '');
  }

  #letsOut(sender: string, receivers: readonly string[], ports: Ports): boolean {
    const rules = this.groups.egress(sender);
    if (rules === 'everything') return true;
    return rules.some(({ peer, ports: range }) => {
      if (!covers(range, ports)) return false;
      return peer.kind === 'group' ? receivers.includes(peer.group) : peer.kind === 'addresses';
    });
  }

  #hop(from: string, to: string, why: string, path: string): void {
    this.#hops.push({ from, to, why, path });
  }

  #break(path: string, problem: string, remedy: string): void {
    this.#breaks.push({ path, problem, remedy, road: [...this.#hops] });
  }
}

/** The port a URI is for. */
export function portOf(uri: string): number | undefined {
  const [, scheme, port] = /^(https?):\/\/(?:[^/:$]|\$\{[^}]*\}|\$)*(?::(\d+))?(?:\/|$)/.exec(uri) ?? [];
  if (scheme === undefined) return undefined;
  return port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
}
