import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
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
 * The figures that AWS keeps of a stage, but for those of {@link siteMetrics}. None of them is paid for, save the count
 * of throttled requests in the months in which there are some.
 */
export function stageMetrics({ api, backend }: MeasuredStage) {
  const { deploymentStage: stage } = api.restApi;
  const { targetGroup, service, greetingTable } = backend;
  const ofTable = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: greetingTable.tableName },
      statistic: Stats.SUM,
    });
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
    tableWrites: ofTable('ConsumedWriteCapacityUnits'),
    tableThrottled: ofTable('WriteThrottleEvents'),
  };
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
