import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  InvalidPropertyError,
  type Resource,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';

/** Where a load balancer's listener sends requests, and how it checks that a target can take them. */
export interface TargetGroup {
  readonly logicalId: string;
  readonly arn: string;
  readonly healthCheckPath: string;
  /** Status codes of a healthy target. */
  readonly isHealthy: (status: number) => boolean;
  readonly healthCheck: HealthCheck;
  /** How long requests under way may take once a target is on its way out. */
  readonly deregistrationDelayMs: number;
}

/** How often a target is asked, and how many answers in a row change what is thought of it. */
export interface HealthCheck {
  readonly enabled: boolean;
  /** `TCP`: it is enough that it can be connected to. */
  readonly protocol: 'HTTP' | 'TCP';
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

const bounded = (min: number, max: number) =>
  cfnInteger
    .pipe(z.number().min(min, `must be ${min} to ${max}`).max(max, `must be ${min} to ${max}`))
    .optional();

const Attributes = z
  .array(z.strictObject({ Key: z.string(), Value: z.union([z.string(), z.number().transform(String)]) }))
  .default([]);

const TargetGroupProperties = z.strictObject({
  Protocol: z.enum(['HTTP', 'HTTPS', 'TCP', 'TLS'], {
    error: ({ input }) => `${String(input)} is not run here, only HTTP and TCP are`,
  }),
  HealthCheckEnabled: cfnBoolean.default(true),
  HealthCheckIntervalSeconds: bounded(5, 300),
  HealthCheckPath: z.string().default('/'),
  HealthCheckPort: z
    .literal('traffic-port', 'must be traffic-port: a container has one port here')
    .optional(),
  HealthCheckProtocol: z.enum(['HTTP', 'HTTPS', 'TCP']).optional(),
  HealthCheckTimeoutSeconds: bounded(2, 120),
  HealthyThresholdCount: bounded(2, 10),
  Matcher: z.strictObject({ HttpCode: z.string() }).default({ HttpCode: '200' }),
  TargetGroupAttributes: Attributes,
  UnhealthyThresholdCount: bounded(2, 10),
  ...withoutEffect('IpAddressType', 'Name', 'Port', 'ProtocolVersion', 'Tags', 'TargetType', 'VpcId'),
});

/**
 * Reads the stack's target groups, by ARN.
 *
 * @throws InvalidPropertyError
 */
export function readTargetGroups(stack: Stack): ReadonlyMap<string, TargetGroup> {
  return new Map(
    stack
      .ofType('AWS::ElasticLoadBalancingV2::TargetGroup')
      .map((resource) => [resource.ref, readTargetGroup(resource)]),
  );
}

function readTargetGroup(resource: Resource): TargetGroup {
  const properties = resource.read(TargetGroupProperties);
  const invalid = (property: string, detail: string): never => {
    throw new InvalidPropertyError(resource.logicalId, resource.type, [{ property, detail }]);
  };
  const isTcp = properties.Protocol === 'TCP' || properties.Protocol === 'TLS';
  const protocol = (properties.HealthCheckProtocol ?? (isTcp ? 'TCP' : 'HTTP')) === 'TCP' ? 'TCP' : 'HTTP';
  const interval = properties.HealthCheckIntervalSeconds ?? 30;
  const timeout = properties.HealthCheckTimeoutSeconds ?? (protocol === 'TCP' ? 10 : 5);
  if (timeout >= interval)
    invalid('HealthCheckTimeoutSeconds', `${timeout} must be less than the interval of ${interval} s.`);
  const attributes = new Map(properties.TargetGroupAttributes.map(({ Key, Value }) => [Key, Value]));
  if (attributes.get('stickiness.enabled') === 'true')
    invalid('TargetGroupAttributes', 'stickiness.enabled is not run here: targets take turns.');
  return {
    logicalId: resource.logicalId,
    arn: resource.ref,
    healthCheckPath: properties.HealthCheckPath,
    isHealthy: protocol === 'TCP' ? () => true : statusMatcher(properties.Matcher.HttpCode),
    healthCheck: {
      enabled: properties.HealthCheckEnabled,
      protocol,
      intervalMs: interval * 1_000,
      timeoutMs: timeout * 1_000,
      healthyThreshold: properties.HealthyThresholdCount ?? 5,
      unhealthyThreshold: properties.UnhealthyThresholdCount ?? 2,
    },
    deregistrationDelayMs: Number(attributes.get('deregistration_delay.timeout_seconds') ?? 300) * 1_000,
  };
}

/** `200`, `200,202` or `200-299`. */
function statusMatcher(codes: string): (status: number) => boolean {
  const ranges = codes.split(',').map((range) => range.split('-').map(Number));
  return (status) => ranges.some(([from = 0, to = from]) => status >= from && status <= to);
}
