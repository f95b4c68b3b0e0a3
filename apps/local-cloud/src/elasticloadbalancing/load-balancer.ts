import { z } from 'zod';
import { cfnInteger, withoutEffect } from '../template/properties';
import type { Stack } from '../template/stack';

/** Where a load balancer's listener sends requests, and how it checks that a target can take them. */
export interface TargetGroup {
  readonly arn: string;
  readonly healthCheckPath: string;
  /** Status codes of a healthy target. */
  readonly isHealthy: (status: number) => boolean;
}

/** An application load balancer with plain HTTP listeners. */
export interface LoadBalancer {
  readonly logicalId: string;
  readonly arn: string;
  /** Target group by the port that is listened on. */
  readonly listeners: ReadonlyMap<number, TargetGroup>;
}

const LoadBalancerProperties = z.strictObject({
  Scheme: z.enum(['internal', 'internet-facing']).optional(),
  Type: z.enum(['application']).optional(),
  ...withoutEffect('IpAddressType', 'LoadBalancerAttributes', 'Name', 'SecurityGroups', 'Subnets', 'Tags'),
});

const ListenerProperties = z.strictObject({
  LoadBalancerArn: z.string(),
  Port: cfnInteger,
  Protocol: z.enum(['HTTP']),
  DefaultActions: z
    .array(
      z.strictObject({ Type: z.enum(['forward']), TargetGroupArn: z.string(), ...withoutEffect('Order') }),
    )
    .length(1),
  ...withoutEffect('Tags'),
});

const TargetGroupProperties = z.strictObject({
  Protocol: z.enum(['HTTP']),
  HealthCheckPath: z.string().default('/'),
  Matcher: z.strictObject({ HttpCode: z.string() }).default({ HttpCode: '200' }),
  ...withoutEffect(
    'HealthCheckEnabled',
    'HealthCheckIntervalSeconds',
    'HealthCheckPort',
    'HealthCheckProtocol',
    'HealthCheckTimeoutSeconds',
    'HealthyThresholdCount',
    'Name',
    'Port',
    'Tags',
    'TargetGroupAttributes',
    'TargetType',
    'UnhealthyThresholdCount',
    'VpcId',
  ),
});

/** Reads the stack's load balancers. */
export function readLoadBalancers(stack: Stack): LoadBalancer[] {
  const targetGroups = new Map(
    stack.ofType('AWS::ElasticLoadBalancingV2::TargetGroup').map((resource): [string, TargetGroup] => {
      const { HealthCheckPath, Matcher } = resource.read(TargetGroupProperties);
      const isHealthy = statusMatcher(Matcher.HttpCode);
      return [resource.ref, { arn: resource.ref, healthCheckPath: HealthCheckPath, isHealthy }];
    }),
  );
  const listeners = stack
    .ofType('AWS::ElasticLoadBalancingV2::Listener')
    .map((resource) => resource.read(ListenerProperties));
  return stack.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').map((resource) => {
    resource.read(LoadBalancerProperties);
    const own = listeners.filter(({ LoadBalancerArn }) => LoadBalancerArn === resource.ref);
    return {
      logicalId: resource.logicalId,
      arn: resource.ref,
      listeners: new Map(
        own.flatMap(({ Port, DefaultActions }) => {
          const group = targetGroups.get(DefaultActions[0]?.TargetGroupArn ?? '');
          return group ? [[Port, group] as const] : [];
        }),
      ),
    };
  });
}

/** `200`, `200,202` or `200-299`. */
function statusMatcher(codes: string): (status: number) => boolean {
  const ranges = codes.split(',').map((range) => range.split('-').map(Number));
  return (status) => ranges.some(([from = 0, to = from]) => status >= from && status <= to);
}
