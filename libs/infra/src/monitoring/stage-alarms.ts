import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Aws, CfnCondition, Fn } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CLOUDFRONT_REGION } from '../edge/site-domain';
import type { Backend } from '../backend/backend';
import { FunctionBackend } from '../backend/function-backend';
import {
  functionMetrics,
  serviceMetrics,
  siteMetrics,
  stageMetrics,
  type MonitoredStage,
} from './stage-metrics';

/** Properties of {@link StageAlarms}. */
export interface StageAlarmsProps extends MonitoredStage {
  /** Topic that is notified when an alarm changes to ALARM and back to OK. */
  readonly topic: sns.ITopic;
}

/**
 * Alarms of a stage. Each alarm's description says what happened and where to look.
 *
 * An alarm only supports metrics of its own region, and CloudFront's metrics are in us-east-1. A condition in the template
 * creates the alarm on the site's errors in that region only; the API's alarms exist in every region.
 */
export class StageAlarms extends Construct {
  /** Alarms that exist in every region. Other resources can only refer to these. */
  readonly inEveryRegion: readonly cloudwatch.Alarm[];
  /** Alarms on failed requests, on which a rollout is rolled back. */
  readonly onErrors: readonly cloudwatch.Alarm[];

  readonly #topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: StageAlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    const metrics = stageMetrics(props);
    const { backend } = props;
    this.inEveryRegion = [
      this.#alarm(
        'ApiErrors',
        { metric: metrics.apiServerErrors, threshold: 5, evaluationPeriods: 1 },
        'The API returned five or more 5xx responses in five minutes. Find the requests and the reasons in its access log (errorMessage, integrationStatus) and in the API’s own log.',
      ),
      this.#alarm(
        'ApiLatency',
        { metric: metrics.apiLatencyP99, threshold: 2_000, evaluationPeriods: 3 },
        'The 99th percentile of the API latency has been 2 s or more for 15 minutes. Check on the dashboard whether the backend is slow and whether the tasks are busy.',
      ),
      this.#alarm(
        'ApiThrottled',
        { metric: metrics.apiThrottled, threshold: 10, evaluationPeriods: 1 },
        'The API rejected ten or more requests with 429 in five minutes. Find the clients in the access log. If their requests are legitimate, raise the throttle.',
      ),
      ...(backend instanceof FunctionBackend ? this.#functionAlarms(backend) : this.#serviceAlarms(backend)),
      ...metrics.tables.map(({ name, throttled }) =>
        this.#alarm(
          `${name}Throttled`,
          { metric: throttled, threshold: 1, evaluationPeriods: 1 },
          `DynamoDB throttled writes to the table ${name}. All items with one partition key share a write rate. Write less often, or spread the items: see the section about tables in the README of the API.`,
        ),
      ),
    ];

    this.onErrors = this.inEveryRegion.filter(({ node }) => /^(?:ApiErrors|FunctionFailures)$/.test(node.id));
    const siteErrors = this.#alarm(
      'SiteErrors',
      { metric: siteMetrics(props).siteServerErrorPercent, threshold: 5, evaluationPeriods: 3 },
      'CloudFront returned 5xx for at least 5% of the requests for 15 minutes. Find the paths and the reasons (x-edge-detailed-result-type) in the access logs.',
    );
    (siteErrors.node.defaultChild as cloudwatch.CfnAlarm).cfnOptions.condition = new CfnCondition(
      this,
      'WhereCloudFrontFiguresAre',
      { expression: Fn.conditionEquals(Aws.REGION, CLOUDFRONT_REGION) },
    );
  }

  #serviceAlarms(backend: Backend): cloudwatch.Alarm[] {
    const metrics = serviceMetrics(backend);
    const alarms = [
      this.#alarm(
        'UnhealthyTasks',
        { metric: metrics.unhealthy, threshold: 1, evaluationPeriods: 5 },
        'A task has been unhealthy for five minutes. Find the reason in its log and in the events of the ECS service.',
      ),
      this.#alarm(
        'MissingTasks',
        {
          metric: metrics.healthy,
          threshold: backend.minTasks,
          comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
          evaluationPeriods: 3,
          treatMissingData: cloudwatch.TreatMissingData.BREACHING,
        },
        'The number of healthy tasks has been below the minimum for three minutes. Find the reason in the events of the ECS service.',
      ),
    ];
    // The alarm on missing tasks must not fire before the service exists.
    this.node.findChild('MissingTasks').node.addDependency(backend.service);
    return alarms;
  }

  #functionAlarms(backend: FunctionBackend): cloudwatch.Alarm[] {
    const metrics = functionMetrics(backend);
    return [
      this.#alarm(
        'FunctionFailures',
        { metric: metrics.failures, threshold: 1, evaluationPeriods: 1 },
        'The function failed: it could not start, or did not answer in time. Find the reason in the log of the API.',
      ),
      this.#alarm(
        'FunctionThrottled',
        { metric: metrics.throttled, threshold: 1, evaluationPeriods: 1 },
        'Lambda rejected requests because the concurrency limit of the account is used up. Find out on the dashboard how many run at the same time, and request a higher limit in Service Quotas.',
      ),
    ];
  }

  #alarm(id: string, props: cloudwatch.AlarmProps, alarmDescription: string): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      ...props,
      alarmDescription,
    });
    alarm.addAlarmAction(new actions.SnsAction(this.#topic));
    alarm.addOkAction(new actions.SnsAction(this.#topic));
    return alarm;
  }
}
