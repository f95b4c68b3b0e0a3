import { describeHop } from './describe-hop';
import { findRoute } from '../services/apigateway/routing';
import { normalizePath } from '../services/cloudfront/path-pattern';
import type { AnsweredRequest } from '../console/request-log';
import {
  apiId,
  authorizerId,
  behaviorId,
  BROWSER,
  bucketId,
  containerId,
  distributionId,
  elsewhereId,
  type MappedTopology,
  methodId,
  targetOf,
  userPoolId,
} from '../console/topology-map';

type RestApi = MappedTopology['restApis'][number];
type Travelled = Pick<AnsweredRequest, 'via' | 'owner' | 'method' | 'path' | 'hops'>;

/** Which service of a hop stands behind which kind of node, for telling how far a request came. */
const REACHED = {
  cache: [/cloudfront|cache/i, /served from the cache|served with what was fetched/i],
  edgeAnswer: [/./, /function \S+ answered|answered (?:at|by) the edge|sent to HTTPS/i],
  bucket: [/^(?:S3|CloudFront)/i, /^(?:asks origin .*\.s3[.-]|.*\b(?:AccessDenied|NoSuchKey|object)\b)/],
  origin: [/cloudfront/i, /origin/i],
  api: [/gateway|authorizer|integration|elb|load balanc/i, /./],
  authorizer: [/authorizer/i, /./],
  backend: [/integration|elb|load balanc|vpc|container|ecs/i, /./],
  noTarget: [/load balanc/i, /itself|no healthy target/i],
} as const satisfies Record<string, readonly [service: RegExp, note: RegExp]>;

/**
 * The nodes and parts of the map that a request passed, in order: the road the template has for it, as far as the
 * services report to have seen it.
 */
export function roadOf(topology: MappedTopology, request: Travelled): string[] {
  if (request.via === 'sign-in') return [BROWSER, ...signInRoad(topology, request.path)];
  if (request.via === 'execute-api') {
    const [, path = ''] = /^\/[^/]*(.*)$/.exec(request.path) ?? [];
    const api = ownerOf(topology.restApis, request);
    return [BROWSER, ...(api ? apiRoad(topology, api, request, path) : [])];
  }
  const distribution = ownerOf(topology.distributions, request);
  if (!distribution) return [BROWSER];
  const path = normalizePath(request.path);
  const behavior = distribution.behaviors.find(({ matches }) => matches(path));
  const road = [BROWSER, distributionId(distribution)];
  if (!behavior) return road;
  road.push(behaviorId(distribution, behavior));
  if (reached(request, 'cache') || reached(request, 'edgeAnswer')) return road;
  const { domainName } = behavior.origin;
  const bucket = topology.buckets.find(({ hosts }) => hosts.includes(domainName));
  if (bucket && reached(request, 'bucket')) return [...road, bucketId(bucket)];
  const api = topology.restApis.find(({ host }) => host === domainName);
  if (api && reached(request, 'api')) return [...road, ...apiRoad(topology, api, request, request.path)];
  return !bucket && !api && reached(request, 'origin') ? [...road, elsewhereId(domainName)] : road;
}

/** Whose port the request came in by; the only one when it is not told. */
function ownerOf<Owner extends { readonly logicalId: string }>(
  owners: readonly Owner[],
  { owner }: Travelled,
): Owner | undefined {
  return owners.find(({ logicalId }) => logicalId === owner) ?? owners[0];
}

function reached({ hops }: Travelled, what: keyof typeof REACHED): boolean {
  const [service, note] = REACHED[what];
  return hops.map(describeHop).some((hop) => service.test(hop.service) && note.test(hop.sentence));
}

function signInRoad({ userPools }: MappedTopology, path: string): string[] {
  const pool = userPools.find(({ id }) => path.startsWith(`/${id}`)) ?? userPools[0];
  return pool ? [userPoolId(pool)] : [];
}

function apiRoad(topology: MappedTopology, api: RestApi, request: Travelled, path: string): string[] {
  const route = findRoute(api.root, request.method, path);
  const road = [apiId(api)];
  if (!route) return road;
  const { method, resource } = route;
  road.push(methodId(api, resource, method));
  if (method.authorizer && reached(request, 'authorizer')) road.push(authorizerId(method.authorizer));
  if (!reached(request, 'backend')) return road;
  const target = targetOf(topology, api, method);
  if (!target) return road;
  road.push(target.id);
  if (target.kind === 'elsewhere') return road;
  const { loadBalancer } = target;
  if (reached(request, 'noTarget')) return road;
  const groups = loadBalancer.targetGroups.map(({ arn }) => arn);
  const container = topology.containers.find(({ targetGroupArn }) => groups.includes(targetGroupArn));
  return container ? [...road, containerId(container)] : road;
}
