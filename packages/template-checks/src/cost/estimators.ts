import type { TemplateDocument, Value } from '@spa-on-aws/cloudformation';
import type { Usage } from './bill';
import { invokedFunctions } from './functions';
import { ASSUMED, HOURS, type Load } from './load';
import { edgeTraffic } from './plans';
import { PRICES } from './prices';

/** Use of a part of a template under a load. */
export interface Estimate {
  readonly usages: readonly Usage[];
  /** Hints for reading the numbers. */
  readonly remarks?: readonly string[];
}

export type Estimator = (template: TemplateDocument, load: Load) => Estimate;

export function combined(estimates: readonly Estimate[]): Required<Estimate> {
  return {
    usages: estimates.flatMap((estimate) => estimate.usages),
    remarks: [...new Set(estimates.flatMap(({ remarks = [] }) => remarks))],
  };
}

const GB = 1e9;
const DAYS = 30;
const SECONDS_PER_DAY = 86_400;

/** Load balancers, NAT gateways and interface endpoints. */
export const estimateNetwork: Estimator = (template, load) => {
  const balancers = template.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const perSecond = balancers.length > 0 ? load.requestsPerSecond / balancers.length : 0;
  const connections = perSecond / ASSUMED.requestsPerConnection;
  // AWS bills the dimension that is used most: 25 new connections per second, or 1 GB per hour.
  const capacityUnits = Math.max(connections / 25, (perSecond * ASSUMED.bytesPerRequest * 3600) / GB);
  const item = 'Load balancer';
  return {
    usages: [
      ...balancers.flatMap(() => [
        { item, price: PRICES.loadBalancerHour, units: HOURS },
        { item, price: PRICES.loadBalancerCapacity, units: capacityUnits * HOURS },
      ]),
      ...template
        .ofType('AWS::EC2::NatGateway')
        .map(() => ({ item: 'NAT gateways', price: PRICES.natGateway, units: HOURS })),
      ...template
        .ofType('AWS::EC2::VPCEndpoint')
        .filter(({ properties }) => properties.get('VpcEndpointType').text === 'Interface')
        .map(({ properties }) => ({
          item: 'Interface endpoints',
          price: PRICES.interfaceEndpoint,
          units: HOURS * properties.get('SubnetIds').items.length,
        })),
    ],
  };
};

/** REST APIs: requests, traces, and the logs of the API and of its containers or functions. */
export const estimateGateway: Estimator = (template, load) => {
  const stages = template.ofType('AWS::ApiGateway::Stage').map(({ properties }) => properties);
  const accessLogs = stages.map((stage) => accessLogOf(stage));
  const containers = containersOf(template)
    .filter((container) => container.get('LogConfiguration', 'LogDriver').text === 'awslogs')
    .map((container) => ({
      bytes: ASSUMED.bytesPerLogLine,
      group: container.get('LogConfiguration', 'Options', 'awslogs-group'),
    }));
  const functions = invokedFunctions(template).map(({ properties }) => ({
    bytes: ASSUMED.bytesPerLogLine,
    group: properties.get('LoggingConfig', 'LogGroup'),
  }));
  return {
    usages: [
      ...stages.map(() => ({ item: 'REST API', price: PRICES.restRequests, units: load.requests })),
      ...stages
        .filter((stage) => stage.get('TracingEnabled').boolean === true)
        .map(() => ({ item: 'Traces', price: PRICES.traces, units: tracesOf(template, load) })),
      ...[...accessLogs.flatMap((log) => log ?? []), ...containers, ...functions].flatMap(
        ({ bytes, group }) => {
          const gb = (load.requests * bytes) / GB;
          const stored = gb * ASSUMED.logCompression * (retentionDays(template, group) / DAYS);
          return [
            { item: 'Request logs', price: PRICES.logIngestion, units: gb },
            { item: 'Request logs', price: PRICES.logStorage, units: stored },
          ];
        },
      ),
    ],
    remarks: throttled(stages, load),
  };
};

/** Traces per month with the sampling rule of the template, else X-Ray's: one request per second, and 5% of the others. */
function tracesOf(template: TemplateDocument, { requests, requestsPerSecond }: Load): number {
  const rule = template.ofType('AWS::XRay::SamplingRule')[0]?.properties.get('SamplingRule');
  const reservoir = rule?.get('ReservoirSize').number ?? 1;
  const rate = rule?.get('FixedRate').number ?? 0.05;
  const sampled = Math.min(requestsPerSecond, reservoir) + Math.max(0, requestsPerSecond - reservoir) * rate;
  return requestsPerSecond > 0 ? requests * (sampled / requestsPerSecond) : 0;
}

/** Returns the size of an access log line, which follows from its format, and the log group. */
function accessLogOf(stage: Value): { readonly bytes: number; readonly group: Value } | undefined {
  const setting = stage.get('AccessLogSetting');
  if (!setting.isPresent) return undefined;
  const format = setting.get('Format').text;
  const variables = format.match(/\$context\.[\w.]+/g) ?? [];
  const literal = variables.reduce((length, variable) => length - variable.length, format.length);
  return {
    bytes: literal + variables.length * ASSUMED.bytesPerLoggedValue,
    group: setting.get('DestinationArn'),
  };
}

/** Returns the retention of a log group; ten years for a group without one. */
function retentionDays(template: TemplateDocument, group: Value): number {
  return template.mentioned(group, 'AWS::Logs::LogGroup')?.properties.get('RetentionInDays').number ?? 3650;
}

function throttled(stages: readonly Value[], { requestsPerSecond }: Load): readonly string[] {
  const limits = stages
    .flatMap((stage) => stage.get('MethodSettings').items)
    // Settings of single methods do not limit the stage.
    .filter((setting) => setting.get('ResourcePath').text === '/*')
    .flatMap((setting) => setting.get('ThrottlingRateLimit').number ?? []);
  const least = Math.min(...limits);
  return requestsPerSecond > least
    ? [`the stage allows ${least} requests per second; the numbers are for ${requestsPerSecond}`]
    : [];
}

/** The first distribution: requests, data transfer, function runs and logs. */
export const estimateEdge: Estimator = (template, load) => {
  const [distribution] = template.ofType('AWS::CloudFront::Distribution');
  if (!distribution) return { usages: [] };
  const config = distribution.properties.get('DistributionConfig');
  const { requests, gb } = edgeTraffic(load);
  const runs = config.get('DefaultCacheBehavior', 'FunctionAssociations').items.length * load.pageLoads;
  const item = 'CloudFront';
  const logging = config.get('Logging', 'Bucket');
  return {
    usages: [
      { item, price: PRICES.edgeRequests, units: requests },
      { item, price: PRICES.edgeTransfer, units: gb },
      { item, price: PRICES.edgeFunctions, units: runs * ASSUMED.functionRunsPerPageLoad },
      ...logging.items.map((bucket) => ({
        item: 'Request logs',
        price: PRICES.objectStorage,
        units: ((requests * ASSUMED.bytesPerEdgeLogLine) / GB) * (keptDays(template, bucket) / DAYS),
      })),
    ],
  };
};

/** Returns for how many days a bucket stores objects; ten years without an expiration. */
function keptDays(template: TemplateDocument, bucket: Value): number {
  const { properties } = template.mentioned(bucket, 'AWS::S3::Bucket') ?? {};
  const rules = properties?.get('LifecycleConfiguration', 'Rules').items ?? [];
  return Math.min(3650, ...rules.flatMap((rule) => rule.get('ExpirationInDays').number ?? []));
}

function containersOf(template: TemplateDocument): readonly Value[] {
  return template
    .ofType('AWS::ECS::TaskDefinition')
    .flatMap(({ properties }) => properties.get('ContainerDefinitions').items);
}

/** Returns an environment variable of the containers, or of the functions that the API invokes. */
function variable(template: TemplateDocument, name: string): Value | undefined {
  const ofFunctions = invokedFunctions(template).map(({ properties }) =>
    properties.get('Environment', 'Variables', name),
  );
  return (
    containersOf(template)
      .flatMap((container) => container.get('Environment').items)
      .find((one) => one.get('Name').text === name)
      ?.get('Value') ?? ofFunctions.find(({ isPresent }) => isPresent)
  );
}

/**
 * On-demand tables. A table with a time to live stores an item for some requests, any other table only reserves
 * blocks of ids.
 */
export const estimateTables: Estimator = (template, load) => {
  const tables = template.ofType('AWS::DynamoDB::Table');
  const onDemand = tables.filter(
    ({ properties }) => properties.get('BillingMode').text === 'PAY_PER_REQUEST',
  );
  const block = variable(template, 'GREETING_ID_BLOCK')?.number ?? ASSUMED.idsPerReservation;
  const usages = onDemand.flatMap(({ properties }) => {
    if (!properties.get('TimeToLiveSpecification').isPresent) {
      return [{ item: 'DynamoDB (IDs)', price: PRICES.tableWrites, units: load.requests / block }];
    }
    const item = 'DynamoDB (history)';
    const copies = 1 + properties.get('LocalSecondaryIndexes').items.length;
    const itemsPerSecond = load.requestsPerSecond * ASSUMED.itemsPerRequest;
    const items = itemsPerSecond * ASSUMED.daysItemsAreStored * SECONDS_PER_DAY;
    const gigabytes = (items * copies * ASSUMED.bytesPerStoredItem) / GB;
    return [
      { item, price: PRICES.tableWrites, units: load.requests * ASSUMED.itemsPerRequest * copies },
      { item, price: PRICES.tableStorage, units: gigabytes },
      { item, price: PRICES.tableBackup, units: gigabytes },
    ];
  });
  const others = tables.length - onDemand.length + template.ofType('AWS::DynamoDB::GlobalTable').length;
  return {
    usages,
    remarks: others > 0 ? ['global tables and tables with provisioned capacity have no price here'] : [],
  };
};

/** Alarms that Application Auto Scaling creates for each policy that tracks a target: above it, and below it. */
const ALARMS_PER_TARGET = 2;

/** Returns the number of alarms that scaling creates: of services and, by their capacity providers, of their instances. */
function scalingAlarms(template: TemplateDocument): number {
  const policies = template
    .ofType('AWS::ApplicationAutoScaling::ScalingPolicy')
    .filter(({ properties }) => properties.get('TargetTrackingScalingPolicyConfiguration').isPresent);
  const providers = template
    .ofType('AWS::ECS::CapacityProvider')
    .filter(
      ({ properties }) =>
        properties.get('AutoScalingGroupProvider', 'ManagedScaling', 'Status').text === 'ENABLED',
    );
  return ALARMS_PER_TARGET * (policies.length + providers.length);
}

/** Alarms, dashboards, metric filters and encryption keys. */
export const estimateMonitoring: Estimator = (template) => {
  const item = 'Alarms and dashboard';
  const alarmMetrics = template
    .ofType('AWS::CloudWatch::Alarm')
    .map(({ properties }) =>
      Math.max(1, properties.get('Metrics').items.filter((one) => one.get('MetricStat').isPresent).length),
    );
  const transformations = template
    .ofType('AWS::Logs::MetricFilter')
    .flatMap(({ properties }) => properties.get('MetricTransformations').items);
  return {
    usages: [
      ...[...alarmMetrics, scalingAlarms(template)].map((units) => ({ item, price: PRICES.alarm, units })),
      ...template
        .ofType('AWS::CloudWatch::Dashboard')
        .map(() => ({ item, price: PRICES.dashboard, units: 1 })),
      ...transformations.map(() => ({ item, price: PRICES.customMetric, units: 1 })),
      ...template
        .ofType('AWS::KMS::Key')
        .map(() => ({ item: 'Encryption keys', price: PRICES.encryptionKey, units: 1 })),
    ],
    remarks: template
      .ofType('AWS::KMS::Key')
      .some(({ properties }) => properties.get('EnableKeyRotation').boolean === true)
      ? ['each of the first two yearly rotations of a key adds $1 a month']
      : [],
  };
};

/** Web ACLs. That of the API inspects API requests, that of the distribution all requests. */
export const estimateWebAcls: Estimator = (template, load) => ({
  usages: template.ofType('AWS::WAFv2::WebACL').flatMap(({ properties }) => {
    const isDistribution = properties.get('Scope').text === 'CLOUDFRONT';
    const item = isDistribution ? 'Web ACL of CloudFront' : 'Web ACL of the API';
    const requests = load.requests + (isDistribution ? load.pageLoads * ASSUMED.filesPerPageLoad : 0);
    return [
      { item, price: PRICES.webAcl, units: 1 },
      { item, price: PRICES.webAclRule, units: properties.get('Rules').items.length },
      { item, price: PRICES.webAclRequests, units: requests },
    ];
  }),
});
