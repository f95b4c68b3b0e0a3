import { destinationOf, splitUri } from '../services/apigateway/destination';
import type { ApiResource, Method, RestApi } from '../services/apigateway/rest-api';
import type { Behavior, Distribution } from '../services/cloudfront/distribution';
import type { Topology } from '../run/topology';
import type { LoadBalancer } from '../services/elasticloadbalancing/load-balancer';
import { spellDuration } from '../explain/duration';

/** The topology as far as the map shows it. */
export type MappedTopology = Pick<
  Topology,
  'distributions' | 'restApis' | 'userPools' | 'buckets' | 'loadBalancers' | 'containers' | 'tables'
>;

/** Where things answer on this machine. */
export interface LocalUrls {
  /** By logical id of the distribution. */
  readonly distributions: ReadonlyMap<string, string>;
  /** By logical id of the API, with its first stage. */
  readonly restApis: ReadonlyMap<string, string>;
  /** Empty when nobody can sign in. */
  readonly signIn: string;
}

/** A line of a node that a request can pass by itself: a behavior, a method. */
export interface MapPart {
  readonly id: string;
  readonly title: string;
  readonly facts: readonly string[];
  /** What is attached to it, by what that does: long names, for the most part. */
  readonly policies: readonly (readonly [does: string, name: string])[];
}

/** Something that a request passes. */
export interface MapNode {
  readonly id: string;
  readonly kind:
    | 'browser'
    | 'distribution'
    | 'bucket'
    | 'api'
    | 'authorizer'
    | 'load-balancer'
    | 'container'
    | 'table'
    | 'user-pool'
    | 'elsewhere';
  /** What it is called in the template. */
  readonly name: string;
  /** What it is, for somebody who does not know AWS. */
  readonly role: string;
  /** Empty when it has no address of its own. */
  readonly url: string;
  readonly facts: readonly string[];
  readonly parts: readonly MapPart[];
  /** Where it stands, from the browser on the left. */
  readonly column: 1 | 2 | 3 | 4 | 5;
}

/** A way from a node or a part of one to a node. */
export interface MapEdge {
  readonly from: string;
  readonly to: string;
}

/** What is drawn. */
export interface TopologyMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** Id of the node that stands for whoever asks. */
export const BROWSER = 'browser';

export const distributionId = ({ logicalId }: { readonly logicalId: string }): string =>
  `distribution:${logicalId}`;
export const behaviorId = (
  distribution: { readonly logicalId: string },
  { pattern }: Pick<Behavior, 'pattern'>,
): string => `behavior:${distribution.logicalId}:${pattern}`;
export const bucketId = ({ logicalId }: { readonly logicalId: string }): string => `bucket:${logicalId}`;
export const apiId = ({ logicalId }: { readonly logicalId: string }): string => `api:${logicalId}`;
export const methodId = (api: RestApi, resource: ApiResource, method: Method): string =>
  `method:${api.logicalId}:${method.httpMethod} ${resource.path}`;
export const authorizerId = ({ name }: { readonly name: string }): string => `authorizer:${name}`;
const loadBalancerId = ({ logicalId }: { readonly logicalId: string }): string =>
  `load-balancer:${logicalId}`;
export const containerId = (container: Topology['containers'][number]): string =>
  `container:${container.serviceLogicalId}`;
export const userPoolId = ({ logicalId }: { readonly logicalId: string }): string => `user-pool:${logicalId}`;
export const elsewhereId = (host: string): string => `elsewhere:${host}`;
const tableId = ({ logicalId }: { readonly logicalId: string }): string => `table:${logicalId}`;

/** Every method of an API with its resource, in the order of the tree. */
function methodsOf(api: RestApi): { readonly resource: ApiResource; readonly method: Method }[] {
  const walk = (resource: ApiResource): { resource: ApiResource; method: Method }[] => [
    ...resource.methods.map((method) => ({ resource, method })),
    ...resource.children.flatMap(walk),
  ];
  return walk(api.root);
}

/** Draws the topology: what there is, what it is for, and which way leads where. */
export function topologyMap(topology: MappedTopology, urls: LocalUrls): TopologyMap {
  const nodes: MapNode[] = [
    {
      id: BROWSER,
      kind: 'browser',
      name: 'Your browser',
      role: 'runs the React app',
      url: '',
      facts: [],
      parts: [],
      column: 1,
    },
  ];
  const edges: MapEdge[] = [];
  for (const distribution of topology.distributions) {
    addDistribution(topology, distribution, urls, nodes, edges);
  }
  addSignIn(topology, urls, nodes, edges);
  addBuckets(topology, nodes);
  for (const api of topology.restApis) addApi(topology, api, urls, nodes, edges);
  addBackends(topology, nodes, edges);
  const kept = withoutDangling(nodes, distinctEdges(edges));
  const reached = new Set(kept.map(({ to }) => to));
  // A bucket for access logs, say, is on nobody's road.
  return { nodes: nodes.filter(({ id }) => id === BROWSER || reached.has(id)), edges: kept };
}

function addDistribution(
  topology: MappedTopology,
  distribution: Distribution,
  urls: LocalUrls,
  nodes: MapNode[],
  edges: MapEdge[],
): void {
  const id = distributionId(distribution);
  const only = topology.distributions.length === 1;
  nodes.push({
    id,
    kind: 'distribution',
    name: only ? 'CloudFront' : distribution.logicalId,
    role: `${only ? '' : 'CloudFront: '}the one address of the site: picks who answers, caches files, sets security headers`,
    url: urls.distributions.get(distribution.logicalId) ?? '',
    facts: [],
    parts: distribution.behaviors.map((behavior) => ({
      id: behaviorId(distribution, behavior),
      title: behavior.pattern === '*' ? 'everything else' : behavior.pattern,
      facts: behaviorFacts(behavior),
      policies: behaviorPolicies(behavior),
    })),
    column: 2,
  });
  edges.push({ from: BROWSER, to: id });
  for (const behavior of distribution.behaviors) {
    const { domainName } = behavior.origin;
    const bucket = topology.buckets.find(({ hosts }) => hosts.includes(domainName));
    const api = topology.restApis.find(({ host }) => host === domainName);
    if (bucket) edges.push({ from: behaviorId(distribution, behavior), to: bucketId(bucket) });
    if (api) edges.push({ from: behaviorId(distribution, behavior), to: apiId(api) });
    if (!bucket && !api) {
      addElsewhere(domainName, 3, nodes);
      edges.push({ from: behaviorId(distribution, behavior), to: elsewhereId(domainName) });
    }
  }
}

function addElsewhere(host: string, column: MapNode['column'], nodes: MapNode[]): void {
  if (nodes.some(({ id }) => id === elsewhereId(host))) return;
  const role = 'a server that is not in the template';
  nodes.push({
    id: elsewhereId(host),
    kind: 'elsewhere',
    name: host,
    role,
    url: '',
    facts: [],
    parts: [],
    column,
  });
}

function behaviorFacts({ cachePolicy, allowedMethods }: Behavior): string[] {
  return [
    cachePolicy.maxTtl > 0 ? `cached up to ${spellDuration(cachePolicy.maxTtl * 1_000)}` : 'never cached',
    allowedMethods.length > 3 ? 'all methods' : 'only reads',
  ];
}

function behaviorPolicies(behavior: Behavior): (readonly [does: string, name: string])[] {
  const { viewerRequest, originRequestPolicy, responseHeadersPolicy } = behavior;
  return [
    ...(viewerRequest ? [['function', viewerRequest.name] as const] : []),
    ['cache', behavior.cachePolicy.name] as const,
    ...(originRequestPolicy ? [['passes on', originRequestPolicy.name] as const] : []),
    ...(responseHeadersPolicy ? [['headers', responseHeadersPolicy.name] as const] : []),
  ];
}

/** A logical id without the eight digits that CDK puts behind it. */
function readable(logicalId: string): string {
  return logicalId.replace(/(?<=[a-z])[0-9A-F]{8}$/, '');
}

function addSignIn(topology: MappedTopology, urls: LocalUrls, nodes: MapNode[], edges: MapEdge[]): void {
  for (const pool of topology.userPools) {
    nodes.push({
      id: userPoolId(pool),
      kind: 'user-pool',
      name: 'Sign-in',
      role: 'Cognito user pool: the login page, and who gives out tokens',
      url: urls.signIn,
      facts: [
        ...pool.clients.flatMap(({ name, accessTokenSeconds }) => [
          `app ${name ?? 'client'}: access tokens last ${spellDuration(accessTokenSeconds * 1_000)}`,
        ]),
        ...(pool.customScopes.length > 0 ? [`scopes: ${pool.customScopes.join(', ')}`] : []),
      ],
      parts: [],
      column: 2,
    });
    edges.push({ from: BROWSER, to: userPoolId(pool) });
  }
}

function addBuckets({ buckets }: MappedTopology, nodes: MapNode[]): void {
  for (const bucket of buckets) {
    const count = bucket.objects.size;
    nodes.push({
      id: bucketId(bucket),
      kind: 'bucket',
      name: readable(bucket.logicalId),
      role: 'S3 bucket: the files of the site',
      url: '',
      facts: [count === 1 ? '1 file' : `${count} files`],
      parts: [],
      column: 3,
    });
  }
}

function addApi(
  topology: MappedTopology,
  api: RestApi,
  urls: LocalUrls,
  nodes: MapNode[],
  edges: MapEdge[],
): void {
  const methods = methodsOf(api);
  nodes.push({
    id: apiId(api),
    kind: 'api',
    name: api.name,
    role: 'API Gateway: the door of the API, lets only known paths through',
    url: urls.restApis.get(api.logicalId) ?? '',
    facts: [],
    parts: methods.map(({ resource, method }) => ({
      id: methodId(api, resource, method),
      title: `${method.httpMethod} ${resource.path}`,
      facts: [methodFact(method)],
      policies: [],
    })),
    column: 3,
  });
  for (const { resource, method } of methods) {
    let from = methodId(api, resource, method);
    const { authorizer } = method;
    if (authorizer) {
      addAuthorizer(topology, authorizer, nodes);
      edges.push({ from, to: authorizerId(authorizer) });
      from = authorizerId(authorizer);
    }
    const to = targetOf(topology, api, method);
    if (to?.kind === 'elsewhere') addElsewhere(to.host, 4, nodes);
    if (to) edges.push({ from, to: to.id });
  }
}

function addAuthorizer(
  { userPools }: MappedTopology,
  authorizer: NonNullable<Method['authorizer']>,
  nodes: MapNode[],
): void {
  const id = authorizerId(authorizer);
  if (nodes.some((node) => node.id === id)) return;
  const trusts = userPools.some(({ arn }) => authorizer.userPoolArns.includes(arn));
  nodes.push({
    id,
    kind: 'authorizer',
    name: 'Authorizer',
    role: 'checks the token before the API sees the call',
    url: '',
    facts: [
      `reads the ${authorizer.header} header`,
      ...(trusts ? ['trusts tokens that Sign-in gave, and no others'] : []),
    ],
    parts: [],
    column: 4,
  });
}

/** Where a method's integration leads, at the first stage; `undefined` when it answers by itself. */
export function targetOf(
  topology: MappedTopology,
  api: RestApi,
  { integration }: Method,
):
  | { readonly kind: 'load-balancer'; readonly id: string; readonly loadBalancer: LoadBalancer }
  | { readonly kind: 'elsewhere'; readonly id: string; readonly host: string }
  | undefined {
  const [stage] = api.stages;
  if (integration.type !== 'http' || !stage) return undefined;
  const destination = destinationOf(integration, stage, api, new Map());
  const loadBalancer = topology.loadBalancers.find(
    ({ arn }) => destination?.kind === 'load balancer' && destination.arn === arn,
  );
  if (loadBalancer) return { kind: 'load-balancer', id: loadBalancerId(loadBalancer), loadBalancer };
  const { host } = splitUri(integration.uri);
  return { kind: 'elsewhere', id: elsewhereId(host), host };
}

function methodFact({ authorizer, scopes, integration }: Method): string {
  if (integration.type === 'mock') return 'answered by the gateway itself';
  if (!authorizer) return 'open to everybody';
  return scopes.length === 0 ? 'takes an ID token' : `takes an access token with ${scopes.join(' or ')}`;
}

function addBackends(topology: MappedTopology, nodes: MapNode[], edges: MapEdge[]): void {
  for (const loadBalancer of topology.loadBalancers) {
    const groups = loadBalancer.targetGroups;
    nodes.push({
      id: loadBalancerId(loadBalancer),
      kind: 'load-balancer',
      name: 'Load balancer',
      role: 'inside a private network: passes calls to a healthy container',
      url: '',
      facts: [...new Set(groups.map(({ healthCheckPath }) => `health checked at ${healthCheckPath}`))],
      parts: [],
      column: 4,
    });
    for (const container of topology.containers) {
      if (!groups.some(({ arn }) => arn === container.targetGroupArn)) continue;
      edges.push({ from: loadBalancerId(loadBalancer), to: containerId(container) });
    }
  }
  for (const container of topology.containers) {
    nodes.push({
      id: containerId(container),
      kind: 'container',
      name: container.name,
      role: 'container: your API, as it is deployed',
      url: '',
      facts: [`listens on port ${container.containerPort} there`],
      parts: [],
      column: 5,
    });
    const values = Object.values(container.environment);
    for (const table of topology.tables) {
      if (values.includes(table.name)) edges.push({ from: containerId(container), to: tableId(table) });
    }
  }
  for (const table of topology.tables) {
    nodes.push({
      id: tableId(table),
      kind: 'table',
      name: readable(table.logicalId),
      role: 'DynamoDB table: what the API remembers',
      url: '',
      facts: [],
      parts: [],
      column: 5,
    });
  }
}

function distinctEdges(edges: readonly MapEdge[]): MapEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()];
}

function withoutDangling(nodes: readonly MapNode[], edges: readonly MapEdge[]): MapEdge[] {
  const ids = new Set(nodes.flatMap(({ id, parts }) => [id, ...parts.map((part) => part.id)]));
  return edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
}
