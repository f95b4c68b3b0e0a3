import type { Resource, Template } from '@spa-on-aws/cloudformation';
import { INTERNET, type Graph } from './graph';
import { BEHIND_ENTRANCES, ENTRANCES } from './known-types';
import type { Members } from './network';
import { place } from './places';
import { groupKeys } from './security-groups';

/** Adds resources that let somebody in by themselves, and what they lead to. */
export function addOtherEntrances(graph: Graph, template: Template): void {
  for (const entrance of template.resources) {
    const why = ENTRANCES[entrance.type];
    if (why === undefined) continue;
    const self = place.other(entrance);
    graph.add({
      from: INTERNET,
      to: self,
      why,
      path: entrance.path,
      opening: {
        remedy: 'Remove it: people come in by the REST API, and administrators by Session Manager.',
      },
    });
    for (const { place: to, path } of ledTo(template, entrance)) {
      graph.add({ from: self, to, why: 'it names it', path });
    }
  }
}

/** Adds functions: who may call them without signing in, and where they can send to. */
export function addFunctions(graph: Graph, template: Template, members: Members): void {
  for (const lambda of template.ofType('AWS::Lambda::Function')) {
    const named = lambda.properties.get('VpcConfig', 'SecurityGroupIds');
    for (const group of named.isPresent ? groupKeys(named) : []) {
      members.join(group, place.lambda(lambda.id), named.path, false);
    }
  }
  for (const permission of template.ofType('AWS::Lambda::Permission')) {
    const principal = permission.properties.get('Principal');
    if (principal.text !== '*') continue;
    const name = permission.properties.get('FunctionName');
    const lambda = [...name.mentions].find((id) => template.resource(id)?.type === 'AWS::Lambda::Function');
    graph.add({
      from: INTERNET,
      to: place.lambda(lambda ?? name.text),
      why: 'a permission lets everybody invoke it',
      path: principal.path,
      opening: { remedy: 'Name the one principal that is to invoke it.' },
    });
  }
}

/** What an entrance names, itself or through resources that belong to it. */
function ledTo(
  template: Template,
  entrance: Resource,
): readonly { readonly place: string; readonly path: string }[] {
  const family = new Set<Resource>([entrance]);
  for (const member of family) {
    for (const resource of template.resources) {
      const joins =
        (BEHIND_ENTRANCES.has(resource.type) && resource.properties.mentions.has(member.id)) ||
        (BEHIND_ENTRANCES.has(resource.type) && member.properties.mentions.has(resource.id));
      if (joins) family.add(resource);
    }
  }
  return [...family].flatMap((member) =>
    [...member.properties.mentions].flatMap((id) => {
      const resource = template.resource(id);
      const to = resource && placeOf(resource);
      return to === undefined ? [] : [{ place: to, path: member.path }];
    }),
  );
}

/** The place in the graph that a resource is. */
function placeOf(resource: Resource): string | undefined {
  switch (resource.type) {
    case 'AWS::ApiGatewayV2::VpcLink':
    case 'AWS::ApiGateway::VpcLink':
      return place.vpcLink(resource.id);
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return place.loadBalancer(resource.id);
    case 'AWS::ElasticLoadBalancingV2::Listener':
      return place.listener(resource.id);
    case 'AWS::ElasticLoadBalancingV2::TargetGroup':
      return place.targetGroup(resource.id);
    case 'AWS::EC2::SecurityGroup':
      return place.group(resource.id);
    case 'AWS::EC2::Instance':
    case 'AWS::AutoScaling::AutoScalingGroup':
      return place.hosts(resource.id);
    case 'AWS::ECS::Service':
      return place.service(resource.id);
    case 'AWS::Lambda::Function':
      return place.lambda(resource.id);
    default:
      return undefined;
  }
}
