import {
  Alarm,
  ComparisonOperator,
  TreatMissingData,
  type AlarmProps,
  type CfnAlarm,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Aws, CfnCondition, Fn } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CLOUDFRONT_REGION } from '../edge/region';
import { routeMetrics, siteMetrics, stageMetrics, type MeasuredStage } from './stage-metrics';

/** Properties of {@link StageAlarms}. */
export interface StageAlarmsProps extends MeasuredStage {
  /** Who is told, when something is wrong and when it is well again. */
  readonly topic: ITopic;
}

/**
 * What somebody should know of without looking. Each alarm says in its description what to do.
 *
 * CloudWatch only raises alarms on figures of its own region, and CloudFront's are in us-east-1: a stack that is
 * elsewhere goes without {@link StageAlarms.siteErrors}, by a condition in the template. Errors of the API, which
 * all pass through the distribution, have their alarm anywhere.
 */
export class StageAlarms extends Construct {
  readonly apiErrors: Alarm;
  readonly apiLatency: Alarm;
  readonly apiThrottled: Alarm;
  readonly unhealthyTasks: Alarm;
  readonly missingTasks: Alarm;
  readonly tablesThrottled: Alarm;
  readonly routeErrors: Alarm;
  readonly routeLatency: Alarm;
  readonly siteErrors: Alarm;
  /** All that exist in every region: only these may be referred to. */
  readonly everywhere: readonly Alarm[];

  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, props: StageAlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    const metrics = stageMetrics(props);

    this.apiErrors = this.#alarm('ApiErrors', {
      metric: metrics.apiServerErrors,
      threshold: 5,
      evaluationPeriods: 1,
      alarmDescription:
        'The API answered 5xx five times in five minutes. Its access log says which requests and why (errorMessage, integrationStatus); the log of the tasks says the rest.',
    });
    this.apiLatency = this.#alarm('ApiLatency', {
      metric: metrics.apiLatencyP99,
      threshold: 2_000,
      evaluationPeriods: 3,
      alarmDescription:
        'One request in a hundred takes 2 s or more, for a quarter of an hour. The dashboard says whether the time is spent behind the gateway and whether the tasks are busy.',
    });
    this.apiThrottled = this.#alarm('ApiThrottled', {
      metric: metrics.apiThrottled,
      threshold: 10,
      evaluationPeriods: 1,
      alarmDescription:
        'The API turned ten requests away with 429 in five minutes. The access log says whose; if they are welcome, raise its throttle.',
    });
    this.unhealthyTasks = this.#alarm('UnhealthyTasks', {
      metric: metrics.unhealthyTasksPerMinute,
      threshold: 1,
      evaluationPeriods: 5,
      alarmDescription:
        'A task has not been ready for five minutes. Its log and the events of the ECS service say why.',
    });
    this.missingTasks = this.#alarm('MissingTasks', {
      metric: metrics.healthyTasksPerMinute,
      threshold: props.backend.minTasks,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription:
        'For three minutes fewer tasks than the least wanted have taken requests. The events of the ECS service say why none starts.',
    });
    // No task is there before the service is.
    this.missingTasks.node.addDependency(props.backend.service);
    this.tablesThrottled = this.#alarm('TablesThrottled', {
      metric: metrics.tablesThrottled,
      threshold: 1,
      evaluationPeriods: 1,
      alarmDescription:
        'DynamoDB slowed the reservation of greeting ids or the keeping of greetings down. The dashboard says which: larger blocks (GREETING_ID_BLOCK) need fewer reservations; greetings of one person only go as fast as one partition.',
    });
    const routes = routeMetrics(props);
    this.routeErrors = this.#alarm('RouteErrors', {
      metric: routes.worstErrorPercent,
      threshold: 5,
      evaluationPeriods: 3,
      alarmDescription:
        'Of the requests to one of the routes the API itself answers one in twenty with 5xx, for a quarter of an hour. The dashboard says which route; the log of the tasks says why (code, err).',
    });
    this.routeLatency = this.#alarm('RouteLatency', {
      metric: routes.worstLatencyP99,
      threshold: 1_000,
      evaluationPeriods: 3,
      alarmDescription:
        'On one of the routes the API itself takes 1 s or more for one request in a hundred, for a quarter of an hour. The dashboard says which route, whether the tasks are busy and whether the tables are slow.',
    });

    this.everywhere = [
      this.apiErrors,
      this.apiLatency,
      this.apiThrottled,
      this.unhealthyTasks,
      this.missingTasks,
      this.tablesThrottled,
      this.routeErrors,
      this.routeLatency,
    ];

    this.siteErrors = this.#alarm('SiteErrors', {
      metric: siteMetrics(props).siteServerErrorPercent,
      threshold: 5,
      evaluationPeriods: 3,
      alarmDescription:
        'One answer of the site in twenty is a 5xx, for a quarter of an hour. The access logs say for which paths (x-edge-detailed-result-type says why).',
    });
    (this.siteErrors.node.defaultChild as CfnAlarm).cfnOptions.condition = new CfnCondition(
      this,
      'WhereCloudFrontFiguresAre',
      { expression: Fn.conditionEquals(Aws.REGION, CLOUDFRONT_REGION) },
    );
  }

  #alarm(id: string, props: AlarmProps): Alarm {
    const alarm = new Alarm(this, id, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    alarm.addOkAction(new SnsAction(this.#topic));
    return alarm;
  }
}
