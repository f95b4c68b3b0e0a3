import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSections } from '../../test/generated-sections';
import { mutated, stageOf, type Mutation, type StageOptions } from '../../test/verified';
import type { SynthesizedStack } from '@spa-on-aws/cloudformation';
import { costOfStage, USUAL_LOADS } from './cost';
import { ASSUMED } from './load';
import { INSTANCES, PRICES, stepsInWords, type Price } from './prices';
import { costRows, markdownTable } from './table';

const COST_MD = join(import.meta.dirname, '../../COST.md');

/** What an item costs a month. */
function usdOf(stage: SynthesizedStack, item: string, requestsPerSecond = 0, withFreeUnits = true): number {
  const [bill] = costOfStage(stage.template, [requestsPerSecond], withFreeUnits).bills;
  return (
    bill?.lines.filter((line) => line.item.startsWith(item)).reduce((sum, line) => sum + line.usd, 0) ?? 0
  );
}

function remarksOf(stage: SynthesizedStack, requestsPerSecond: number): readonly string[] {
  return costOfStage(stage.template, [requestsPerSecond], true).bills[0]?.remarks ?? [];
}

const changed = (mutate: Mutation, options: StageOptions = {}) => mutated(mutate, stageOf(options));

/** How many metrics the alarms of a stage look at: that is what they are paid by. */
const alarmMetrics = ({ template }: ReturnType<typeof stageOf>): number =>
  template.ofType('AWS::CloudWatch::Alarm').reduce((sum, { properties }) => {
    const terms = properties.get('Metrics').items.filter((one) => one.get('MetricStat').isPresent);
    return sum + Math.max(1, terms.length);
  }, 0);

test('a kept greeting is two writes, one for the index, and its storage for ninety days', () => {
  const gigabytes = (90 * 86_400 * 2 * 270) / 1e9;
  expect(usdOf(stageOf(), 'Kept greetings', 1)).toBeCloseTo(2 * 2.628 * 0.625 + gigabytes * 0.45);
  expect(usdOf(stageOf(), 'Kept greetings', 0)).toBe(0);
});

test('figures by route are paid for where there is traffic, however much', () => {
  expect(usdOf(stageOf(), 'Figures by route', 0)).toBe(0);
  expect(usdOf(stageOf(), 'Figures by route', 10, false)).toBeCloseTo(18 * 0.3);
});

test('an idle stage costs its load balancer, its host with address and volume, alarms beyond the free ones, and its key', () => {
  const [idle] = costOfStage(stageOf().template, [0], true).bills;
  const positions = idle?.lines.filter((line) => line.usd > 0).map((line) => [line.item, line.usd]);
  expect(positions).toEqual([
    ['Load balancer', expect.closeTo(730 * 0.0225)],
    ['Containers: t4g.micro on demand', expect.closeTo(730 * 0.0084)],
    ['Hosts’ volumes', expect.closeTo(30 * 0.08)],
    ['Public IPv4 addresses', expect.closeTo(730 * 0.005)],
    ['Alarms and dashboard', expect.closeTo(0.1 * (alarmMetrics(stageOf()) - 10))],
    ['Encryption keys', expect.closeTo(1)],
  ]);
});

test('on Fargate a task costs its CPU, memory and address', () => {
  const stage = stageOf({ capacity: 'fargate' });
  expect(usdOf(stage, 'Containers: Fargate')).toBeCloseTo(730 * (0.25 * 0.032_38 + 0.5 * 0.003_56));
  expect(usdOf(stage, 'Public IPv4 addresses')).toBeCloseTo(730 * 0.005);
  expect(usdOf(stage, 'Hosts')).toBe(0);
});

test('x86 on Fargate has prices of its own', () => {
  const stage = changed(
    (template) => delete template.the('AWS::ECS::TaskDefinition').Properties.RuntimePlatform,
    { capacity: 'fargate' },
  );
  expect(usdOf(stage, 'Containers: Fargate')).toBeCloseTo(730 * (0.25 * 0.040_48 + 0.5 * 0.004_445));
});

test('a request a second is 2,628,000 requests a month', () => {
  expect(usdOf(stageOf(), 'REST API', 1)).toBeCloseTo(2.628 * 3.5);
});

test('as many tasks are counted as scaling makes, within the template’s limits', () => {
  const target = (template: Parameters<Mutation>[0]) =>
    template.the('AWS::ApplicationAutoScaling::ScalableTarget').Properties;
  const roomy = changed((template) => void Object.assign(target(template), { MaxCapacity: 20 }), {
    capacity: 'fargate',
  });
  const one = usdOf(roomy, 'Containers', 0);
  expect(usdOf(roomy, 'Containers', 201)).toBeCloseTo(2 * one);
  expect(usdOf(roomy, 'Containers', 1000)).toBeCloseTo(5 * one);
  expect(remarksOf(roomy, 1000)).toEqual([]);

  const narrow = changed((template) => void Object.assign(target(template), { MaxCapacity: 2 }), {
    capacity: 'fargate',
  });
  expect(usdOf(narrow, 'Containers', 1000)).toBeCloseTo(2 * one);
  expect(remarksOf(narrow, 1000)).toEqual([
    '1,000 requests a second want 5 tasks of 200 requests a second, and the template allows 2: 2 are counted',
  ]);
});

test('tasks share hosts as far as memory and CPU go, and bursting hosts pay for what is above their baseline', () => {
  const price = INSTANCES.get('t4g.micro')?.price.steps[0]?.usd ?? 0;
  // Three tasks of 256 MiB fit on a host of 1 GiB.
  expect(usdOf(stageOf(), 'Containers', 600)).toBeCloseTo(730 * (price + 0.04 * (0.6 - 0.2)));
  expect(usdOf(stageOf(), 'Containers', 800)).toBeCloseTo(730 * (2 * price + 0.04 * (0.8 - 0.4)));
});

test('what the load balancer handles is paid by the dimension that is used most', () => {
  const gbPerHour = (1000 * ASSUMED.bytesPerRequest * 3600) / 1e9;
  expect(usdOf(stageOf(), 'Load balancer', 1000)).toBeCloseTo(730 * (0.0225 + 0.008 * gbPerHour));
});

test('of traces one a second is recorded, and one in twenty of the rest', () => {
  const tracesPerMonth = (1 + 9 * 0.05) * 2_628_000;
  expect(usdOf(stageOf(), 'Traces', 10)).toBeCloseTo((tracesPerMonth - 100_000) * 5e-6);
  const untraced = changed(
    (template) => void (template.the('AWS::ApiGateway::Stage').Properties.TracingEnabled = false),
  );
  expect(usdOf(untraced, 'Traces', 10)).toBe(0);
});

test('access logs cost by the length of their format', () => {
  const short = changed((template) => {
    template.the('AWS::ApiGateway::Stage').Properties.AccessLogSetting.Format = '$context.requestId';
  });
  expect(usdOf(short, 'Logs of requests', 100)).toBeLessThan(usdOf(stageOf(), 'Logs of requests', 100));
});

test('logs that are kept longer cost more', () => {
  const longer = changed((template) => {
    template.the('AWS::Logs::LogGroup', (_, id) =>
      id.startsWith('BackendTaskLogs'),
    ).Properties.RetentionInDays = 365;
  });
  expect(usdOf(longer, 'Logs of requests', 100)).toBeGreaterThan(usdOf(stageOf(), 'Logs of requests', 100));
});

test('larger blocks of ids are fewer writes', () => {
  const larger = changed((template) => {
    template.the('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].Environment.push({
      Name: 'GREETING_ID_BLOCK',
      Value: '1000',
    });
  });
  expect(usdOf(stageOf(), 'Greeting ids', 1000)).toBeCloseTo(10 * usdOf(larger, 'Greeting ids', 1000));
});

test('firewalls cost by ACL, rule and request, before the site for the page’s requests too', () => {
  const stage = stageOf({ waf: true });
  const rules = stage.template.ofType('AWS::WAFv2::WebACL')[0]?.properties.get('Rules').items.length ?? 0;
  expect(rules).toBeGreaterThan(0);
  expect(usdOf(stage, 'Firewalls')).toBeCloseTo(5 + rules);
  expect(usdOf(stage, 'Firewalls', 1)).toBeCloseTo(5 + rules + 2.628 * 0.6);
  const both = stageOf({ waf: true, region: 'us-east-1' });
  expect(usdOf(both, 'Firewalls', 1)).toBeGreaterThan(2 * usdOf(stage, 'Firewalls', 1) - 1);
});

test('a NAT gateway and interface endpoints are counted where there are some', () => {
  const stage = changed((template) => {
    template.add('Nat', 'AWS::EC2::NatGateway', {});
    template.add('Endpoint', 'AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      SubnetIds: ['a', 'b'],
    });
  });
  expect(usdOf(stage, 'NAT gateways')).toBeCloseTo(730 * 0.045);
  expect(usdOf(stage, 'Interface endpoints')).toBeCloseTo(2 * 730 * 0.01);
});

test('without the account’s free units alarms, dashboard, logs and the edge cost from the first on', () => {
  const { template } = stageOf();
  const [withFree, without] = [true, false].map(
    (free) => costOfStage(template, [1], free).bills[0]?.usd ?? 0,
  );
  expect(without).toBeGreaterThan(withFree ?? Infinity);
  expect(usdOf(stageOf(), 'Alarms and dashboard', 0, false)).toBeCloseTo(
    3 + 0.3 + 0.1 * alarmMetrics(stageOf()),
  );
});

test('an instance type without a price is said to have none', () => {
  const stage = changed((template) => {
    template.the('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.InstanceType = 'c8g.large';
  });
  expect(remarksOf(stage, 0)).toEqual(['instance type c8g.large has no price here: not priced']);
});

test('a type nobody has looked at is listed', () => {
  const stage = changed((template) => template.add('Queue', 'AWS::SQS::Queue', {}));
  expect(costOfStage(stage.template, [0], true).unpriced).toContain('AWS::SQS::Queue: it has no price here');
});

test.each<[what: string, options: StageOptions]>([
  ['on hosts', {}],
  ['on Fargate', { capacity: 'fargate' }],
  ['with everything', { waf: true, region: 'us-east-1', alarmEmail: 'ops@example.com' }],
])('of a stage %s no type is left out by oversight', (_, options) => {
  const { unpriced } = costOfStage(stageOf(options).template, [0], true);
  expect(unpriced.filter((what) => what.includes('it has no price here'))).toEqual([]);
});

/** Prices as the document lists them. */
function priceRows(): readonly (readonly string[])[] {
  const prices: readonly Price[] = [
    ...Object.values(PRICES),
    ...[...INSTANCES.values()].map((one) => one.price),
  ];
  return [
    ['what', 'per', 'USD', 'free a month', 'AWS’s page', 'read in'],
    ...prices.map((price) => {
      const { what, unit, free, page, read } = price;
      return [
        what,
        unit,
        stepsInWords(price),
        free === undefined ? '–' : free.toLocaleString('en-US'),
        `<${page}>`,
        read,
      ];
    }),
  ];
}

test('the tables in COST.md are what the templates cost (vitest -u writes them)', async () => {
  const tableOf = (options: StageOptions) => {
    const report = costOfStage(stageOf(options).template, USUAL_LOADS, true);
    const remarks = [...new Set(report.bills.flatMap((bill) => bill.remarks))].map((remark) => `${remark}.`);
    return [markdownTable(costRows(report)), ...remarks].join('\n\n');
  };
  const document = withSections(readFileSync(COST_MD, 'utf8'), {
    ec2: tableOf({}),
    fargate: tableOf({ capacity: 'fargate' }),
    unpriced: costOfStage(stageOf().template, [0], true)
      .unpriced.map((what) => `- ${what}`)
      .join('\n'),
    assumptions: markdownTable([
      ['taken for granted', 'value'],
      ...Object.entries(ASSUMED).map(([name, value]) => [`\`${name}\``, String(value)]),
    ]),
    prices: markdownTable(priceRows()),
  });
  await expect(document).toMatchFileSnapshot(COST_MD);
});
