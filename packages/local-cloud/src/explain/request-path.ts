import { elsewhereId } from '../console/topology-map';
import type { AnsweredRequest } from '../console/request-log';
import { BROWSER } from '../run/topology-node';
import type { Topology } from '../run/services';
import { apiId } from '../services/apigateway/service';
import { behaviorId, distributionId } from '../services/cloudfront/service';
import { userPoolId } from '../services/cognito/service';
import { containerId } from '../services/ecs/service';
import { functionId } from '../services/lambda/service';
import { bucketId } from '../services/s3/service';
import type { Hop, HopOf } from '../trace/trace';

type TracedRequest = Pick<AnsweredRequest, 'via' | 'owner' | 'path' | 'hops'>;

/** Returns the nodes and parts of the console's picture that a request passed, in order, as its events report. */
export function requestPath(topology: Topology, request: TracedRequest): string[] {
  if (request.via === 'sign-in') {
    const { userPools } = topology;
    const pool = userPools.find(({ id }) => request.path.startsWith(`/${id}`)) ?? userPools[0];
    return pool ? [BROWSER, userPoolId(pool)] : [BROWSER];
  }
  // Functions and containers call the Invoke API, not the browser.
  const path = request.via === 'invoke-api' ? [] : [BROWSER, ...entryPoint(topology, request)];
  let originHost: string | undefined;
  for (const hop of request.hops) {
    if (hop.service === 'cloudfront' && hop.event === 'behavior.matched') originHost = hop.data.origin;
    path.push(...nodesOf(hop, topology, request, originHost));
  }
  return [...new Set(path)];
}

function entryPoint({ distributions, restApis }: Topology, { via, owner }: TracedRequest): string[] {
  if (via === 'function-url') return [];
  const owners: readonly { readonly logicalId: string }[] = via === 'execute-api' ? restApis : distributions;
  const found = owners.find(({ logicalId }) => logicalId === owner) ?? owners[0];
  if (!found) return [];
  return [via === 'execute-api' ? apiId(found) : distributionId(found)];
}

function nodesOf(
  hop: Hop,
  topology: Topology,
  request: TracedRequest,
  originHost: string | undefined,
): string[] {
  switch (hop.service) {
    case 'cloudfront': {
      const owner = topology.distributions.find(({ logicalId }) => logicalId === request.owner);
      const distribution = owner ?? topology.distributions[0];
      if (hop.event === 'behavior.matched') return distribution ? [behaviorId(distribution, hop.data)] : [];
      if (hop.event !== 'origin.requested') return [];
      const isInTemplate = [
        ...topology.buckets.flatMap(({ hosts }) => hosts),
        ...topology.restApis.map(({ host }) => host),
        ...topology.functions.urls.map(({ host }) => host),
      ];
      return isInTemplate.includes(hop.data.host) ? [] : [elsewhereId(hop.data.host)];
    }
    case 's3': {
      const bucket = topology.buckets.find(
        ({ hosts }) => originHost !== undefined && hosts.includes(originHost),
      );
      return bucket ? [bucketId(bucket)] : [];
    }
    case 'apigateway':
      return apiNodesOf(hop, topology, request, originHost);
    case 'elasticloadbalancing':
      return loadBalancerNodesOf(hop, topology);
    case 'lambda':
      return 'function' in hop.data ? [functionId({ logicalId: hop.data.function })] : [];
    default:
      return [];
  }
}

function apiNodesOf(
  hop: HopOf<'apigateway'>,
  { restApis }: Topology,
  { via, owner }: TracedRequest,
  originHost: string | undefined,
): string[] {
  const api =
    via === 'execute-api'
      ? (restApis.find(({ logicalId }) => logicalId === owner) ?? restApis[0])
      : restApis.find(({ host }) => host === originHost);
  if (!api) return [];
  if (hop.event === 'route.matched') {
    return [apiId(api), `method:${api.logicalId}:${hop.data.method} ${hop.data.resourcePath}`];
  }
  if (hop.event.startsWith('authorizer.') || hop.event.startsWith('lambda-authorizer.')) {
    return [`authorizer:${(hop.data as { readonly authorizer: string }).authorizer}`];
  }
  if (hop.event === 'integration.called' && hop.data.replacedBy !== undefined)
    return [elsewhereId(hop.data.host)];
  return [apiId(api)];
}

function loadBalancerNodesOf(
  hop: HopOf<'elasticloadbalancing'>,
  { loadBalancers, containers }: Topology,
): string[] {
  if (!('targetGroup' in hop.data)) return [];
  const { targetGroup } = hop.data;
  const hasGroup = loadBalancers.flatMap((loadBalancer) => {
    const group = loadBalancer.targetGroups.find(({ logicalId }) => logicalId === targetGroup);
    return group ? [{ loadBalancer, group }] : [];
  });
  return hasGroup.flatMap(({ loadBalancer, group }) => {
    const container = containers.find(({ targetGroupArn }) => targetGroupArn === group.arn);
    const ids = [`load-balancer:${loadBalancer.logicalId}`];
    return container && hop.event === 'request.forwarded' ? [...ids, containerId(container)] : ids;
  });
}
