import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  LogQueryWidget,
  type IAlarm,
  type MathExpression,
  type Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CLOUDFRONT_REGION } from '../edge/region';
import { routeMetrics, siteMetrics, stageMetrics, type ByRoute, type MeasuredStage } from './stage-metrics';

/** Properties of {@link StageDashboard}. */
export interface StageDashboardProps extends MeasuredStage {
  /** Shown on top, with their state. */
  readonly alarms: readonly IAlarm[];
}

const HALF = 12;

/** How a stage does, on one page: alarms, site, API, its routes, tasks, tables, and the latest failures. */
export class StageDashboard extends Construct {
  readonly dashboard: Dashboard;
  /** Where the page is in AWS's console. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: StageDashboardProps) {
    super(scope, id);
    const metrics = stageMetrics(props);
    const routes = routeMetrics(props);
    const site = siteMetrics(props, CLOUDFRONT_REGION);
    // Unique per account, not per region: one stage may live in two regions.
    const dashboardName = `${Stack.of(this).stackName}-${Aws.REGION}`;
    this.url = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboardName}`;

    this.dashboard = new Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: Duration.hours(12) });
    this.dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: 2 * HALF, height: 3 }),
    );
    this.dashboard.addWidgets(
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
    );
    this.dashboard.addWidgets(
      graph(
        'Time to answer',
        {
          p50: metrics.apiLatencyP50,
          p99: metrics.apiLatencyP99,
          'p99 behind the gateway': metrics.backendLatencyP99,
        },
        {},
        { unit: 'ms' },
      ),
      graph(
        'Tasks',
        { healthy: metrics.healthyTasksPerMinute, unhealthy: metrics.unhealthyTasksPerMinute },
        { processor: metrics.cpuPercent, memory: metrics.memoryPercent },
        { unit: '%' },
      ),
    );
    this.dashboard.addWidgets(
      graph('Routes', routes.requests, errorsOf(routes.errors)),
      graph('Time to answer by route (p99)', routes.latencyP99, {}, { unit: 'ms' }),
    );
    this.dashboard.addWidgets(
      graph(
        'Tables',
        {
          'ids written': metrics.idTableWrites,
          'greetings written': metrics.historyTableWrites,
          'greetings read': metrics.historyTableReads,
        },
        { throttled: metrics.tablesThrottled },
      ),
      new LogQueryWidget({
        title: 'Latest failures of the API',
        logGroupNames: [props.api.accessLogs.logGroupName],
        queryLines: [
          'fields requestTime, status, httpMethod, path, errorMessage, integrationStatus, requestId',
          'filter status >= 400',
          'sort @timestamp desc',
          'limit 20',
        ],
        width: HALF,
        height: 6,
      }),
    );
  }
}

type Figures = Readonly<Record<string, Metric | MathExpression>>;

function errorsOf(byRoute: ByRoute): Figures {
  return Object.fromEntries(Object.entries(byRoute).map(([route, metric]) => [`5xx of ${route}`, metric]));
}

/** Half a row: figures by the left axis, and by the right one those of another size; each under the name it is given. */
function graph(
  title: string,
  left: Figures,
  right: Figures,
  { unit, region }: { unit?: string; region?: string } = {},
): GraphWidget {
  const named = (figures: Figures) =>
    Object.entries(figures).map(([label, metric]) => metric.with({ label }));
  const plain = { min: 0 };
  const measured = { min: 0, ...(unit ? { label: unit, showUnits: false } : {}) };
  return new GraphWidget({
    title,
    left: named(left),
    right: named(right),
    leftYAxis: Object.keys(right).length === 0 ? measured : plain,
    rightYAxis: measured,
    ...(region ? { region } : {}),
    width: HALF,
    height: 6,
  });
}
