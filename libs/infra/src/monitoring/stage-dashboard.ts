import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CLOUDFRONT_REGION } from '../edge/site-domain';
import { FunctionBackend } from '../backend/function-backend';
import {
  functionMetrics,
  serviceMetrics,
  siteMetrics,
  stageMetrics,
  type MonitoredStage,
} from './stage-metrics';

/** Properties of {@link StageDashboard}. */
export interface StageDashboardProps extends MonitoredStage {
  /** Alarms whose state is shown at the top. */
  readonly alarms: readonly cloudwatch.IAlarm[];
}

/** Half of the dashboard's width, in grid columns. */
const HALF = 12;

/** CloudWatch dashboard of a stage: alarms, site, API, tasks or function, tables, and the latest API errors. */
export class StageDashboard extends Construct {
  readonly dashboard: cloudwatch.Dashboard;
  /** URL of the dashboard in the AWS console. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: StageDashboardProps) {
    super(scope, id);
    const metrics = stageMetrics(props);
    const site = siteMetrics(props, CLOUDFRONT_REGION);
    // Dashboard names are unique per account, and a stage can be deployed to several regions.
    const dashboardName = `${Stack.of(this).stackName}-${Aws.REGION}`;
    this.url = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboardName}`;

    const ofTables = metrics.tables.flatMap(({ name, writes, reads }) => [
      [`${name} written`, writes],
      [`${name} read`, reads],
    ]);
    const throttled = metrics.tables.map((table) => [`${table.name} throttled`, table.throttled]);
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName,
      defaultInterval: Duration.hours(12),
      widgets: [
        [
          new cloudwatch.AlarmStatusWidget({
            title: 'Alarms',
            alarms: [...props.alarms],
            width: 2 * HALF,
            height: 3,
          }),
        ],
        [
          graph(
            'Site',
            { requests: site.siteRequests },
            { '4xx': site.siteClientErrorPercent, '5xx': site.siteServerErrorPercent },
            { region: CLOUDFRONT_REGION, unit: '%' },
          ),
          graph(
            'API',
            { requests: metrics.apiRequests },
            { '4xx': metrics.apiClientErrors, '5xx': metrics.apiServerErrors, '429': metrics.apiThrottled },
          ),
        ],
        [
          graph(
            'Latency',
            {
              p50: metrics.apiLatencyP50,
              p99: metrics.apiLatencyP99,
              'backend p99': metrics.backendLatencyP99,
            },
            {},
            { unit: 'ms' },
          ),
          backendGraph(props.backend),
        ],
        [graph('Tables', Object.fromEntries(ofTables), Object.fromEntries(throttled))],
        [
          new cloudwatch.LogQueryWidget({
            title: 'Latest API errors',
            logGroupNames: [props.api.accessLogs.logGroupName],
            queryLines: [
              'fields requestTime, status, httpMethod, path, errorMessage, integrationStatus, requestId',
              'filter status >= 400',
              'sort @timestamp desc',
              'limit 20',
            ],
            width: 2 * HALF,
            height: 6,
          }),
        ],
      ],
    });
  }
}

function backendGraph(backend: MonitoredStage['backend']): cloudwatch.GraphWidget {
  if (backend instanceof FunctionBackend) {
    const { concurrent, throttled, failures, durationP99 } = functionMetrics(backend);
    return graph(
      'Function',
      { concurrent, throttled, failures },
      { 'duration p99': durationP99 },
      { unit: 'ms' },
    );
  }
  const { healthy, unhealthy, cpu, memory } = serviceMetrics(backend);
  return graph('Tasks', { healthy, unhealthy }, { CPU: cpu, memory }, { unit: '%' });
}

type LabeledMetrics = Readonly<Record<string, cloudwatch.Metric | cloudwatch.MathExpression>>;

/** Returns a graph of half the width. `left` and `right` are the metrics of each vertical axis, by their label. */
function graph(
  title: string,
  left: LabeledMetrics,
  right: LabeledMetrics,
  { unit, region }: { unit?: string; region?: string } = {},
): cloudwatch.GraphWidget {
  const labeled = (metrics: LabeledMetrics) =>
    Object.entries(metrics).map(([label, metric]) => metric.with({ label }));
  const axis = { min: 0 };
  const axisWithUnit = { min: 0, ...(unit ? { label: unit, showUnits: false } : {}) };
  return new cloudwatch.GraphWidget({
    title,
    left: labeled(left),
    right: labeled(right),
    leftYAxis: Object.keys(right).length === 0 ? axisWithUnit : axis,
    rightYAxis: axisWithUnit,
    region,
    width: HALF,
    height: 6,
  });
}
