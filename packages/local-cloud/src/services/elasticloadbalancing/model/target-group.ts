import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  invalidProperty,
  type Resource,
  type Stack,
  unsupportedProperty,
  withoutEffect,
} from '@spa-on-aws/cloudformation';

export interface TargetGroup {
  readonly logicalId: string;
  readonly arn: string;
  readonly healthCheck: HealthCheck;
  /** How long in-flight requests may take after a target is deregistered. */
  readonly deregistrationDelayMs: number;
}

/** Inclusive range of HTTP status codes. */
type StatusRange = readonly [from: number, to: number];

export interface HealthCheck {
  readonly enabled: boolean;
  /** `TCP`: a target is healthy if it accepts a connection. */
  readonly protocol: 'HTTP' | 'TCP';
  readonly path: string;
  /** Status codes of a healthy target; with `TCP`, all. */
  readonly healthyStatuses: readonly StatusRange[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Consecutive checks that change a target's state. */
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
    error: ({ input }) => `${String(input)} is not supported, only HTTP and TCP are`,
  }),
  HealthCheckEnabled: cfnBoolean.default(true),
  HealthCheckIntervalSeconds: bounded(5, 300),
  HealthCheckPath: z.string().default('/'),
  HealthCheckPort: z.string().default('traffic-port'),
  Port: cfnInteger.optional(),
  HealthCheckProtocol: z.enum(['HTTP', 'HTTPS', 'TCP']).optional(),
  HealthCheckTimeoutSeconds: bounded(2, 120),
  HealthyThresholdCount: bounded(2, 10),
  Matcher: z.strictObject({ HttpCode: z.string() }).default({ HttpCode: '200' }),
  TargetGroupAttributes: Attributes,
  UnhealthyThresholdCount: bounded(2, 10),
  ...withoutEffect('IpAddressType', 'Name', 'ProtocolVersion', 'Tags', 'TargetType', 'VpcId'),
});

/** Reads the stack's target groups, by ARN. @throws InvalidPropertyError */
export function readTargetGroups(stack: Stack): ReadonlyMap<string, TargetGroup> {
  return new Map(
    stack
      .ofType('AWS::ElasticLoadBalancingV2::TargetGroup')
      .map((resource) => [resource.ref, readTargetGroup(resource, containerPorts(stack, resource.ref))]),
  );
}

const ServiceTargets = z.looseObject({
  LoadBalancers: z
    .array(z.looseObject({ TargetGroupArn: z.string().optional(), ContainerPort: cfnInteger.optional() }))
    .default([]),
});

/** Returns the container ports that ECS services register with a target group. */
function containerPorts(stack: Stack, targetGroupArn: string): number[] {
  return stack.ofType('AWS::ECS::Service').flatMap(({ properties }) => {
    const { success, data } = ServiceTargets.safeParse(properties);
    const targets = success ? data.LoadBalancers : [];
    return targets.flatMap(({ TargetGroupArn: arn, ContainerPort: port }) =>
      arn === targetGroupArn && port !== undefined ? [port] : [],
    );
  });
}

/** @param ports container ports of its targets; without any, they receive requests on the target group's port */
function readTargetGroup(resource: Resource, ports: readonly number[]): TargetGroup {
  const properties = resource.read(TargetGroupProperties);
  const invalid = (property: string, detail: string): never => invalidProperty(resource, property, detail);
  const { HealthCheckPort: checked, Port: port } = properties;
  const traffic = (ports.length > 0 ? ports : [port]).map(String);
  if (checked !== 'traffic-port' && !traffic.every((one) => one === checked))
    unsupportedProperty(
      resource,
      'HealthCheckPort',
      `${checked} is not the port that receives requests (${traffic.join(', ')}), and a local container has one port. Use traffic-port.`,
    );
  const isTcp = properties.Protocol === 'TCP' || properties.Protocol === 'TLS';
  const protocol = (properties.HealthCheckProtocol ?? (isTcp ? 'TCP' : 'HTTP')) === 'TCP' ? 'TCP' : 'HTTP';
  const interval = properties.HealthCheckIntervalSeconds ?? 30;
  const timeout = properties.HealthCheckTimeoutSeconds ?? (protocol === 'TCP' ? 10 : 5);
  if (timeout >= interval)
    invalid('HealthCheckTimeoutSeconds', `${timeout} must be less than the interval of ${interval} s.`);
  const attributes = new Map(properties.TargetGroupAttributes.map(({ Key, Value }) => [Key, Value]));
  if (attributes.get('stickiness.enabled') === 'true')
    invalid('TargetGroupAttributes', 'stickiness.enabled is not supported; targets are chosen round robin.');
  return {
    logicalId: resource.logicalId,
    arn: resource.ref,
    healthCheck: {
      enabled: properties.HealthCheckEnabled,
      protocol,
      path: properties.HealthCheckPath,
      healthyStatuses: protocol === 'TCP' ? [[0, 999]] : statusRanges(properties.Matcher.HttpCode),
      intervalMs: interval * 1_000,
      timeoutMs: timeout * 1_000,
      healthyThreshold: properties.HealthyThresholdCount ?? 5,
      unhealthyThreshold: properties.UnhealthyThresholdCount ?? 2,
    },
    deregistrationDelayMs: Number(attributes.get('deregistration_delay.timeout_seconds') ?? 300) * 1_000,
  };
}

/** Reads `200`, `200,202` or `200-299`. */
function statusRanges(codes: string): StatusRange[] {
  return codes.split(',').map((range): StatusRange => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return [from, to];
  });
}

export function includesStatus(ranges: readonly StatusRange[], status: number): boolean {
  return ranges.some(([from, to]) => status >= from && status <= to);
}
