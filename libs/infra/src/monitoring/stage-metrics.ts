import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { GreetingApi } from '../api/greeting-api';
import type { Backend } from '../backend/backend';
import type { FunctionBackend } from '../backend/function-backend';

const ONE_MINUTE = Duration.minutes(1);

/** Resources of a stage that metrics, alarms and the dashboard refer to. */
export interface MonitoredStage {
  readonly distribution: cloudfront.Distribution;
  readonly api: GreetingApi;
  readonly backend: Backend | FunctionBackend;
}

/**
 * Returns the metrics of the API and its tables. They cover five minutes.
 *
 * AWS publishes them free of charge, except `apiThrottled`, which costs extra in months with throttled requests.
 */
export function stageMetrics({ api, backend }: MonitoredStage) {
  const { deploymentStage: stage } = api.restApi;
  return {
    apiRequests: stage.metricCount(),
    apiClientErrors: stage.metricClientError(),
    // Of the API, which has one stage: a rollout of the backend, which the stage depends on, can depend on this alarm.
    apiServerErrors: api.restApi.metricServerError(),
    apiThrottled: api.throttledRequests,
    apiLatencyP50: stage.metricLatency({ statistic: cloudwatch.Stats.percentile(50) }),
    apiLatencyP99: stage.metricLatency({ statistic: cloudwatch.Stats.percentile(99) }),
    backendLatencyP99: stage.metricIntegrationLatency({ statistic: cloudwatch.Stats.percentile(99) }),
    tables: Object.entries(backend.tables).map(([name, table]) => ({
      name,
      writes: table.metricConsumedWriteCapacityUnits(),
      reads: table.metricConsumedReadCapacityUnits(),
      throttled: table.metric('WriteThrottleEvents', { statistic: cloudwatch.Stats.SUM }),
    })),
  };
}

/** Returns the metrics of the ECS service: the number of tasks in each minute, CPU and memory in percent. */
export function serviceMetrics({ targetGroups: [primary, alternate], service }: Backend) {
  const hosts = (name: 'healthyHostCount' | 'unhealthyHostCount', statistic: string) => {
    const props = { statistic, period: ONE_MINUTE };
    const metric = primary.metrics[name](props);
    if (!alternate) return metric;
    return new cloudwatch.MathExpression({
      expression: `FILL(${name}, 0) + FILL(${name}2, 0)`,
      usingMetrics: { [name]: metric, [`${name}2`]: alternate.metrics[name](props) },
      period: ONE_MINUTE,
    });
  };
  return {
    healthy: hosts('healthyHostCount', cloudwatch.Stats.MINIMUM),
    unhealthy: hosts('unhealthyHostCount', cloudwatch.Stats.MAXIMUM),
    cpu: service.metricCpuUtilization(),
    memory: service.metricMemoryUtilization(),
  };
}

/** Returns the metrics of the Lambda function, which AWS publishes free of charge. */
export function functionMetrics({ function: api }: FunctionBackend) {
  return {
    failures: api.metricErrors(),
    throttled: api.metricThrottles(),
    durationP99: api.metricDuration({ statistic: cloudwatch.Stats.percentile(99) }),
    concurrent: api.metric('ConcurrentExecutions', { statistic: cloudwatch.Stats.MAXIMUM }),
  };
}

/**
 * Returns the metrics of the distribution. CloudFront publishes them in us-east-1 only.
 *
 * @param region region of the metrics; omit it for alarms, which only support metrics of their own region
 */
export function siteMetrics({ distribution }: Pick<MonitoredStage, 'distribution'>, region?: string) {
  // The CDK omits the dimension Region.
  const dimensionsMap = { DistributionId: distribution.distributionId, Region: 'Global' };
  return {
    siteRequests: distribution.metricRequests({ dimensionsMap, region }),
    siteClientErrorPercent: distribution.metric4xxErrorRate({ dimensionsMap, region }),
    siteServerErrorPercent: distribution.metric5xxErrorRate({ dimensionsMap, region }),
  };
}
