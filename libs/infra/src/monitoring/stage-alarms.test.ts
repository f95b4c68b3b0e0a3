import { API_OPERATIONS, getOpenApi, type Operation } from '@spa-on-aws/shared-types';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect, onTestFinished, test } from 'vitest';
import { smallStage } from '../../test/small-stage';
import { templateOf } from '../../test/synthesized';
import { StageAlarms } from './stage-alarms';

function alarmTemplate(backendProps: Parameters<typeof smallStage>[1] = {}): Template {
  return templateOf((stack) => {
    new StageAlarms(stack, 'Alarms', {
      ...smallStage(stack, backendProps),
      topic: new Topic(stack, 'Topic'),
    });
  });
}

/** Returns the stage's alarms by construct id, without the alarms that scaling creates. */
function alarmsOf(template: Template) {
  return Object.fromEntries(
    Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, alarm]) => [
      id.replace(/^Alarms|[0-9A-F]{8}$/g, ''),
      alarm,
    ]),
  );
}

const STAGE_DIMENSIONS = [
  { Name: 'ApiName', Value: 'test' },
  { Name: 'Stage', Value: { Ref: expect.stringMatching(/Stagedev/) } },
];

test('each alarm, except those on tables, has its metric, statistic and threshold', () => {
  const alarms = alarmsOf(alarmTemplate());
  const settings = Object.fromEntries(
    Object.entries(alarms)
      .filter(([, { Properties }]) => Properties.Namespace !== 'AWS/DynamoDB')
      .map(([id, { Properties: p }]) => [
        id,
        [p.Namespace, p.MetricName, p.Statistic ?? p.ExtendedStatistic, p.ComparisonOperator, p.Threshold],
      ]),
  );
  const atLeast = 'GreaterThanOrEqualToThreshold';
  expect(settings).toEqual({
    ApiErrors: ['AWS/ApiGateway', '5XXError', 'Sum', atLeast, 5],
    ApiLatency: ['AWS/ApiGateway', 'Latency', 'p99', atLeast, 2_000],
    ApiThrottled: ['test', 'ThrottledRequests', 'Sum', atLeast, 10],
    UnhealthyTasks: ['AWS/ApplicationELB', 'UnHealthyHostCount', 'Maximum', atLeast, 1],
    MissingTasks: ['AWS/ApplicationELB', 'HealthyHostCount', 'Minimum', 'LessThanThreshold', 1],
    SiteErrors: ['AWS/CloudFront', '5xxErrorRate', 'Average', atLeast, 5],
  });
});

test('the alarms and their metrics do not depend on the number of operations', () => {
  const alarms = alarmsOf(alarmTemplate());
  const operations = API_OPERATIONS as Operation[];
  const { length } = operations;
  onTestFinished(() => void operations.splice(length));
  for (let number = 1; number <= 100; number += 1) {
    operations.push({ ...getOpenApi, id: `extra${number}`, path: `/api/extra/${number}` });
  }
  expect(alarmsOf(alarmTemplate())).toEqual(alarms);
});

test('each table has an alarm on throttled writes', () => {
  const template = alarmTemplate();
  const tables = Object.keys(template.findResources('AWS::DynamoDB::Table'));
  const alarms = Object.values(alarmsOf(template)).filter(
    ({ Properties }) => Properties.MetricName === 'WriteThrottleEvents',
  );
  expect(alarms.map(({ Properties: p }) => [p.Namespace, p.Dimensions, p.Statistic, p.Threshold])).toEqual(
    tables.map((id) => ['AWS/DynamoDB', [{ Name: 'TableName', Value: { Ref: id } }], 'Sum', 1]),
  );
});

test('the API alarms use the metrics of the stage, and those for rollouts do not depend on it', () => {
  const { ApiErrors, ApiLatency } = alarmsOf(alarmTemplate());
  expect(ApiErrors?.['Properties'].Dimensions).toEqual([{ Name: 'ApiName', Value: 'test' }]);
  expect(ApiLatency?.['Properties'].Dimensions).toEqual(STAGE_DIMENSIONS);
});

test('with a rollout, tasks are counted in both target groups', () => {
  const { MissingTasks, UnhealthyTasks } = alarmsOf(alarmTemplate({ rollout: 'canary' }));
  for (const [alarm, name] of [
    [MissingTasks, 'HealthyHostCount'],
    [UnhealthyTasks, 'UnHealthyHostCount'],
  ] as const) {
    const [sum, one, other] = alarm?.['Properties'].Metrics;
    expect(sum.Expression).toMatch(/^FILL\(\w+, 0\) \+ FILL\(\w+, 0\)$/);
    const counted = { Metric: { MetricName: name }, Period: 60 };
    expect([one.MetricStat, other.MetricStat]).toMatchObject([counted, counted]);
    const groups = [one, other].map((metric) => JSON.stringify(metric.MetricStat.Metric.Dimensions));
    expect(new Set(groups).size).toBe(2);
  }
});

test('the site’s alarm exists in us-east-1 only', () => {
  const template = alarmTemplate();
  const { SiteErrors, ...others } = alarmsOf(template);
  const condition = SiteErrors?.['Condition'];
  expect(template.toJSON().Conditions[condition]).toEqual({
    'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'],
  });
  expect(SiteErrors?.['Properties'].Dimensions).toEqual([
    { Name: 'DistributionId', Value: { Ref: expect.stringMatching(/^SiteDistribution/) } },
    { Name: 'Region', Value: 'Global' },
  ]);
  for (const alarm of Object.values(others)) expect(alarm).not.toHaveProperty('Condition');
});

test('the alarm on missing tasks uses minTasks, treats missing data as breaching, and depends on the service', () => {
  const { MissingTasks } = alarmsOf(alarmTemplate({ minTasks: 2 }));
  expect(MissingTasks).toMatchObject({
    Properties: { Threshold: 2, TreatMissingData: 'breaching', Period: 60, EvaluationPeriods: 3 },
    DependsOn: expect.arrayContaining([expect.stringMatching(/^BackendEc2Service/)]),
  });
});

test('missing data is not breaching for all other alarms', () => {
  const { MissingTasks, ...others } = alarmsOf(alarmTemplate());
  expect(MissingTasks).toBeDefined();
  for (const alarm of Object.values(others)) {
    expect(alarm['Properties'].TreatMissingData).toBe('notBreaching');
  }
});

test('every alarm notifies the topic on ALARM and OK, and its description says what to do', () => {
  const topic = [{ Ref: expect.stringMatching(/^Topic/) }];
  for (const alarm of Object.values(alarmsOf(alarmTemplate()))) {
    expect(alarm['Properties']).toMatchObject({
      AlarmActions: topic,
      OKActions: topic,
      AlarmDescription: expect.stringMatching(/\. .+\.$/),
    });
  }
});

test('alarms are the same on EC2 instances and on Fargate', () => {
  const ids = (template: Template) => Object.keys(alarmsOf(template));
  expect(ids(alarmTemplate({ capacity: 'fargate' }))).toEqual(ids(alarmTemplate()));
  alarmTemplate({ capacity: 'fargate' }).hasResource('AWS::CloudWatch::Alarm', {
    DependsOn: Match.arrayWith([Match.stringLikeRegexp('^BackendFargateService')]),
  });
});

test('on Lambda, alarms on the function replace those on tasks', () => {
  const alarms = alarmsOf(alarmTemplate({ capacity: 'lambda' }));
  const onTasks = Object.keys(alarmsOf(alarmTemplate())).filter((id) => !(id in alarms));
  expect(onTasks).toEqual(['UnhealthyTasks', 'MissingTasks']);
  const metrics = ['FunctionFailures', 'FunctionThrottled'].map((id) => {
    const { Namespace, MetricName, Threshold, Dimensions } = alarms[id]?.['Properties'] ?? {};
    return [Namespace, MetricName, Threshold, Dimensions.map(({ Name }: { Name: string }) => Name)];
  });
  expect(metrics).toEqual([
    ['AWS/Lambda', 'Errors', 1, ['FunctionName', 'Resource']],
    ['AWS/Lambda', 'Throttles', 1, ['FunctionName', 'Resource']],
  ]);
});
