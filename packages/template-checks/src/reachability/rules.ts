import type { TemplateDocument, Value } from '@spa-on-aws/cloudformation';
import { finding, type Finding, type Findings, rule } from '../rule';
import { authorizedPaths } from './authorized-path';
import { addContainers, instanceGroups, instancesOf, taskNetworkOf } from './containers';
import { addEntryPoints, addFunctions, INVOKED } from './entry-points';
import { addDistributions, addGateways } from './gateways';
import { Graph, type Hop, INTERNET, node } from './graph';
import {
  BEHIND_ENTRY_POINTS,
  ENTRY_POINTS,
  isCustomResource,
  KNOWN_PROPERTIES,
  MODELLED,
  MONITORING,
  NO_ENTRY_POINT,
} from './known-types';
import { addLoadBalancers, groupsOf } from './load-balancers';
import { addNetwork, describePorts, groupKeys, GroupMembers, SecurityGroups } from './security-groups';

/** Builds the graph of what can send requests to what. */
function reachabilityOf(template: TemplateDocument): Graph {
  const graph = new Graph();
  const members = new GroupMembers(graph, new SecurityGroups(template));
  addDistributions(graph, template);
  addGateways(graph, template, members);
  addLoadBalancers(graph, template, members);
  addContainers(graph, template, members);
  addFunctions(graph, template, members);
  addEntryPoints(graph, template);
  addNetwork(graph, members);
  return graph;
}

const notAllowed = (hop: Hop) => hop.allowed === undefined;

/** Returns every opening through which the internet reaches a container, except allowed hops, with the path. */
function openPaths(graph: Graph): readonly { readonly opening: Hop; readonly hops: readonly Hop[] }[] {
  return graph.hops.flatMap((opening) => {
    if (!opening.opening || opening.allowed) return [];
    const hops = graph.pathThrough(opening, notAllowed);
    return hops ? [{ opening, hops }] : [];
  });
}

export const reachableOnlyThroughAuthorizer = rule(
  'reachability',
  'container-reachable-only-through-authorizer',
  'every request path from the internet to the port of a container, or to a function that the API invokes, goes through a method with the Cognito authorizer and a scope, or through a method that is declared public',
  function* ({ template }) {
    const graph = reachabilityOf(template);
    if (graph.targets.length === 0) {
      yield finding(
        'Resources',
        'there is no container, and no method invokes a function of the template, so there is nothing to check',
        'Check the template of the stack with the ECS service or the function.',
      );
    }
    for (const { opening, hops } of openPaths(graph)) {
      yield finding(
        opening,
        `${opening.to} is reachable without an access token and leads to the API: ${opening.why}`,
        opening.opening?.remedy ?? '',
        hops,
      );
    }
    const other = graph.pathToTarget(INTERNET, (hop) => notAllowed(hop) && hop.opening === undefined);
    if (other) {
      yield finding(
        other.at(-1)?.path ?? 'Resources',
        'a request path bypasses the authorizer',
        'Remove one of its hops.',
        other,
      );
    }
  },
);

export const authorizedPathReachesContainer = rule(
  'reachability',
  'authorized-path-reaches-container',
  'a method with the authorizer leads through the VPC link and the load balancer to a container, and all security groups allow it; or it invokes a function, and a permission allows it',
  function* ({ template }) {
    const paths = authorizedPaths(template);
    if (paths.length === 0) {
      yield finding(
        'Resources',
        'no method has the Cognito authorizer and a scope, so there is no authorized path',
        'Set AuthorizationType COGNITO_USER_POOLS, an authorizer and a scope on the API’s methods.',
      );
    }
    for (const { breaks } of paths) yield* breaks;
    const [hops] = paths.map((path) => path.hops).sort((a, b) => b.length - a.length);
    if (hops) yield { hops };
  },
);

export const noUnusedEntryPoints = rule(
  'reachability',
  'no-unused-entry-points',
  'the authorized path needs every inbound rule, listener, target group and entry point',
  function* ({ template }) {
    const graph = reachabilityOf(template);
    const reported = new Set(openPaths(graph).map(({ opening }) => opening.path));
    const used = new Set(authorizedPaths(template).flatMap((path) => [...path.uses]));
    const isUnused = (path: string) => !used.has(path) && !reported.has(path);

    const guarded = guardedGroups(template);
    for (const hop of graph.hops) {
      if (!hop.opening || hop.allowed || reported.has(hop.path)) continue;
      // Methods that lead nowhere are checked by the rule on scopes. Groups without members are no risk.
      if (hop.to.startsWith(node.methodPrefix)) continue;
      if (hop.to.startsWith(node.groupPrefix) && hop.from !== INTERNET && !guarded.has(hop.to)) continue;
      const hops = graph.path(INTERNET, hop.to, notAllowed);
      reported.add(hop.path);
      yield finding(
        hop,
        `${hop.to} is reachable without an access token: ${hop.why}`,
        hop.opening.remedy,
        hops,
      );
    }
    for (const group of guarded) {
      const rules = new SecurityGroups(template).ingress(group.slice(node.groupPrefix.length));
      for (const { path, peer, ports } of rules) {
        if (!isUnused(path)) continue;
        const from = peer.kind === 'group' ? peer.group : peer.kind;
        yield unused(path, `${group} allows ${from} on ${describePorts(ports)}`);
      }
    }
    for (const type of ['Listener', 'TargetGroup']) {
      for (const { path, id } of template.ofType(`AWS::ElasticLoadBalancingV2::${type}`)) {
        if (isUnused(path)) yield unused(path, `${type} ${id} exists`);
      }
    }
    for (const { id, properties } of template.ofType('AWS::ECS::Service')) {
      for (const registration of properties.get('LoadBalancers').items) {
        if (!isUnused(registration.path)) continue;
        const group = registration.get('TargetGroupArn').text;
        yield unused(registration.path, `service ${id} registers its tasks in ${group}`);
      }
    }
  },
);

function unused(path: string, what: string): Finding {
  return {
    path,
    problem: `${what}, but no method with the authorizer needs it`,
    remedy: 'Remove it, or use it for a method with the authorizer.',
  };
}

/** Returns the nodes of the groups of load balancers, VPC links, container instances and tasks. */
function guardedGroups(template: TemplateDocument): ReadonlySet<string> {
  const keys = [
    ...template.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap(groupsOf),
    ...template
      .ofType('AWS::ApiGatewayV2::VpcLink')
      .flatMap((link) => groupKeys(link.properties.get('SecurityGroupIds'))),
    ...instancesOf(template).flatMap((instances) => instanceGroups(template, instances).keys),
    ...template.ofType('AWS::ECS::Service').flatMap((service) => taskNetworkOf(template, service).groups),
  ];
  return new Set(keys.map(node.group));
}

export const integrationsUseVpcLink = rule(
  'reachability',
  'integrations-use-vpc-link',
  'every integration goes through a VPC link (v2) to a load balancer, or invokes a function of the template, so no token crosses the internet unencrypted',
  function* ({ template }) {
    for (const method of template.ofType('AWS::ApiGateway::Method')) {
      const integration = method.properties.get('Integration');
      const type = integration.get('Type').text;
      if (type === 'MOCK') continue;
      if (type === 'AWS_PROXY' && template.mentioned(integration.get('Uri'), ...INVOKED)) continue;
      const link = template.referred(integration.get('ConnectionId'), 'AWS::ApiGatewayV2::VpcLink');
      const isPrivate = integration.get('ConnectionType').text === 'VPC_LINK' && link !== undefined;
      const isProxy = ['HTTP_PROXY', 'HTTP'].includes(type);
      if (isPrivate && isProxy) continue;
      const connection = integration.get(isProxy ? 'ConnectionType' : 'Type').text || 'the internet';
      yield finding(
        integration,
        `method ${method.id} sends requests to ${integration.get('Uri').text || 'an unknown target'} through ${connection}, not through a VPC link (AWS::ApiGatewayV2::VpcLink)`,
        'Set Type HTTP_PROXY, ConnectionType VPC_LINK and ConnectionId to the VPC link.',
      );
    }
  },
);

export const onlyKnownResourceTypes = rule(
  'reachability',
  'only-known-resource-types',
  'the checks of reachability know every resource type of the template and every property that could be an entry point',
  function* ({ template }) {
    for (const { type, path, properties } of template.resources) {
      const isKnown =
        MODELLED.has(type) ||
        NO_ENTRY_POINT.has(type) ||
        BEHIND_ENTRY_POINTS.has(type) ||
        type in ENTRY_POINTS ||
        isCustomResource(type);
      if (!isKnown) {
        yield finding(
          `${path}.Type`,
          `type ${type} is unknown to this check and may be an entry point`,
          'Add it to NO_ENTRY_POINT or ENTRY_POINTS in src/reachability/known-types.ts of @spa-on-aws/template-checks.',
        );
      }
      const known = KNOWN_PROPERTIES[type];
      for (const [name, value] of known ? properties.entries : []) {
        if (known?.includes(name)) continue;
        yield finding(
          value,
          `property ${name} of ${type} is unknown to this check and may be an entry point`,
          'Remove it, or add it to KNOWN_PROPERTIES in src/reachability/known-types.ts of @spa-on-aws/template-checks.',
        );
      }
    }
  },
);

export const templateIsUnconditional = rule(
  'reachability',
  'template-is-unconditional',
  'no macro, condition or nested stack that was not read changes what is deployed, except for monitoring: what is checked is what is deployed',
  function* ({ template }) {
    const remedy = 'Decide it at synthesis, so that this check sees what will be deployed.';
    const transform = template.section('Transform');
    if (transform.isPresent) {
      yield finding('Transform', `macro ${transform.text} changes the template at deployment`, remedy);
    }
    for (const { id, type, path, entry, properties } of template.resources) {
      if (MONITORING.has(type)) continue;
      if (type === 'AWS::CloudFormation::Stack') {
        yield { path, problem: `nested stack ${id} is in a template that is not on this machine`, remedy };
      }
      const condition = entry.get('Condition');
      if (condition.isPresent) {
        const problem = `${id} exists only when condition ${condition.text} is true`;
        yield { path: condition.path, problem, remedy };
      }
      yield* conditionalValues(properties, remedy);
    }
  },
);

function* conditionalValues(value: Value, remedy: string): Findings {
  for (const item of Array.isArray(value.raw) ? value.items : []) yield* conditionalValues(item, remedy);
  for (const [name, inner] of value.entries) {
    if (name === 'Fn::If' || name === 'Fn::Transform' || name.startsWith('Fn::ForEach')) {
      yield finding(inner, `${name} decides the value at deployment`, remedy);
    } else yield* conditionalValues(inner, remedy);
  }
}
