import type { ResourceIdentity, ResourceTypes } from '@spa-on-aws/cloudformation';

const arn = (resource: ResourceIdentity, kind: string): string =>
  `arn:${resource.partition}:elasticloadbalancing:${resource.region}:${resource.accountId}:${kind}/${resource.logicalId.slice(0, 32)}/${resource.id(16, '0123456789abcdef')}`;

const loadBalancerArn = (resource: ResourceIdentity): string =>
  arn(resource, `loadbalancer/${resource.property('Type') === 'network' ? 'net' : 'app'}`);
const listenerArn = (resource: ResourceIdentity): string => arn(resource, 'listener/app');
const targetGroupArn = (resource: ResourceIdentity): string => arn(resource, 'targetgroup');

/** `Ref` and attributes of the Elastic Load Balancing resource types. */
export const elasticLoadBalancingResourceTypes: ResourceTypes = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ref: loadBalancerArn,
    attributes: {
      LoadBalancerArn: loadBalancerArn,
      DNSName: (resource) => `internal-${resource.id(20)}.${resource.region}.elb.${resource.urlSuffix}`,
      CanonicalHostedZoneID: (resource) => `Z${resource.id(13, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`,
      LoadBalancerFullName: (resource) => loadBalancerArn(resource).split('loadbalancer/')[1],
      LoadBalancerName: (resource) => resource.logicalId.slice(0, 32),
      SecurityGroups: (resource) => resource.property('SecurityGroups'),
    },
  },
  'AWS::ElasticLoadBalancingV2::Listener': { ref: listenerArn, attributes: { ListenerArn: listenerArn } },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    ref: (resource) => arn(resource, 'listener-rule/app'),
    attributes: { RuleArn: (resource) => arn(resource, 'listener-rule/app') },
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    ref: targetGroupArn,
    attributes: {
      TargetGroupArn: targetGroupArn,
      TargetGroupFullName: (resource) => targetGroupArn(resource).split(':').at(-1),
      TargetGroupName: (resource) => resource.logicalId.slice(0, 32),
      LoadBalancerArns: () => [],
    },
  },
};
