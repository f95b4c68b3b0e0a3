import { loadBalancersBehind } from '../services/apigateway/destination';
import { readRestApis, type RestApi } from '../services/apigateway/rest-api';
import { type Distribution, type Origin, readDistributions } from '../services/cloudfront/distribution';
import { cognitoHosts } from '../services/cognito/model/aws-hosts';
import { readUserPools, type UserPool } from '../services/cognito/model/user-pool';
import { readTables, type Table } from '../services/dynamodb/model/table';
import { readServiceContainers, type ServiceContainer } from '../services/ecs/service';
import { type LoadBalancer, readLoadBalancers } from '../services/elasticloadbalancing/load-balancer';
import { type Stack, UnsupportedPropertyError } from '@spa-on-aws/cloudformation';
import type { Origins } from './origins';
import type { Stacks } from './sources';
import { UnsupportedResourceError } from '../errors';
import { type Bucket, readBuckets } from '../services/s3/bucket';
import type { ResolvedStacks } from './stacks';

export { ACCOUNT_ID } from './stacks';

/** Origins of this machine that stand for AWS's. */
export interface LocalOrigins {
  /** By logical id. */
  readonly distributions: ReadonlyMap<string, string>;
  /** By logical id. */
  readonly restApis: ReadonlyMap<string, string>;
  readonly cognito: string;
}

/** What the templates describe, as far as a request can meet it. */
export interface Topology {
  readonly stack: Stack;
  readonly origins: Origins;
  readonly distributions: readonly Distribution[];
  readonly restApis: readonly RestApi[];
  readonly userPools: readonly UserPool[];
  readonly buckets: readonly Bucket[];
  readonly loadBalancers: readonly LoadBalancer[];
  readonly containers: readonly ServiceContainer[];
  readonly tables: readonly Table[];
}

/** Fills the table of origins: from then on resolved values name this machine. */
export function localizeOrigins({ stack, origins }: ResolvedStacks, local: LocalOrigins): void {
  for (const resource of stack.ofType('AWS::CloudFront::Distribution')) {
    const origin = local.distributions.get(resource.logicalId);
    if (origin !== undefined) origins.add(String(resource.attribute('DomainName')), origin);
  }
  for (const resource of stack.ofType('AWS::ApiGateway::RestApi')) {
    const origin = local.restApis.get(resource.logicalId);
    if (origin !== undefined)
      origins.add(`${resource.ref}.execute-api.${stack.region}.amazonaws.com`, origin);
  }
  for (const host of cognitoHosts(stack)) origins.add(host, local.cognito);
}

/** How each service reads its part of the stacks. */
export const READERS = {
  distributions: readDistributions,
  restApis: readRestApis,
  userPools: readUserPools,
  buckets: readBuckets,
  loadBalancers: readLoadBalancers,
  containers: (stack: Stack, stacks: Stacks): ServiceContainer[] =>
    readServiceContainers(stack, new Map(stacks.flatMap(({ images }) => [...images]))),
  tables: readTables,
} as const satisfies { [Part in keyof Topology]?: (stack: Stack, stacks: Stacks) => Topology[Part] };

/**
 * Reads every service's part of the stacks, whose origins must be local by now.
 *
 * @throws UnsupportedPropertyError when a request could meet something that is not understood
 */
export function readTopology(
  { stack, origins }: ResolvedStacks,
  stacks: Stacks,
  standIns: ReadonlyMap<string, URL>,
): Topology {
  const topology: Topology = {
    stack,
    origins,
    distributions: READERS.distributions(stack),
    restApis: READERS.restApis(stack),
    userPools: READERS.userPools(stack),
    buckets: READERS.buckets(stack),
    loadBalancers: READERS.loadBalancers(stack),
    containers: READERS.containers(stack, stacks),
    tables: READERS.tables(stack),
  };
  checkRequestPath(topology, standIns);
  return topology;
}

/** The local URL that was said to stand for a custom origin, whichever scheme and port the distribution calls it by. */
export function standInOf(
  { domainName }: Pick<Origin, 'domainName'>,
  standIns: ReadonlyMap<string, URL>,
): URL | undefined {
  return [...standIns].find(([origin]) => new URL(origin).hostname === domainName.toLowerCase())?.[1];
}

/**
 * Follows every road a request can take, so that a gap stops the start instead of answering 502 later.
 *
 * @throws UnsupportedPropertyError
 */
export function checkRequestPath(topology: Topology, standIns: ReadonlyMap<string, URL>): void {
  for (const distribution of topology.distributions) checkOrigins(topology, distribution, standIns);
  checkLoadBalancers(topology);
  checkAuthorizers(topology);
  checkFirewalls(topology);
}

function checkOrigins(
  { restApis, buckets }: Topology,
  { logicalId, behaviors }: Distribution,
  standIns: ReadonlyMap<string, URL>,
): void {
  const hosts = new Set([...restApis.map(({ host }) => host), ...buckets.flatMap((bucket) => bucket.hosts)]);
  for (const { pattern, origin: first, failover } of behaviors) {
    for (const origin of failover ? [first, failover.origin] : [first]) {
      if (hosts.has(origin.domainName) || standInOf(origin, standIns)) continue;
      throw new UnsupportedPropertyError(logicalId, 'AWS::CloudFront::Distribution', [
        {
          property: `DistributionConfig.Origins (${origin.id}).DomainName`,
          detail:
            `behavior ${pattern} leads to ${origin.domainName}, which is neither a bucket nor a REST API of this ` +
            `template. Say what stands for it: --stand-in https://${origin.domainName}=http://localhost:8080`,
        },
      ]);
    }
  }
}

function checkLoadBalancers({ restApis, loadBalancers, containers }: Topology): void {
  for (const { methodLogicalId, arn } of restApis.flatMap(loadBalancersBehind)) {
    const refuse = (property: string, detail: string): never => {
      throw new UnsupportedPropertyError(methodLogicalId, 'AWS::ApiGateway::Method', [{ property, detail }]);
    };
    const loadBalancer = loadBalancers.find((candidate) => candidate.arn === arn);
    if (!loadBalancer)
      return refuse('Integration.IntegrationTarget', `${arn} is no load balancer of this template.`);
    for (const group of loadBalancer.targetGroups) {
      if (containers.some(({ targetGroupArn }) => targetGroupArn === group.arn)) continue;
      refuse('Integration.IntegrationTarget', `no ECS service of this template stands behind ${group.arn}.`);
    }
  }
}

function checkAuthorizers({ stack, userPools }: Topology): void {
  for (const resource of stack.ofType('AWS::ApiGateway::Authorizer')) {
    for (const arn of (resource.properties['ProviderARNs'] as string[] | undefined) ?? []) {
      if (userPools.some((pool) => pool.arn === arn)) continue;
      throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
        { property: 'ProviderARNs', detail: `${arn} is no user pool of this template.` },
      ]);
    }
  }
}

/** What a firewall would refuse on AWS must not go through here. */
function checkFirewalls({ stack }: Topology): void {
  for (const type of ['AWS::WAFv2::WebACLAssociation', 'AWS::WAFRegional::WebACLAssociation']) {
    for (const { logicalId, properties } of stack.ofType(type)) {
      throw new UnsupportedResourceError(
        logicalId,
        type,
        `puts a firewall (WAF) before ${String(properties['ResourceArn'])}, and firewalls are not run here. Run a stage without one, ` +
          'or give the association a condition.',
      );
    }
  }
}
