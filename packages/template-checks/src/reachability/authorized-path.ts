import { guardOf, methodsOf, type Method } from '../api-gateway/rest-api';
import type { Finding } from '../rule';
import type { TemplateResource, TemplateDocument } from '@spa-on-aws/cloudformation';
import { containerPortsOf, taskNetworkOf, targetGroupsOf } from './containers';
import { INVOKED } from './entry-points';
import { INTERNET, node, type Hop } from './graph';
import { forwardedTo, groupsOf, listenerOn } from './load-balancers';
import { covers, describePorts, groupKeys, onePort, SecurityGroups, type Ports } from './security-groups';

/** Request path from the internet through a method with the authorizer and a scope to the containers. */
export interface AuthorizedPath {
  readonly hops: readonly Hop[];
  /** Template paths of the security group rules, listeners, target groups and registrations on the path. */
  readonly uses: ReadonlySet<string>;
  /** Places where the path is interrupted. */
  readonly breaks: readonly Finding[];
}

/** Follows every method that requires an access token with a scope. */
export function authorizedPaths(template: TemplateDocument): readonly AuthorizedPath[] {
  const groups = new SecurityGroups(template);
  return methodsOf(template)
    .filter((method) => guardOf(template, method).guarded)
    .map((method) => new Walk(template, groups, method).walk());
}

/** Follows one method hop by hop. */
class Walk {
  readonly #hops: Hop[] = [];
  readonly #uses = new Set<string>();
  readonly #breaks: Finding[] = [];

  constructor(
    readonly template: TemplateDocument,
    readonly groups: SecurityGroups,
    readonly method: Method,
  ) {}

  walk(): AuthorizedPath {
    const guard = guardOf(this.template, this.method);
    const self = node.method(this.method.resource, this.method.route);
    this.#hop(INTERNET, node.api(this.method.api), 'its public host name', `Resources.${this.method.api}`);
    this.#hop(node.api(this.method.api), self, guard.why, this.method.resource.path);
    this.#followIntegration(self);
    return { hops: this.#hops, uses: this.#uses, breaks: this.#breaks };
  }

  #followIntegration(from: string): void {
    const { template } = this;
    const { integration } = this.method;
    if (integration.get('Type').text === 'MOCK') return;
    const uri = integration.get('Uri');
    const invoked = template.mentioned(uri, ...INVOKED);
    if (invoked) {
      this.#hop(from, node.lambda(invoked.id), 'the integration invokes it', uri.path);
      this.#invoke(invoked);
      return;
    }
    const connection = integration.get('ConnectionId');
    const link = this.template.referred(connection, 'AWS::ApiGatewayV2::VpcLink');
    const target = integration.get('IntegrationTarget');
    const loadBalancer = this.template.referred(target, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    if (!link || !loadBalancer) {
      this.#break(
        link ? target.path : connection.path,
        `method ${this.method.route} does not use a VPC link and a load balancer of this template`,
        'Set ConnectionType VPC_LINK, ConnectionId to the VPC link and IntegrationTarget to the load balancer (PI-02).',
      );
      return;
    }
    this.#hop(from, node.vpcLink(link.id), 'the integration uses it', connection.path);
    const port = portOf(integration.get('Uri').text);
    const listener = listenerOn(this.template, loadBalancer, port);
    if (!listener) {
      this.#break(
        integration.get('Uri').path,
        `Uri ${integration.get('Uri').text} uses port ${port ?? '?'}, but ${loadBalancer.id} has no listener on it`,
        'Use the port of a listener in Uri.',
      );
      return;
    }
    this.#pass(
      groupKeys(link.properties.get('SecurityGroupIds')),
      groupsOf(loadBalancer),
      onePort('tcp', port),
      node.vpcLink(link.id),
      node.loadBalancer(loadBalancer.id),
    );
    this.#followListener(loadBalancer, listener);
  }

  /** Follows an alias or version to its function. A permission must allow API Gateway to invoke what the method names. */
  #invoke(invoked: TemplateResource): void {
    const isAllowed = this.template.ofType('AWS::Lambda::Permission').some(({ properties }) => {
      const names = properties.get('FunctionName').reference?.id === invoked.id;
      return names && properties.get('Principal').text === 'apigateway.amazonaws.com';
    });
    if (!isAllowed) {
      this.#break(
        invoked.path,
        `no permission allows API Gateway to invoke ${invoked.id}, which method ${this.method.route} uses`,
        'Add an AWS::Lambda::Permission for apigateway.amazonaws.com, with the ARN of the method as SourceArn.',
      );
    }
    const lambda = this.template.mentioned(invoked.properties.get('FunctionName'), 'AWS::Lambda::Function');
    if (lambda) this.#hop(node.lambda(invoked.id), node.lambda(lambda.id), 'it runs it', invoked.path);
  }

  #followListener(loadBalancer: TemplateResource, listener: TemplateResource): void {
    this.#uses.add(listener.path);
    const port = listener.properties.get('Port').text;
    const self = node.listener(listener.id);
    this.#hop(node.loadBalancer(loadBalancer.id), self, `it listens on port ${port}`, listener.path);
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
      const id = target.key;
      this.#uses.add(`Resources.${id}`);
      this.#hop(self, node.targetGroup(id), 'it forwards to it', target.path);
      for (const { service, registration } of registrations) {
        if (!targetGroupsOf(registration).some(({ key }) => key === id)) continue;
        reached = true;
        this.#uses.add(registration.path);
        this.#hop(
          node.targetGroup(id),
          node.service(service.id),
          'ECS registers its tasks in it',
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
        `listener ${listener.id} forwards to no target group with tasks of a service`,
        'Forward to the target group in the LoadBalancers of the service.',
      );
    }
  }

  #reachContainer(
    loadBalancer: TemplateResource,
    service: TemplateResource,
    port: number | undefined,
    path: string,
  ): void {
    const containerPort = containerPortsOf(this.template, service).find((one) => one.port === port);
    if (!containerPort) {
      this.#break(
        path,
        `service ${service.id} registers container port ${port ?? '?'}, but no container of its task listens on it`,
        'Use a ContainerPort from the PortMappings of the task definition.',
      );
      return;
    }
    const network = taskNetworkOf(this.template, service);
    const to = node.containerPort(service.id, containerPort.container, String(port));
    this.#pass(groupsOf(loadBalancer), network.groups, containerPort.reachedAt, node.service(service.id), to);
  }

  /** Adds a hop between members of security groups. Rules of both sides must allow it. */
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
        `security group ${receivers.join(', ')} has no inbound rule for ${needed} from ${senders.join(', ')}`,
        `Add an inbound rule for ${needed} from ${senders.join(', ')}.`,
      );
    }
    if (senders.length > 0 && !senders.some((sender) => this.#allowsOutbound(sender, receivers, ports))) {
      this.#break(
        `Resources.${senders[0] ?? ''}`,
        `security group ${senders.join(', ')} has no outbound rule for ${needed} to ${receivers.join(', ')}`,
        `Add an outbound rule for ${needed} to ${receivers.join(', ')}.`,
      );
    }
    this.#hop(from, to, `${senders.join(', ')} → ${receivers.join(', ')}: ${needed}`, first?.path ?? '');
  }

  #allowsOutbound(sender: string, receivers: readonly string[], ports: Ports): boolean {
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
    this.#breaks.push({ path, problem, remedy, hops: [...this.#hops] });
  }
}

/** Returns the port of a URI, the default port of its scheme included. */
export function portOf(uri: string): number | undefined {
  const [, scheme, port] = /^(https?):\/\/(?:[^/:$]|\$\{[^}]*\}|\$)*(?::(\d+))?(?:\/|$)/.exec(uri) ?? [];
  if (scheme === undefined) return undefined;
  return port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
}
