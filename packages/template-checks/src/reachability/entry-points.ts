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

const NODES: Readonly<Record<string, (id: string) => string>> = {
  'AWS::ApiGatewayV2::VpcLink': node.vpcLink,
  'AWS::ApiGateway::VpcLink': node.vpcLink,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': node.loadBalancer,
  'AWS::ElasticLoadBalancingV2::Listener': node.listener,
  'AWS::ElasticLoadBalancingV2::TargetGroup': node.targetGroup,
  'AWS::EC2::SecurityGroup': node.group,
  'AWS::EC2::Instance': node.instances,
  'AWS::AutoScaling::AutoScalingGroup': node.instances,
  'AWS::ECS::Service': node.service,
  'AWS::Lambda::Function': node.lambda,
};

/** Returns the nodes to which an entry point refers, itself or through resources that belong to it. */
function targetsOf(
  template: TemplateDocument,
  entryPoint: TemplateResource,
): readonly { readonly to: string; readonly path: string }[] {
  const family = new Set<TemplateResource>([entryPoint]);
  for (const member of family) {
    for (const resource of template.resources) {
      if (!BEHIND_ENTRY_POINTS.has(resource.type)) continue;
      const { properties, id } = resource;
      if (properties.mentions.has(member.id) || member.properties.mentions.has(id)) family.add(resource);
    }
  }
  return [...family].flatMap((member) =>
    [...member.properties.mentions].flatMap((id) => {
      const resource = template.resource(id);
      const to = resource && NODES[resource.type]?.(resource.id);
      return to === undefined ? [] : [{ to, path: member.path }];
    }),
  );
}
