import { z } from 'zod';
import {
  cfnInteger,
  invalidProperty,
  type Resource,
  type ResourceIdentity,
  type ResourceTypes,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import type { HeaderList } from '../../../http/header-list';
import { isInIpRanges, isIpRange, matchesWildcard } from '../../iam-policy';
import { ActionProperties, type ListenerAction, readAction } from './listener-action';
import { readTargetGroups, type TargetGroup } from './target-group';

interface RuleRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Not decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: HeaderList;
  readonly sourceIp: string;
}

const Values = z.array(z.string()).min(1);
const Config = z.strictObject({ Values });
const IpRange = z.string().refine(isIpRange, 'must be an IP address or a CIDR block');
const QueryPair = z.strictObject({ Key: z.string().optional(), Value: z.string() });

/** One of a rule's `Conditions`. Patterns have `*` and `?`. */
export const RuleCondition = z.union([
  z.strictObject({ Field: z.literal('path-pattern'), Values }),
  z.strictObject({ Field: z.literal('path-pattern'), PathPatternConfig: Config }),
  z.strictObject({ Field: z.literal('host-header'), Values }),
  z.strictObject({ Field: z.literal('host-header'), HostHeaderConfig: Config }),
  z.strictObject({ Field: z.literal('http-request-method'), HttpRequestMethodConfig: Config }),
  z.strictObject({
    Field: z.literal('http-header'),
    HttpHeaderConfig: z.strictObject({ HttpHeaderName: z.string(), Values }),
  }),
  z.strictObject({
    Field: z.literal('query-string'),
    QueryStringConfig: z.strictObject({ Values: z.array(QueryPair).min(1) }),
  }),
  z.strictObject({
    Field: z.literal('source-ip'),
    SourceIpConfig: z.strictObject({ Values: z.array(IpRange).min(1) }),
  }),
]);

export type RuleCondition = z.output<typeof RuleCondition>;

/** Tells whether a request meets a condition. Paths are case-sensitive; hosts, headers and queries are not. */
export function meetsCondition(condition: RuleCondition, request: RuleRequest): boolean {
  switch (condition.Field) {
    case 'path-pattern': {
      const patterns = 'Values' in condition ? condition.Values : condition.PathPatternConfig.Values;
      return patterns.some((pattern) => matchesWildcard(pattern, request.path));
    }
    case 'host-header': {
      const patterns = 'Values' in condition ? condition.Values : condition.HostHeaderConfig.Values;
      return patterns.some((pattern) => matchesWildcard(pattern, request.host, 'i'));
    }
    case 'http-request-method':
      return condition.HttpRequestMethodConfig.Values.includes(request.method);
    case 'http-header': {
      const { HttpHeaderName: name, Values: patterns } = condition.HttpHeaderConfig;
      const values = request.headers.getAll(name);
      return patterns.some((pattern) => values.some((value) => matchesWildcard(pattern, value, 'i')));
    }
    case 'query-string':
      return condition.QueryStringConfig.Values.some(({ Key = '*', Value }) =>
        request.query.some(
          ([name, value]) => matchesWildcard(Key, name, 'i') && matchesWildcard(Value, value, 'i'),
        ),
      );
    case 'source-ip':
      return isInIpRanges(request.sourceIp, condition.SourceIpConfig.Values);
  }
}

export interface LoadBalancer {
  readonly logicalId: string;
  readonly arn: string;
  /** Host name that CloudFront reaches; `undefined`: an internal load balancer. */
  readonly publicHost: string | undefined;
  /** An application load balancer handles HTTP; a network load balancer forwards connections. */
  readonly type: 'application' | 'network';
  readonly attributes: LoadBalancerAttributes;
  readonly listeners: ReadonlyMap<number, Listener>;
  /** All groups that a listener or one of its rules forwards to. */
  readonly targetGroups: readonly TargetGroup[];
}

export interface LoadBalancerAttributes {
  readonly idleTimeoutMs: number;
  readonly forwardedFor: 'append' | 'preserve' | 'remove';
  /** Removes header fields whose name has characters other than letters, digits and hyphens. */
  readonly dropsInvalidHeaders: boolean;
}

export interface Listener {
  readonly port: number;
  readonly protocol: 'http' | 'https' | 'tcp';
  readonly rules: readonly ListenerRule[];
  readonly defaultAction: ListenerAction;
}

/** Applies to requests that meet all of its conditions. */
export interface ListenerRule {
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly action: ListenerAction;
}

const LoadBalancerProperties = z.strictObject({
  LoadBalancerAttributes: z
    .array(z.strictObject({ Key: z.string(), Value: z.union([z.string(), z.number().transform(String)]) }))
    .default([]),
  Scheme: z.enum(['internal', 'internet-facing']).default('internet-facing'),
  Type: z
    .enum(['application', 'network'], {
      error: ({ input }) => `a ${String(input)} load balancer is not supported`,
    })
    .default('application'),
  ...withoutEffect(
    'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
    'IpAddressType',
    'Name',
    'SecurityGroups',
    'SubnetMappings',
    'Subnets',
    'Tags',
  ),
});

const ListenerProperties = z.strictObject({
  LoadBalancerArn: z.string(),
  Port: cfnInteger,
  Protocol: z.enum(['HTTP', 'HTTPS', 'TCP', 'TLS'], {
    error: ({ input }) => `${String(input)} is not supported`,
  }),
  DefaultActions: ActionProperties,
  ...withoutEffect('AlpnPolicy', 'Certificates', 'ListenerAttributes', 'SslPolicy', 'Tags'),
});

const RuleProperties = z.strictObject({
  ListenerArn: z.string(),
  Priority: cfnInteger.pipe(z.number().min(1, 'must be 1 to 50000').max(50_000, 'must be 1 to 50000')),
  Conditions: z.array(RuleCondition).min(1),
  Actions: ActionProperties,
  ...withoutEffect('Tags'),
});

/** Reads the stack's load balancers. @throws InvalidPropertyError UnsupportedPropertyError */
export function readLoadBalancers(stack: Stack): LoadBalancer[] {
  const targetGroups = readTargetGroups(stack);
  const rules = stack.ofType('AWS::ElasticLoadBalancingV2::ListenerRule').map((resource) => {
    const { ListenerArn, Priority, Conditions, Actions } = resource.read(RuleProperties);
    const rule: ListenerRule = {
      priority: Priority,
      conditions: Conditions,
      action: readAction(resource, 'Actions', Actions, targetGroups),
    };
    return { listenerArn: ListenerArn, rule };
  });
  const listeners = stack.ofType('AWS::ElasticLoadBalancingV2::Listener').map((resource) => {
    const { LoadBalancerArn, Port, Protocol, DefaultActions } = resource.read(ListenerProperties);
    const listener: Listener = {
      port: Port,
      protocol: Protocol === 'HTTP' ? 'http' : Protocol === 'HTTPS' ? 'https' : 'tcp',
      rules: rules
        .filter(({ listenerArn }) => listenerArn === resource.ref)
        .map(({ rule }) => rule)
        .sort((a, b) => a.priority - b.priority),
      defaultAction: readAction(resource, 'DefaultActions', DefaultActions, targetGroups),
    };
    return { loadBalancerArn: LoadBalancerArn, listener };
  });
  return stack.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').map((resource) => {
    const { Scheme, Type, LoadBalancerAttributes: attributes } = resource.read(LoadBalancerProperties);
    const own = listeners
      .filter(({ loadBalancerArn }) => loadBalancerArn === resource.ref)
      .map(({ listener }) => listener);
    const actions = own.flatMap(({ defaultAction, rules: ownRules }) => [
      defaultAction,
      ...ownRules.map(({ action }) => action),
    ]);
    const groups = actions.flatMap((action) =>
      action.type === 'forward' ? action.groups.map(({ group }) => group) : [],
    );
    return {
      logicalId: resource.logicalId,
      arn: resource.ref,
      publicHost: Scheme === 'internal' ? undefined : String(resource.attribute('DNSName')),
      type: Type,
      attributes: readAttributes(resource, attributes),
      listeners: new Map(own.map((listener) => [listener.port, listener])),
      targetGroups: [...new Set(groups)],
    };
  });
}

function readAttributes(
  resource: Resource,
  given: readonly { readonly Key: string; readonly Value: string }[],
): LoadBalancerAttributes {
  const values = new Map(given.map(({ Key, Value }) => [Key, Value]));
  const invalid = (key: string, detail: string): never =>
    invalidProperty(resource, `LoadBalancerAttributes ${key}`, detail);
  const idle = Number(values.get('idle_timeout.timeout_seconds') ?? 60);
  if (!Number.isInteger(idle) || idle < 1 || idle > 4_000)
    invalid('idle_timeout.timeout_seconds', 'must be 1 to 4000.');
  const mode = values.get('routing.http.xff_header_processing.mode') ?? 'append';
  if (mode !== 'append' && mode !== 'preserve' && mode !== 'remove')
    return invalid('routing.http.xff_header_processing.mode', 'must be append, preserve or remove.');
  return {
    idleTimeoutMs: idle * 1_000,
    forwardedFor: mode,
    dropsInvalidHeaders: values.get('routing.http.drop_invalid_header_fields.enabled') === 'true',
  };
}

const arn = (resource: ResourceIdentity, kind: string): string =>
  `arn:${resource.partition}:elasticloadbalancing:${resource.region}:${resource.accountId}:${kind}/${resource.logicalId.slice(0, 32)}/${resource.id(16, '0123456789abcdef')}`;

const loadBalancerArn = (resource: ResourceIdentity): string =>
  arn(resource, `loadbalancer/${resource.property('Type') === 'network' ? 'net' : 'app'}`);
const listenerArn = (resource: ResourceIdentity): string => arn(resource, 'listener/app');
const targetGroupArn = (resource: ResourceIdentity): string => arn(resource, 'targetgroup');

export const elasticLoadBalancingResourceTypes: ResourceTypes = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ref: loadBalancerArn,
    attributes: {
      LoadBalancerArn: loadBalancerArn,
      DNSName: (resource) =>
        `${resource.property('Scheme') === 'internal' ? 'internal-' : ''}${resource.id(20)}.${resource.region}.elb.${resource.urlSuffix}`,
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
