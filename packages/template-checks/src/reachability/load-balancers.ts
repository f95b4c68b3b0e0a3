import type { Resource, Template, Value } from '@spa-on-aws/cloudformation';
import { INTERNET, type Graph } from './graph';
import type { Members } from './network';
import { place } from './places';
import { groupKeys } from './security-groups';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** What a load balancer, listener or target group is known by: its logical id, or the text it is named with. */
export function arnKey(value: Value): string {
  return value.reference?.id ?? value.text;
}

/** Adds load balancers, their listeners, and what listeners forward to. */
export function addLoadBalancers(graph: Graph, template: Template, members: Members): void {
  for (const loadBalancer of template.ofType(LOAD_BALANCER)) {
    addLoadBalancer(graph, loadBalancer, members);
  }
  for (const listener of template.ofType(LISTENER)) addListener(graph, template, listener);
  for (const rule of template.ofType('AWS::ElasticLoadBalancingV2::ListenerRule')) {
    const from = place.listener(arnKey(rule.properties.get('ListenerArn')));
    addForwards(graph, from, rule.properties.get('Actions'));
  }
  for (const targetGroup of template.ofType('AWS::ElasticLoadBalancingV2::TargetGroup')) {
    addTargets(graph, template, targetGroup);
  }
}

/** The groups a load balancer is in; a network load balancer may be in none, and then everything gets through. */
export function groupsOf(loadBalancer: Resource): readonly string[] {
  const named = loadBalancer.properties.get('SecurityGroups');
  const isNetwork = ['network', 'gateway'].includes(loadBalancer.properties.get('Type').text);
  return isNetwork && !named.isPresent ? [] : groupKeys(named);
}

/** Target groups a list of actions forwards to, each with where it is named. */
export function forwardedTo(actions: Value): readonly Value[] {
  return actions.items.flatMap((action) => [
    ...action.get('TargetGroupArn').items,
    ...action.get('ForwardConfig', 'TargetGroups').items.map((target) => target.get('TargetGroupArn')),
  ]);
}

function addLoadBalancer(graph: Graph, loadBalancer: Resource, members: Members): void {
  const { properties } = loadBalancer;
  const self = place.loadBalancer(loadBalancer.id);
  const scheme = properties.get('Scheme');
  if (scheme.text !== 'internal') {
    graph.add({
      from: INTERNET,
      to: self,
      why: scheme.isPresent
        ? `Scheme ${scheme.text}: it has public addresses, and only a security group stands before it`
        : 'no Scheme, which means internet-facing: it has public addresses',
      path: scheme.path,
      opening: { remedy: 'Set Scheme to internal: only the VPC link is to reach it.' },
    });
  }
  for (const group of groupsOf(loadBalancer)) {
    members.join(group, self, properties.get('SecurityGroups').path);
  }
}

function addListener(graph: Graph, template: Template, listener: Resource): void {
  const { properties, path } = listener;
  const self = place.listener(listener.id);
  const key = arnKey(properties.get('LoadBalancerArn'));
  const port = properties.get('Port').text;
  if (!template.resource(key)) {
    graph.add({
      from: INTERNET,
      to: place.loadBalancer(key),
      why: 'it is not in this template: who reaches it is not known',
      path: properties.get('LoadBalancerArn').path,
      opening: { remedy: 'Put the listener on a load balancer of this template.' },
    });
  }
  graph.add({ from: place.loadBalancer(key), to: self, why: `it listens on port ${port}`, path });
  addForwards(graph, self, properties.get('DefaultActions'));
}

function addForwards(graph: Graph, from: string, actions: Value): void {
  for (const target of forwardedTo(actions)) {
    graph.add({ from, to: place.targetGroup(arnKey(target)), why: 'it forwards to it', path: target.path });
  }
}

function addTargets(graph: Graph, template: Template, targetGroup: Resource): void {
  const self = place.targetGroup(targetGroup.id);
  for (const target of targetGroup.properties.get('Targets').items) {
    const id = target.get('Id');
    const resource = template.resource(id.reference?.id);
    const to =
      resource?.type === LOAD_BALANCER
        ? place.loadBalancer(resource.id)
        : resource?.type === 'AWS::Lambda::Function'
          ? place.lambda(resource.id)
          : place.hosts(resource?.id ?? id.text);
    graph.add({ from: self, to, why: 'it is a registered target', path: target.path });
  }
}
