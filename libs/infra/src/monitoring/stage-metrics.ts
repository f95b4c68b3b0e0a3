import { API_METRICS, API_OPERATIONS, metricsRouteOf } from '@spa-on-aws/shared-types';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Duration } from 'aws-cdk-lib/core';
import type { GreetingApi } from '../api/greeting-api';
import type { Backend } from '../backend/backend';

const ONE_MINUTE = Duration.minutes(1);

/** Resources of a stage that metrics, alarms and the dashboard refer to. */
export interface MonitoredStage {
  readonly distribution: cloudfront.IDistribution;
  readonly api: GreetingApi;
  readonly backend: Backend;
}

/**
 * Returns the metrics of the API, its tasks and its tables. Unless their name says otherwise they cover five minutes.
 *
 * AWS publishes them free of charge, except `apiThrottled`, which costs extra in months with throttled requests.
 */
export function stageMetrics({ api, backend }: MonitoredStage) {
  const { deploymentStage: stage } = api.restApi;
  const { targetGroup, service, greetingTable, historyTable } = backend;
  const tableMetric = (table: dynamodb.ITable, metricName: string): cloudwatch.Metric =>
    new cloudwatch.Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName },
      statistic: cloudwatch.Stats.SUM,
    });
  const WRITES = 'ConsumedWriteCapacityUnits';
  const THROTTLED = 'WriteThrottleEvents';
  return {
    apiRequests: stage.metricCount(),
    apiClientErrors: stage.metricClientError(),
    apiServerErrors: stage.metricServerError(),
    apiThrottled: api.throttledRequests,
    apiLatencyP50: stage.metricLatency({ statistic: cloudwatch.Stats.percentile(50) }),
    apiLatencyP99: stage.metricLatency({ statistic: cloudwatch.Stats.percentile(99) }),
    backendLatencyP99: stage.metricIntegrationLatency({
      statistic: cloudwatch.Stats.percentile(99),
    }),
    healthyTasksPerMinute: targetGroup.metrics.healthyHostCount({
      statistic: cloudwatch.Stats.MINIMUM,
      period: ONE_MINUTE,
    }),
    unhealthyTasksPerMinute: targetGroup.metrics.unhealthyHostCount({
      statistic: cloudwatch.Stats.MAXIMUM,
      period: ONE_MINUTE,
    }),
    cpuPercent: service.metricCpuUtilization(),
    memoryPercent: service.metricMemoryUtilization(),
    idTableWrites: tableMetric(greetingTable, WRITES),
    historyTableWrites: tableMetric(historyTable, WRITES),
    historyTableReads: tableMetric(historyTable, 'ConsumedReadCapacityUnits'),
    tablesThrottled: new cloudwatch.MathExpression({
      expression: 'FILL(ids, 0) + FILL(history, 0)',
      usingMetrics: {
        ids: tableMetric(greetingTable, THROTTLED),
        history: tableMetric(historyTable, THROTTLED),
      },
      label: 'throttled',
    }),
  };
}

/** Metrics by route. */
export type MetricsByRoute = Readonly<Record<string, cloudwatch.Metric>>;

/** Returns the custom metrics that the API publishes per route. CloudWatch charges for the hours with data. */
export function routeMetrics({ backend }: Pick<MonitoredStage, 'backend'>) {
  const ofRoutes = (metricName: string, statistic: string): MetricsByRoute =>
    Object.fromEntries(
      API_OPERATIONS.map(metricsRouteOf).map((route) => [
        route,
        new cloudwatch.Metric({
          namespace: backend.metricsNamespace,
          metricName,
          dimensionsMap: { [API_METRICS.dimension]: route },
          statistic,
          label: route,
        }),
      ]),
    );
  const requests = ofRoutes(API_METRICS.requests, cloudwatch.Stats.SUM);
  const errors = ofRoutes(API_METRICS.errors, cloudwatch.Stats.SUM);
  const latencyP99 = ofRoutes(API_METRICS.latency, cloudwatch.Stats.percentile(99));
  return {
    requests,
    errors,
    latencyP99,
    /** Highest error rate of all routes, in percent. Ignores routes with fewer than 10 requests. */
    maxErrorPercent: maximum(Object.keys(requests).length, 'IF(r$ >= 10, 100 * e$ / r$, 0)', {
      r: requests,
      e: errors,
    }),
    /** Highest 99th percentile of the latency of all routes, in milliseconds. */
    maxLatencyP99: maximum(Object.keys(requests).length, 'FILL(l$, 0)', { l: latencyP99 }),
  };
}

/** Returns the maximum of an expression over all routes. `$` in the expression is replaced with the route's index. */
function maximum(
  routes: number,
  expression: string,
  metrics: Readonly<Record<string, MetricsByRoute>>,
): cloudwatch.MathExpression {
  const expressions = Array.from({ length: routes }, (_, index) => expression.replaceAll('$', String(index)));
  const usingMetrics = Object.fromEntries(
    Object.entries(metrics).flatMap(([name, byRoute]) =>
      Object.values(byRoute).map((metric, index): [string, cloudwatch.IMetric] => [
        `${name}${index}`,
        metric,
      ]),
    ),
  );
  return new cloudwatch.MathExpression({ expression: `MAX([${expressions.join(', ')}])`, usingMetrics });
}

/**
 * Returns the metrics of the distribution. CloudFront publishes them in us-east-1 only.
 *
 * @param region region of the metrics; omit it for alarms, which only support metrics of their own region
 */
export function siteMetrics({ distribution }: Pick<MonitoredStage, 'distribution'>, region?: string) {
  const distributionMetric = (metricName: string, statistic: string): cloudwatch.Metric =>
    new cloudwatch.Metric({
      namespace: 'AWS/CloudFront',
      metricName,
      dimensionsMap: { DistributionId: distribution.distributionId, Region: 'Global' },
      statistic,
      ...(region ? { region } : {}),
    });
  return {
    siteRequests: distributionMetric('Requests', cloudwatch.Stats.SUM),
    siteClientErrorPercent: distributionMetric('4xxErrorRate', cloudwatch.Stats.AVERAGE),
    siteServerErrorPercent: distributionMetric('5xxErrorRate', cloudwatch.Stats.AVERAGE),
  };
}
