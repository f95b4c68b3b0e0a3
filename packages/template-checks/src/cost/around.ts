import { API_METRICS, API_OPERATIONS, GREETING_RETENTION_DAYS } from '@spa-on-aws/shared-types';
import type { Template, Value } from '@spa-on-aws/cloudformation';
import type { Estimator } from './estimate';
import { ASSUMED } from './load';
import { PRICES } from './prices';

const SECONDS_OF_A_DAY = 86_400;

const MEASURED_BY_ROUTE = [API_METRICS.requests, API_METRICS.errors, API_METRICS.latency].length;

/** Value of a variable that a container of the stage is started with. */
function variable(template: Template, name: string): Value | undefined {
  return template
    .ofType('AWS::ECS::TaskDefinition')
    .flatMap(({ properties }) => properties.get('ContainerDefinitions').items)
    .flatMap((container) => container.get('Environment').items)
    .find((one) => one.get('Name').text === name)
    ?.get('Value');
}

/**
 * Tables on demand: a write for each block of ids, and for each greeting that is kept one in the table
 * and in each index, and its storage while it is kept.
 */
export const estimateTables: Estimator = (template, load) => {
  const tables = template.ofType('AWS::DynamoDB::Table');
  const onDemand = tables.filter(
    ({ properties }) => properties.get('BillingMode').text === 'PAY_PER_REQUEST',
  );
  const block = variable(template, 'GREETING_ID_BLOCK')?.number ?? ASSUMED.idsPerReservation;
  const usages = onDemand.flatMap(({ properties }) => {
    const keepsGreetings = properties.get('TimeToLiveSpecification').isPresent;
    if (!keepsGreetings) {
      return [{ item: 'Greeting ids', price: PRICES.tableWrites, units: load.requests / block }];
    }
    const item = 'Kept greetings';
    const copies = 1 + properties.get('LocalSecondaryIndexes').items.length;
    const kept = load.requestsPerSecond * GREETING_RETENTION_DAYS * SECONDS_OF_A_DAY;
    const gigabytes = (kept * copies * ASSUMED.bytesPerKeptGreeting) / 1e9;
    return [
      { item, price: PRICES.tableWrites, units: load.requests * copies },
      { item, price: PRICES.tableStorage, units: gigabytes },
      { item, price: PRICES.tableBackup, units: gigabytes },
    ];
  });
  const others = tables.length - onDemand.length + template.ofType('AWS::DynamoDB::GlobalTable').length;
  return {
    usages,
    remarks: others > 0 ? ['a table with provisioned capacity, or a global one: not priced'] : [],
  };
};

/** What the API writes to its log to be metrics, by route: of each route in every hour in which somebody asks for it. */
export const estimateRouteMetrics: Estimator = (template, load) => {
  // One more for the description of the API, and one for all paths that nothing has.
  const routes = API_OPERATIONS.length + 2;
  const isMeasured = load.requests > 0 && variable(template, 'METRICS_NAMESPACE') !== undefined;
  const units = isMeasured ? routes * MEASURED_BY_ROUTE : 0;
  return { usages: [{ item: 'Figures by route', price: PRICES.customMetric, units }], remarks: [] };
};

/** What watches over the stage. */
export const estimateWatching: Estimator = (template) => {
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
      ...alarmMetrics.map((units) => ({ item, price: PRICES.alarm, units })),
      ...template
        .ofType('AWS::CloudWatch::Dashboard')
        .map(() => ({ item, price: PRICES.dashboard, units: 1 })),
      ...transformations.map(() => ({ item, price: PRICES.customMetric, units: 1 })),
      ...template
        .ofType('AWS::KMS::Key')
        .map(() => ({ item: 'Encryption keys', price: PRICES.encryptionKey, units: 1 })),
    ],
    remarks: [],
  };
};

/** Firewalls: before the API they see its requests, before the site all of them. */
export const estimateFirewalls: Estimator = (template, load) => ({
  usages: template.ofType('AWS::WAFv2::WebACL').flatMap(({ properties }) => {
    const item = 'Firewalls';
    const beforeSite = properties.get('Scope').text === 'CLOUDFRONT';
    const requests = load.requests + (beforeSite ? load.pageLoads * ASSUMED.filesPerPageLoad : 0);
    return [
      { item, price: PRICES.webAcl, units: 1 },
      { item, price: PRICES.webAclRule, units: properties.get('Rules').items.length },
      { item, price: PRICES.webAclRequests, units: requests },
    ];
  }),
  remarks: [],
});
