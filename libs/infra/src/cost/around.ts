import type { Estimator } from './estimate';
import { ASSUMED } from './load';
import { PRICES } from './prices';

/** Tables on demand: a write for each block of ids. */
export const estimateTables: Estimator = (template, load) => {
  const onDemand = template
    .ofType('AWS::DynamoDB::Table')
    .filter(({ properties }) => properties.get('BillingMode').text === 'PAY_PER_REQUEST');
  const configured = template
    .ofType('AWS::ECS::TaskDefinition')
    .flatMap(({ properties }) => properties.get('ContainerDefinitions').items)
    .flatMap((container) => container.get('Environment').items)
    .find((variable) => variable.get('Name').text === 'GREETING_ID_BLOCK')
    ?.get('Value').number;
  const writes = load.requests / (configured ?? ASSUMED.idsPerReservation);
  return {
    usages: onDemand.map(() => ({ item: 'Greeting ids', price: PRICES.tableWrites, units: writes })),
    remarks:
      onDemand.length < template.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').length
        ? ['a table with provisioned capacity, or a global one: not priced']
        : [],
  };
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
