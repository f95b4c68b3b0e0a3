import type { TemplateResource, TemplateDocument } from '@spa-on-aws/cloudformation';
import { INTERNET, node, type Graph } from './graph';
import { BEHIND_ENTRY_POINTS, ENTRY_POINTS } from './known-types';
import { groupKeys, type GroupMembers } from './security-groups';

/** Adds resources that are entry points besides the REST API, and what they lead to. */
export function addEntryPoints(graph: Graph, template: TemplateDocument): void {
  for (const entryPoint of template.resources) {
    const why = ENTRY_POINTS[entryPoint.type];
    if (why === undefined) continue;
    const self = node.other(entryPoint);
    graph.add(
      INTERNET,
      self,
      why,
      entryPoint.path,
      'Remove it. Users access the REST API, administrators use Session Manager.',
    );
    for (const { to, path } of targetsOf(template, entryPoint)) graph.add(self, to, 'it refers to it', path);
  }
}

/** Adds Lambda functions that unauthenticated callers can invoke, and what functions can send requests to. */
export function addFunctions(graph: Graph, template: TemplateDocument, members: GroupMembers): void {
  for (const lambda of template.ofType('AWS::Lambda::Function')) {
    const named = lambda.properties.get('VpcConfig', 'SecurityGroupIds');
    for (const group of named.isPresent ? groupKeys(named) : []) {
      members.join(group, node.lambda(lambda.id), named.path, false);
    }
  }
  for (const permission of template.ofType('AWS::Lambda::Permission')) {
    const principal = permission.properties.get('Principal');
    if (principal.text !== '*') continue;
    const name = permission.properties.get('FunctionName');
    const lambda = template.mentioned(name, 'AWS::Lambda::Function');
    graph.add(
      INTERNET,
      node.lambda(lambda?.id ?? name.text),
      'a permission allows everyone to invoke it',
      principal.path,
      'Set Principal to the one principal that needs it.',
    );
  }
}

/** Returns the nodes to which an entry point refers, itself or through resources that belong to it. */
function targetsOf(
  template: TemplateDocument,
  entryPoint: TemplateResource,
): readonly { readonly to: string; readonly path: string }[] {
  const family = new Set<TemplateResource>([entryPoint]);
  for (const member of family) {
    for (const resource of template.resources) {
      const joins =
        (BEHIND_ENTRY_POINTS.has(resource.type) && resource.properties.mentions.has(member.id)) ||
        (BEHIND_ENTRY_POINTS.has(resource.type) && member.properties.mentions.has(resource.id));
      if (joins) family.add(resource);
    }
  }
  return [...family].flatMap((member) =>
    [...member.properties.mentions].flatMap((id) => {
      const resource = template.resource(id);
      const to = resource && nodeOf(resource);
      return to === undefined ? [] : [{ to, path: member.path }];
    }),
  );
}

/** Returns the node of a resource. */
function nodeOf(resource: TemplateResource): string | undefined {
  switch (resource.type) {
    case 'AWS::ApiGatewayV2::VpcLink':
    case 'AWS::ApiGateway::VpcLink':
      return node.vpcLink(resource.id);
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return node.loadBalancer(resource.id);
    case 'AWS::ElasticLoadBalancingV2::Listener':
      return node.listener(resource.id);
    case 'AWS::ElasticLoadBalancingV2::TargetGroup':
      return node.targetGroup(resource.id);
    case 'AWS::EC2::SecurityGroup':
      return node.group(resource.id);
    case 'AWS::EC2::Instance':
    case 'AWS::AutoScaling::AutoScalingGroup':
      return node.instances(resource.id);
    case 'AWS::ECS::Service':
      return node.service(resource.id);
    case 'AWS::Lambda::Function':
      return node.lambda(resource.id);
    default:
      return undefined;
  }
}
