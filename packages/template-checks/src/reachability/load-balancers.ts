import type { TemplateResource, TemplateDocument, Value } from '@spa-on-aws/cloudformation';
import { INTERNET, node, type Graph } from './graph';
import { groupKeys, type GroupMembers } from './security-groups';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** Adds load balancers, listeners, and the target groups they forward to. */
export function addLoadBalancers(graph: Graph, template: TemplateDocument, members: GroupMembers): void {
  for (const loadBalancer of template.ofType(LOAD_BALANCER)) {
    addLoadBalancer(graph, loadBalancer, members);
  }
  for (const listener of template.ofType(LISTENER)) addListener(graph, template, listener);
  for (const rule of template.ofType('AWS::ElasticLoadBalancingV2::ListenerRule')) {
    const from = node.listener(rule.properties.get('ListenerArn').key);
    addForwards(graph, from, rule.properties.get('Actions'));
  }
  for (const targetGroup of template.ofType('AWS::ElasticLoadBalancingV2::TargetGroup')) {
    addTargets(graph, template, targetGroup);
  }
}

/** Returns the security groups of a load balancer. A network load balancer without any allows all traffic. */
export function groupsOf(loadBalancer: TemplateResource): readonly string[] {
  const named = loadBalancer.properties.get('SecurityGroups');
  const isNetwork = ['network', 'gateway'].includes(loadBalancer.properties.get('Type').text);
  return isNetwork && !named.isPresent ? [] : groupKeys(named);
}

/** Returns the listener of a load balancer on a port. */
export function listenerOn(
  template: TemplateDocument,
  loadBalancer: TemplateResource,
  port: number | undefined,
): TemplateResource | undefined {
  return template
    .ofType(LISTENER)
    .filter(({ properties }) => properties.get('LoadBalancerArn').is(loadBalancer.id))
    .find(({ properties }) => properties.get('Port').number === port);
}

/** Returns the target groups to which a list of actions forwards. */
export function forwardedTo(actions: Value): readonly Value[] {
  return actions.items.flatMap((action) => [
    ...action.get('TargetGroupArn').items,
    ...action.get('ForwardConfig', 'TargetGroups').items.map((target) => target.get('TargetGroupArn')),
  ]);
}

function addLoadBalancer(graph: Graph, loadBalancer: TemplateResource, members: GroupMembers): void {
  const { properties } = loadBalancer;
  const self = node.loadBalancer(loadBalancer.id);
  const scheme = properties.get('Scheme');
  if (scheme.text !== 'internal') {
    graph.add(
      INTERNET,
      self,
      scheme.isPresent
        ? `Scheme ${scheme.text}: it has public addresses`
        : 'Scheme is missing, so it is internet-facing and has public addresses',
      scheme.path,
      'Set Scheme to internal, so that only the VPC link can reach it.',
    );
  }
  for (const group of groupsOf(loadBalancer)) {
    members.join(group, self, properties.get('SecurityGroups').path);
  }
}

function addListener(graph: Graph, template: TemplateDocument, listener: TemplateResource): void {
  const { properties, path } = listener;
  const self = node.listener(listener.id);
  const key = properties.get('LoadBalancerArn').key;
  const port = properties.get('Port').text;
  if (!template.resource(key)) {
    graph.add(
      INTERNET,
      node.loadBalancer(key),
      'it is not in this template, so its clients are unknown',
      properties.get('LoadBalancerArn').path,
      'Attach the listener to a load balancer of this template.',
    );
  }
  graph.add(node.loadBalancer(key), self, `it listens on port ${port}`, path);
  addForwards(graph, self, properties.get('DefaultActions'));
}

function addForwards(graph: Graph, from: string, actions: Value): void {
  for (const target of forwardedTo(actions)) {
    graph.add(from, node.targetGroup(target.key), 'it forwards to it', target.path);
  }
}

function addTargets(graph: Graph, template: TemplateDocument, targetGroup: TemplateResource): void {
  const self = node.targetGroup(targetGroup.id);
  for (const target of targetGroup.properties.get('Targets').items) {
    const id = target.get('Id');
    const resource = template.resource(id.reference?.id);
    const to =
      resource?.type === LOAD_BALANCER
        ? node.loadBalancer(resource.id)
        : resource?.type === 'AWS::Lambda::Function'
          ? node.lambda(resource.id)
          : node.instances(resource?.id ?? id.text);
    graph.add(self, to, 'a registered target', target.path);
  }
}
