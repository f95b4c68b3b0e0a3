import type { TemplateResource, TemplateDocument, Value } from '@spa-on-aws/cloudformation';
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

/** Types by which a function is invoked. */
export const INVOKED = ['AWS::Lambda::Function', 'AWS::Lambda::Alias', 'AWS::Lambda::Version'];

/**
 * Adds Lambda functions, who can invoke them, and what they can send requests to. Functions that an API invokes are targets;
 * others run during deployments.
 */
export function addFunctions(graph: Graph, template: TemplateDocument, members: GroupMembers): void {
  for (const qualified of template.ofType('AWS::Lambda::Alias', 'AWS::Lambda::Version')) {
    const lambda = template.mentioned(qualified.properties.get('FunctionName'), 'AWS::Lambda::Function');
    if (lambda) graph.add(node.lambda(qualified.id), node.lambda(lambda.id), 'it runs it', qualified.path);
  }
  const targets = apiFunctionsOf(template);
  for (const target of targets) graph.addTarget(node.lambda(target));
  for (const lambda of template.ofType('AWS::Lambda::Function')) {
    const named = lambda.properties.get('VpcConfig', 'SecurityGroupIds');
    for (const group of named.isPresent ? groupKeys(named) : []) {
      members.join(group, node.lambda(lambda.id), named.path, false);
    }
  }
  for (const permission of template.ofType('AWS::Lambda::Permission')) {
    const { properties } = permission;
    const name = properties.get('FunctionName');
    const invoked = template.mentioned(name, ...INVOKED);
    const isTarget = invoked !== undefined && targets.has(functionOf(template, invoked)?.id ?? '');
    const problem = problemOf(template, permission, isTarget);
    if (!problem) continue;
    const { value, why } = problem;
    const remedy =
      'Allow lambda:InvokeFunction to apigateway.amazonaws.com only, with the SourceArn of a method.';
    graph.add(
      INTERNET,
      node.lambda(invoked?.id ?? name.text),
      `a permission allows ${why}`,
      value.path,
      remedy,
    );
  }
}

/** Returns who may invoke a function by a permission, except API Gateway for an API of the template. */
function problemOf(template: TemplateDocument, { properties }: TemplateResource, isTarget: boolean) {
  const [principal, action, source] = ['Principal', 'Action', 'SourceArn'].map((name) =>
    properties.get(name),
  ) as [Value, Value, Value];
  if (principal.text === '*') return { value: principal, why: 'everyone to invoke it' };
  if (!isTarget) return undefined;
  if (principal.text !== 'apigateway.amazonaws.com')
    return { value: principal, why: `${principal.text} to invoke it` };
  if (action.text !== 'lambda:InvokeFunction') return { value: action, why: action.text };
  return template.mentioned(source, 'AWS::ApiGateway::RestApi')
    ? undefined
    : { value: source, why: 'API Gateway to invoke it for every API' };
}

/** Returns the function that is run when a function, alias or version is invoked. */
function functionOf(template: TemplateDocument, invoked: TemplateResource): TemplateResource | undefined {
  return invoked.type === 'AWS::Lambda::Function'
    ? invoked
    : template.mentioned(invoked.properties.get('FunctionName'), 'AWS::Lambda::Function');
}

/** Returns the logical ids of the functions that integrations invoke. */
export function apiFunctionsOf(template: TemplateDocument): ReadonlySet<string> {
  const callers = [
    ...template
      .ofType('AWS::ApiGateway::Method')
      .map(({ properties }) => properties.get('Integration', 'Uri')),
    ...template.ofType('AWS::ApiGateway::RestApi').map(({ properties }) => properties.get('Body')),
  ];
  const mentioned = callers.flatMap((caller) => [...caller.mentions]).map((id) => template.resource(id));
  return new Set(
    mentioned.flatMap((resource) =>
      resource && INVOKED.includes(resource.type) ? (functionOf(template, resource)?.id ?? []) : [],
    ),
  );
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
  'AWS::Lambda::Alias': node.lambda,
  'AWS::Lambda::Version': node.lambda,
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
