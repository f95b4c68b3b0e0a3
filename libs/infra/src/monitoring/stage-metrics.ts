import { API_METRICS, API_OPERATIONS, metricsRouteOf } from '@spa-on-aws/shared-types';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { MathExpression, Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Duration } from 'aws-cdk-lib/core';
import type { GreetingApi } from '../api/greeting-api';
import type { Backend } from '../backend/backend';

const ONE_MINUTE = Duration.minutes(1);

/** What of a stage is measured. */
export interface MeasuredStage {
  readonly distribution: IDistribution;
  readonly api: GreetingApi;
  readonly backend: Backend;
}

/** The figures of a stage, by what they tell. Unless their name says otherwise they are sums over five minutes. */
export type StageMetrics = ReturnType<typeof stageMetrics>;

/**
 * The figures of a stage, but for those of {@link siteMetrics} and {@link routeMetrics}. AWS keeps them and none is paid
 * for, save the count of throttled requests in the months in which there are some.
 */
export function stageMetrics({ api, backend }: MeasuredStage) {
  const { deploymentStage: stage } = api.restApi;
  const { targetGroup, service, greetingTable, historyTable } = backend;
  const ofTable = (table: ITable, metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName },
      statistic: Stats.SUM,
    });
  const WRITES = 'ConsumedWriteCapacityUnits';
  const THROTTLED = 'WriteThrottleEvents';
  return {
    apiRequests: stage.metricCount(),
    apiClientErrors: stage.metricClientError(),
    apiServerErrors: stage.metricServerError(),
    apiThrottled: api.throttledRequests,
    apiLatencyP50: stage.metricLatency({ statistic: Stats.percentile(50) }),
    apiLatencyP99: stage.metricLatency({ statistic: Stats.percentile(99) }),
    backendLatencyP99: stage.metricIntegrationLatency({
      statistic: Stats.percentile(99),
    }),
    healthyTasksPerMinute: targetGroup.metrics.healthyHostCount({
      statistic: Stats.MINIMUM,
      period: ONE_MINUTE,
    }),
    unhealthyTasksPerMinute: targetGroup.metrics.unhealthyHostCount({
      statistic: Stats.MAXIMUM,
      period: ONE_MINUTE,
    }),
    cpuPercent: service.metricCpuUtilization(),
    memoryPercent: service.metricMemoryUtilization(),
    idTableWrites: ofTable(greetingTable, WRITES),
    historyTableWrites: ofTable(historyTable, WRITES),
    historyTableReads: ofTable(historyTable, 'ConsumedReadCapacityUnits'),
    tablesThrottled: new MathExpression({
      expression: 'FILL(ids, 0) + FILL(history, 0)',
      usingMetrics: { ids: ofTable(greetingTable, THROTTLED), history: ofTable(historyTable, THROTTLED) },
      label: 'throttled',
    }),
  };
}

/** One figure of each route, by the name of the route. */
export type ByRoute = Readonly<Record<string, Metric>>;

/** The figures that the API writes itself, by route; they are paid for by the hour in which there are some. */
export function routeMetrics({ backend }: Pick<MeasuredStage, 'backend'>) {
  const ofEachRoute = (metricName: string, statistic: string): ByRoute =>
    Object.fromEntries(
      API_OPERATIONS.map(metricsRouteOf).map((route) => [
        route,
        new Metric({
          namespace: backend.metricsNamespace,
          metricName,
          dimensionsMap: { [API_METRICS.dimension]: route },
          statistic,
          label: route,
        }),
      ]),
    );
  const requests = ofEachRoute(API_METRICS.requests, Stats.SUM);
  const errors = ofEachRoute(API_METRICS.errors, Stats.SUM);
  const latencyP99 = ofEachRoute(API_METRICS.latency, Stats.percentile(99));
  return {
    requests,
    errors,
    latencyP99,
    /** Of the route that fails most, the errors in a hundred requests; routes with few requests do not count. */
    worstErrorPercent: worst(Object.keys(requests).length, 'IF(r$ >= 10, 100 * e$ / r$, 0)', {
      r: requests,
      e: errors,
    }),
    /** Of the slowest route, the time that 99 in a hundred requests stay below, in milliseconds. */
    worstLatencyP99: worst(Object.keys(requests).length, 'FILL(l$, 0)', { l: latencyP99 }),
  };
}

/** The greatest value that an expression has for any route; `$` in it stands for the number of the route. */
function worst(
  routes: number,
  expression: string,
  figures: Readonly<Record<string, ByRoute>>,
): MathExpression {
  const each = Array.from({ length: routes }, (_, index) => expression.replaceAll('$', String(index)));
  const usingMetrics = Object.fromEntries(
    Object.entries(figures).flatMap(([name, byRoute]) =>
      Object.values(byRoute).map((metric, index): [string, IMetric] => [`${name}${index}`, metric]),
    ),
  );
  return new MathExpression({ expression: `MAX([${each.join(', ')}])`, usingMetrics });
}

/**
 * The figures of the distribution. They are in us-east-1, whichever region the stack is in.
 *
 * @param region where to look for them; none for an alarm, which only sees its own region
 */
export function siteMetrics({ distribution }: Pick<MeasuredStage, 'distribution'>, region?: string) {
  const ofDistribution = (metricName: string, statistic: string): Metric =>
    new Metric({
      namespace: 'AWS/CloudFront',
      metricName,
      dimensionsMap: { DistributionId: distribution.distributionId, Region: 'Global' },
      statistic,
      ...(region ? { region } : {}),
    });
  return {
    siteRequests: ofDistribution('Requests', Stats.SUM),
    siteClientErrorPercent: ofDistribution('4xxErrorRate', Stats.AVERAGE),
    siteServerErrorPercent: ofDistribution('5xxErrorRate', Stats.AVERAGE),
  };
}
