import { rule, type Finding, type Findings, type Subject } from '../rule';
import type { Value } from '@spa-on-aws/cloudformation';
import { authorizedRoads } from './authorized-road';
import { hostGroups, hostsOf, taskNetworkOf } from './containers';
import { INTERNET, type Graph, type Hop, type Road } from './graph';
import {
  BEHIND_ENTRANCES,
  ENTRANCES,
  isCustomResource,
  KNOWN_PROPERTIES,
  MODELLED,
  NO_ENTRANCE,
  WATCHERS,
} from './known-types';
import { groupsOf } from './load-balancers';
import { reachabilityOf } from './model';
import { place } from './places';
import { describePorts, groupKeys, SecurityGroups } from './security-groups';

const unguarded = (hop: Hop) => hop.guarded === undefined;

/** Every opening by which the internet gets to a container past the authorizer, with the road. */
function openRoads(graph: Graph): readonly { readonly opening: Hop; readonly road: Road }[] {
  return graph.hops.flatMap((opening) => {
    if (!opening.opening || opening.guarded) return [];
    const road = graph.roadThrough(opening, unguarded);
    return road ? [{ opening, road }] : [];
  });
}

/** The only road to a container goes through a method with the Cognito authorizer and a scope. */
export const onlyRoad = rule(
  'reachability',
  ['B2', 'P25'],
  'only-road',
  'nobody gets from the internet to a container’s port but through a method with the Cognito authorizer and a scope',
  function* (subject): Findings {
    const graph = reachabilityOf(subject.template);
    if (graph.goals.length === 0) {
      yield {
        path: 'Resources',
        problem: 'there is no container, so nothing about its port can be proved',
        remedy: 'Check the template of a stack that holds the API’s service.',
      };
    }
    const found = openRoads(graph);
    for (const { opening, road } of found) {
      yield {
        path: opening.path,
        problem: `${opening.to} lets in who has no access token, and the road goes on to a container: ${opening.why}`,
        remedy: opening.opening?.remedy ?? '',
        road,
      };
    }
    const other = graph.roadToGoal(INTERNET, (hop) => unguarded(hop) && hop.opening === undefined);
    if (other) {
      yield {
        path: other.at(-1)?.path ?? 'Resources',
        problem: 'there is a road to a container past the authorizer',
        remedy: 'Take out one of its hops.',
        road: other,
      };
    }
    return undefined;
  },
);

/** The authorized road is there from end to end, so that its being the only one means something. */
export const authorizedRoad = rule(
  'reachability',
  ['P25', 'P26'],
  'authorized-road',
  'a method with the authorizer leads by the VPC link and the load balancer to a container, every security group on the way included',
  function* (subject): Findings {
    const roads = authorizedRoads(subject.template);
    if (roads.length === 0) {
      yield {
        path: 'Resources',
        problem: 'no method has the Cognito authorizer and a scope: there is no authorized road at all',
        remedy: 'Give the API’s methods AuthorizationType COGNITO_USER_POOLS, an authorizer and a scope.',
      };
    }
    for (const { breaks } of roads) yield* breaks;
    const [road] = roads.map((one) => one.road).sort((a, b) => b.length - a.length);
    return road && { road };
  },
);

/** Nothing is open that the authorized road does not need. */
export const noSpareOpening = rule(
  'reachability',
  ['P25'],
  'no-spare-opening',
  'every inbound rule, listener, target group and entrance is one that the authorized road needs',
  function* (subject): Findings {
    const graph = reachabilityOf(subject.template);
    const reported = new Set(openRoads(graph).map(({ opening }) => opening.path));
    const used = new Set(authorizedRoads(subject.template).flatMap((road) => [...road.uses]));
    const isSpare = (path: string) => !used.has(path) && !reported.has(path);

    const guarded = guardedGroups(subject);
    for (const hop of graph.hops) {
      if (!hop.opening || hop.guarded || reported.has(hop.path)) continue;
      // A method that leads nowhere is for the rule on scopes; a group nothing of ours is in, for its users.
      if (hop.to.startsWith(place.anyMethod)) continue;
      if (hop.to.startsWith(place.anyGroup) && hop.from !== INTERNET && !guarded.has(hop.to)) continue;
      const road = graph.road(INTERNET, hop.to, unguarded);
      reported.add(hop.path);
      yield {
        path: hop.path,
        problem: `${hop.to} lets in who has no access token: ${hop.why}`,
        remedy: hop.opening.remedy,
        ...(road ? { road } : {}),
      };
    }
    for (const group of guardedGroups(subject)) {
      for (const rule of new SecurityGroups(subject.template).ingress(
        group.slice('security group '.length),
      )) {
        if (!isSpare(rule.path)) continue;
        const from = rule.peer.kind === 'group' ? rule.peer.group : rule.peer.kind;
        yield spare(rule.path, `${group} lets in ${from} at ${describePorts(rule.ports)}`);
      }
    }
    for (const type of ['Listener', 'TargetGroup']) {
      for (const resource of subject.template.ofType(`AWS::ElasticLoadBalancingV2::${type}`)) {
        if (isSpare(resource.path)) yield spare(resource.path, `${type} ${resource.id} is there`);
      }
    }
    for (const service of subject.template.ofType('AWS::ECS::Service')) {
      for (const registration of service.properties.get('LoadBalancers').items) {
        if (!isSpare(registration.path)) continue;
        yield spare(
          registration.path,
          `service ${service.id} registers its tasks in ${registration.get('TargetGroupArn').text}`,
        );
      }
    }
    return undefined;
  },
);

/** What an integration is sent to is the load balancer behind the VPC link, never a public name. */
export const integrationsStayPrivate = rule(
  'reachability',
  ['B2', 'P26'],
  'integrations-stay-private',
  'every integration goes through a VPC link of the second generation to a load balancer: no token crosses the internet in clear',
  function* (subject): Findings {
    for (const method of subject.template.ofType('AWS::ApiGateway::Method')) {
      const integration = method.properties.get('Integration');
      if (integration.get('Type').text === 'MOCK') continue;
      const link = subject.template.referred(integration.get('ConnectionId'), 'AWS::ApiGatewayV2::VpcLink');
      const isPrivate = integration.get('ConnectionType').text === 'VPC_LINK' && link !== undefined;
      const isProxy = ['HTTP_PROXY', 'HTTP'].includes(integration.get('Type').text);
      if (isPrivate && isProxy) continue;
      yield {
        path: integration.path,
        problem: `method ${method.id} sends requests to ${integration.get('Uri').text || 'nowhere'} by ${
          isProxy ? integration.get('ConnectionType').text || 'the internet' : integration.get('Type').text
        }, not through a VPC link (AWS::ApiGatewayV2::VpcLink)`,
        remedy: 'Set Type HTTP_PROXY, ConnectionType VPC_LINK and ConnectionId to the VPC link.',
      };
    }
    return undefined;
  },
);

/** The graph knows every type and property that could let somebody in. */
export const everythingIsKnown = rule(
  'reachability',
  ['B2', 'P25'],
  'everything-is-known',
  'the template holds no resource and no property that this check cannot judge as a way in',
  function* (subject): Findings {
    for (const resource of subject.template.resources) {
      const { type } = resource;
      const isKnown =
        MODELLED.has(type) ||
        NO_ENTRANCE.has(type) ||
        BEHIND_ENTRANCES.has(type) ||
        type in ENTRANCES ||
        isCustomResource(type);
      if (!isKnown) {
        yield {
          path: `${resource.path}.Type`,
          problem: `${type} is a type this check does not know: it may be a way in`,
          remedy:
            'If it lets nobody in, add it to NO_ENTRANCE in libs/infra/src/verify/reachability/known-types.ts; if it does, to ENTRANCES.',
        };
      }
      const known = KNOWN_PROPERTIES[type];
      for (const [name, value] of known ? resource.properties.entries : []) {
        if (known?.includes(name)) continue;
        yield {
          path: value.path,
          problem: `${type} has ${name}, which this check does not know or cannot read: it may be a way in`,
          remedy:
            'Do without it, or teach it to libs/infra/src/verify/reachability (KNOWN_PROPERTIES in known-types.ts).',
        };
      }
    }
    return undefined;
  },
);

/** The template means one thing: nothing that is proved depends on a condition, a macro or another template. */
export const oneMeaning = rule(
  'reachability',
  ['B2', 'P25'],
  'one-meaning',
  'no macro, nested stack or condition decides anything but what is watched: what is proved is what is deployed',
  function* (subject): Findings {
    const remedy =
      'Decide it when the template is synthesized, so that this check sees what will be deployed.';
    const transform = subject.template.section('Transform');
    if (transform.isPresent) {
      yield {
        path: 'Transform',
        problem: `macro ${transform.text} changes the template at deployment`,
        remedy,
      };
    }
    for (const resource of subject.template.resources) {
      if (WATCHERS.has(resource.type)) continue;
      if (resource.type === 'AWS::CloudFormation::Stack') {
        yield {
          path: resource.path,
          problem: `nested stack ${resource.id} is in another template`,
          remedy,
        };
      }
      const condition = resource.entry.get('Condition');
      if (condition.isPresent) {
        yield {
          path: condition.path,
          problem: `${resource.id} exists only if ${condition.text} holds`,
          remedy,
        };
      }
      yield* undecided(resource.properties, remedy);
    }
    return undefined;
  },
);

function* undecided(value: Value, remedy: string): Generator<Finding> {
  for (const item of Array.isArray(value.raw) ? value.items : []) yield* undecided(item, remedy);
  for (const [name, inner] of value.entries) {
    if (name === 'Fn::If' || name === 'Fn::Transform' || name.startsWith('Fn::ForEach')) {
      yield { path: inner.path, problem: `${name} decides the value at deployment`, remedy };
    } else yield* undecided(inner, remedy);
  }
}

/** The groups that load balancers, VPC links, hosts and tasks are in, as places. */
function guardedGroups(subject: Subject): ReadonlySet<string> {
  const { template } = subject;
  const keys = [
    ...template.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap(groupsOf),
    ...template
      .ofType('AWS::ApiGatewayV2::VpcLink')
      .flatMap((link) => groupKeys(link.properties.get('SecurityGroupIds'))),
    ...hostsOf(template).flatMap((hosts) => hostGroups(template, hosts).keys),
    ...template.ofType('AWS::ECS::Service').flatMap((service) => taskNetworkOf(template, service).groups),
  ];
  return new Set(keys.map(place.group));
}

function spare(path: string, what: string): Finding {
  return {
    path,
    problem: `${what}, and no method with the authorizer needs it`,
    remedy: 'Remove it, or let a method with the authorizer use it.',
  };
}
