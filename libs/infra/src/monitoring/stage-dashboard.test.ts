import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { smallStage } from '../../test/small-stage';
import { templateOf } from '../../test/synthesized';
import { StageDashboard } from './stage-dashboard';

let url = '';

function dashboardTemplate(): Template {
  return templateOf((stack) => {
    const metric = new Metric({ namespace: 'Test', metricName: 'Errors' });
    const alarm = new Alarm(stack, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 });
    const { url: token } = new StageDashboard(stack, 'Dashboard', { ...smallStage(stack), alarms: [alarm] });
    url = rendered(stack.resolve(token));
  });
}

interface Widget {
  readonly type: string;
  readonly properties: { readonly title: string; readonly region?: string; readonly metrics?: unknown[][] };
}

function widgets(): Widget[] {
  const [dashboard] = Object.values(dashboardTemplate().findResources('AWS::CloudWatch::Dashboard'));
  const [, parts] = dashboard?.['Properties'].DashboardBody['Fn::Join'];
  // A placeholder must not contain characters that end the JSON string around it.
  const body = parts
    .map((part: unknown) => (typeof part === 'string' ? part : rendered(part).replace(/["{}]/g, '.')))
    .join('');
  return (JSON.parse(body) as { widgets: Widget[] }).widgets;
}

test('the dashboard shows alarms, site, API, tasks, tables and the latest API errors', () => {
  expect(widgets().map(({ type, properties }) => [type, properties.title])).toEqual([
    ['alarm', 'Alarms'],
    ['metric', 'Site'],
    ['metric', 'API'],
    ['metric', 'Latency'],
    ['metric', 'Tasks'],
    ['metric', 'Tables'],
    ['log', 'Latest API errors'],
  ]);
});

test('the site’s metrics are from us-east-1, all others from the stack’s region', () => {
  const regions = Object.fromEntries(widgets().map(({ properties: { title, region } }) => [title, region]));
  expect(regions['Site']).toBe('us-east-1');
  for (const title of ['API', 'Latency', 'Tasks', 'Tables']) {
    expect(regions[title]).toBe('$.AWS::Region.');
  }
});

test('the dashboard’s name contains the region, and its URL leads to it', () => {
  dashboardTemplate().hasResourceProperties('AWS::CloudWatch::Dashboard', {
    DashboardName: { 'Fn::Join': ['', ['test-', { Ref: 'AWS::Region' }]] },
  });
  expect(url).toBe(
    'https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards/dashboard/test-${AWS::Region}',
  );
});
