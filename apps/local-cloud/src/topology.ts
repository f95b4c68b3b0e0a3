import { readRestApis, type RestApi } from './apigateway/rest-api';
import { apiGatewayResourceTypes } from './apigateway/resource-types';
import { type Distribution, readDistributions } from './cloudfront/distribution';
import { cloudFrontResourceTypes } from './cloudfront/resource-types';
import { cognitoHosts } from './cognito/aws-hosts';
import { cognitoResourceTypes } from './cognito/resource-types';
import { readUserPools, type UserPool } from './cognito/user-pool';
import { dynamoDbResourceTypes } from './dynamodb/resource-types';
import { readTables, type Table } from './dynamodb/table';
import { ecsResourceTypes, readServiceContainers, type ServiceContainer } from './ecs/service';
import { type LoadBalancer, readLoadBalancers } from './elasticloadbalancing/load-balancer';
import { elasticLoadBalancingResourceTypes } from './elasticloadbalancing/resource-types';
import { UnsupportedPropertyError, UnsupportedResourceError } from './errors';
import { type Bucket, readBuckets } from './s3/bucket';
import { s3ResourceTypes } from './s3/resource-types';
import type { StackAssembly } from './template/assembly';
import { Origins } from './template/origins';
import type { ResourceTypes } from './template/resource-type';
import { Stack } from './template/stack';

/** Every resource type that is run here, by service. */
const RESOURCE_TYPES: ResourceTypes = {
  ...apiGatewayResourceTypes,
  ...cloudFrontResourceTypes,
  ...cognitoResourceTypes,
  ...dynamoDbResourceTypes,
  ...ecsResourceTypes,
  ...elasticLoadBalancingResourceTypes,
  ...s3ResourceTypes,
};

/** The account that the template is "deployed" to. */
export const ACCOUNT_ID = '000000000000';

/** Origins of this machine that stand for AWS's. */
export interface LocalOrigins {
  readonly distribution: string;
  readonly cognito: string;
  readonly apiGateway: string;
}

/** What a template describes, as far as a request can meet it. */
export interface Topology {
  readonly stack: Stack;
  readonly origins: Origins;
  readonly distribution: Distribution;
  readonly restApis: readonly RestApi[];
  readonly userPools: readonly UserPool[];
  readonly buckets: readonly Bucket[];
  readonly loadBalancers: readonly LoadBalancer[];
  readonly containers: readonly ServiceContainer[];
  readonly tables: readonly Table[];
}

/**
 * Resolves a template and reads every service's part of it.
 *
 * @throws UnsupportedResourceError UnsupportedPropertyError when a request could meet something that is not understood
 */
export function readTopology(assembly: StackAssembly, region: string, local: LocalOrigins): Topology {
  const origins = new Origins();
  const stack = new Stack({
    template: assembly.template,
    stackName: assembly.stackName,
    region,
    accountId: ACCOUNT_ID,
    resourceTypes: RESOURCE_TYPES,
    localize: (text) => origins.localize(text),
  });
  for (const resource of stack.ofType('AWS::CloudFront::Distribution')) {
    origins.add(String(resource.attribute('DomainName')), local.distribution);
  }
  for (const resource of stack.ofType('AWS::ApiGateway::RestApi')) {
    origins.add(`${resource.ref}.execute-api.${region}.amazonaws.com`, local.apiGateway);
  }
  for (const host of cognitoHosts(stack)) origins.add(host, local.cognito);

  const distributions = readDistributions(stack);
  const [distribution] = distributions;
  if (!distribution || distributions.length > 1) {
    throw new UnsupportedResourceError(
      distributions.map(({ logicalId }) => logicalId).join(', ') || assembly.templateFile,
      'AWS::CloudFront::Distribution',
      `exactly one distribution can be run, and the template has ${distributions.length}.`,
    );
  }
  const topology: Topology = {
    stack,
    origins,
    distribution,
    restApis: readRestApis(stack),
    userPools: readUserPools(stack),
    buckets: readBuckets(stack),
    loadBalancers: readLoadBalancers(stack),
    containers: readServiceContainers(stack, assembly.images),
    tables: readTables(stack),
  };
  checkRequestPath(topology);
  return topology;
}

/** Follows every road a request can take, so that a gap stops the start instead of answering 502 later. */
function checkRequestPath(topology: Topology): void {
  const { stack, distribution, restApis, userPools, buckets, loadBalancers, containers } = topology;
  const hosts = new Set([...restApis.map(({ host }) => host), ...buckets.flatMap((bucket) => bucket.hosts)]);
  for (const { pattern, origin } of distribution.behaviors) {
    if (hosts.has(origin.domainName)) continue;
    throw new UnsupportedPropertyError(distribution.logicalId, 'AWS::CloudFront::Distribution', [
      {
        property: `DistributionConfig.Origins (${origin.id}).DomainName`,
        detail: `behavior ${pattern} leads to ${origin.domainName}, which is neither a bucket nor a REST API of this template.`,
      },
    ]);
  }
  for (const resource of stack.ofType('AWS::ApiGateway::Method')) {
    const refuse = (property: string, detail: string): never => {
      throw new UnsupportedPropertyError(resource.logicalId, resource.type, [{ property, detail }]);
    };
    const { IntegrationTarget: target } = resource.properties['Integration'] as { IntegrationTarget: string };
    const loadBalancer = loadBalancers.find(({ arn }) => arn === target);
    if (!loadBalancer)
      return refuse('Integration.IntegrationTarget', `${target} is no load balancer of this template.`);
    for (const group of loadBalancer.listeners.values()) {
      if (containers.some(({ targetGroupArn }) => targetGroupArn === group.arn)) continue;
      refuse('Integration.IntegrationTarget', `no ECS service of this template stands behind ${group.arn}.`);
    }
  }
  for (const resource of stack.ofType('AWS::ApiGateway::Authorizer')) {
    for (const arn of resource.properties['ProviderARNs'] as string[]) {
      if (userPools.some((pool) => pool.arn === arn)) continue;
      throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
        { property: 'ProviderARNs', detail: `${arn} is no user pool of this template.` },
      ]);
    }
  }
}
