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
    const metric = new Metric({ namespace: 'Test', metricName: 'Trouble' });
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
  // What is known only when it is deployed must not end the text it is in.
  const body = parts
    .map((part: unknown) => (typeof part === 'string' ? part : rendered(part).replace(/["{}]/g, '.')))
    .join('');
  return (JSON.parse(body) as { widgets: Widget[] }).widgets;
}

test('a page shows alarms, site, API, routes, tasks, tables and the latest failures', () => {
  expect(widgets().map(({ type, properties }) => [type, properties.title])).toEqual([
    ['alarm', 'Alarms'],
    ['metric', 'Site'],
    ['metric', 'API'],
    ['metric', 'Time to answer'],
    ['metric', 'Tasks'],
    ['metric', 'Routes'],
    ['metric', 'Time to answer by route (p99)'],
    ['metric', 'Tables'],
    ['log', 'Latest failures of the API'],
  ]);
});

test('figures of the site are looked up where CloudFront keeps them, all others where the stack is', () => {
  const regions = Object.fromEntries(widgets().map(({ properties: { title, region } }) => [title, region]));
  expect(regions['Site']).toBe('us-east-1');
  for (const title of ['API', 'Time to answer', 'Tasks', 'Routes', 'Tables']) {
    expect(regions[title]).toBe('$.AWS::Region.');
  }
});

test('the page has a name that no other region takes, and an address', () => {
  dashboardTemplate().hasResourceProperties('AWS::CloudWatch::Dashboard', {
    DashboardName: { 'Fn::Join': ['', ['test-', { Ref: 'AWS::Region' }]] },
  });
  expect(url).toBe(
    'https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards/dashboard/test-${AWS::Region}',
  );
});
