import { expect, test } from 'vitest';
import { fixture, FIXTURE_NAMES, type FixtureName, mutated, type Mutation } from '../../test/fixtures';
import { checkRules, type CheckedStack, Subject } from '../rule';
import { costOf } from './cost';
import { costRows } from './cost-report';
import { ASSUMED } from './load';
import { flatRatePlan } from './plans';
import { INSTANCES } from './prices';

/** Returns what an item costs per month. */
function usdOf(stack: CheckedStack, item: string, requestsPerSecond = 0, freeTier = true): number {
  const [bill] = costOf(stack.template, { requestsPerSecond: [requestsPerSecond], freeTier }).bills;
  const lines = bill?.lines.filter((line) => line.item.startsWith(item)) ?? [];
  return lines.reduce((sum, line) => sum + line.usd, 0);
}

function remarksOf(stack: CheckedStack, requestsPerSecond: number): readonly string[] {
  return costOf(stack.template, { requestsPerSecond: [requestsPerSecond] }).bills[0]?.remarks ?? [];
}

/** Number of metrics that the alarms of a stack use: AWS bills alarms by metric. */
const alarmMetrics = ({ template }: ReturnType<typeof fixture>): number =>
  template.ofType('AWS::CloudWatch::Alarm').reduce((sum, { properties }) => {
    const terms = properties.get('Metrics').items.filter((one) => one.get('MetricStat').isPresent);
    return sum + Math.max(1, terms.length);
  }, 0);

/** Alarms that scaling creates on EC2 instances: two for CPU, two for requests, two for the number of instances. */
const SCALING_ALARMS = 6;

test('one request in 100 stores an item: two writes, one for the index, and storage for 90 days', () => {
  const gigabytes = (90 * 86_400 * 2 * 270) / 1e9;
  expect(usdOf(fixture(), 'DynamoDB (history)', 100)).toBeCloseTo(2 * 2.628 * 0.625 + gigabytes * 0.45);
  expect(usdOf(fixture(), 'DynamoDB (history)', 0)).toBe(0);
});

test('an idle stack costs its load balancer, an instance with address and volume, and alarms beyond the free ones', () => {
  const [idle] = costOf(fixture().template, { requestsPerSecond: [0] }).bills;
  const positions = idle?.lines.filter((line) => line.usd > 0).map((line) => [line.item, line.usd]);
  expect(positions).toEqual([
    ['Load balancer', expect.closeTo(730 * 0.0225)],
    ['Containers: t4g.micro on demand', expect.closeTo(730 * 0.0084)],
    ['EBS volumes', expect.closeTo(30 * 0.08)],
    ['Public IPv4 addresses', expect.closeTo(730 * 0.005)],
    ['Alarms and dashboard', expect.closeTo(0.1 * (alarmMetrics(fixture()) + SCALING_ALARMS - 10))],
  ]);
});

test('a task on Fargate costs CPU, memory and a public address', () => {
  const stage = fixture('fargate');
  expect(usdOf(stage, 'Containers: Fargate')).toBeCloseTo(730 * (0.25 * 0.032_38 + 0.5 * 0.003_56));
  expect(usdOf(stage, 'Public IPv4 addresses')).toBeCloseTo(730 * 0.005);
  expect(usdOf(stage, 'EBS volumes')).toBe(0);
});

test('scaling creates two alarms for each target, and for the instances of a capacity provider', () => {
  const alarms = (stack: CheckedStack) => usdOf(stack, 'Alarms and dashboard', 0, false);
  const without = (...types: string[]) => {
    const remove: Mutation = (template) => {
      for (const type of types) {
        for (const { id } of fixture().template.ofType(type)) template.remove(id);
      }
    };
    return mutated(remove);
  };
  const policy = 'AWS::ApplicationAutoScaling::ScalingPolicy';
  expect(alarms(fixture()) - alarms(without(policy))).toBeCloseTo(0.4);
  expect(alarms(fixture()) - alarms(without(policy, 'AWS::ECS::CapacityProvider'))).toBeCloseTo(0.6);
});

test('a key costs $1, and with rotation more after a year, as the report says', () => {
  const stage = mutated((template) => template.add('Key', 'AWS::KMS::Key', { EnableKeyRotation: true }));
  expect(usdOf(stage, 'Encryption keys')).toBe(1);
  expect(remarksOf(stage, 0)).toContain('each of the first two yearly rotations of a key adds $1 a month');
  const unrotated = mutated((template) => template.add('Key', 'AWS::KMS::Key', {}), fixture('lambda'));
  expect(remarksOf(unrotated, 0)).toEqual([]);
});

test.each([
  ['ESSENTIALS', 'free up to 10,000 active users a month, then $0.015 for each'],
  ['PLUS', '$0.02 for each active user a month, without free ones'],
])('users cost by the tier of the pool: %s', (tier, price) => {
  const stage = mutated((template) => {
    template.the('AWS::Cognito::UserPool').Properties.UserPoolTier = tier;
  });
  expect(costOf(stage.template).unpriced).toContainEqual(expect.stringContaining(price));
});

test('the report says what CloudFront costs with a flat-rate plan that includes the load', () => {
  const { plans } = costOf(fixture().template, { requestsPerSecond: [0, 0.3, 1, 100, 1000] });
  expect(plans).toContain(
    'idle $0 (Free), 0.3 req/s $0 (Free), 1 req/s $15 (Pro), 100 req/s $1,000 (Premium), 1,000 req/s more than the largest plan includes',
  );
});

test.each<[string, string, Mutation]>([
  ['web-acls', 'SiteDistribution390DED28 fits', () => undefined],
  ['dev', 'does not fit: it has no web ACL', () => undefined],
  [
    'web-acls',
    'does not fit: it runs Lambda@Edge functions, it has real-time logs',
    (template) => {
      const config = template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig;
      config.DefaultCacheBehavior.LambdaFunctionAssociations = [{ EventType: 'viewer-request' }];
      config.CacheBehaviors[0].RealtimeLogConfigArn = 'arn';
    },
  ],
])('a rule says whether the distribution of %s fits a flat-rate plan: %s', async (name, note, mutate) => {
  const stack = mutated(mutate, fixture(name as FixtureName));
  const [outcome] = await checkRules(new Subject(stack), [flatRatePlan]);
  expect(outcome?.remark).toEqual({ note: expect.stringContaining(note) });
});

test('an idle stack on Lambda costs nothing', () => {
  expect(costOf(fixture('lambda').template, { requestsPerSecond: [0] }).bills[0]?.usd).toBeLessThan(2);
  expect(usdOf(fixture('lambda'), 'Lambda function')).toBe(0);
});

test('a function costs by request and by duration with its memory, beyond the free units', () => {
  const stage = fixture('lambda');
  const requests = 48 * 2_628_000;
  const gbSeconds = requests * 0.5 * (ASSUMED.functionMsPerRequest / 1000);
  expect(usdOf(stage, 'Lambda function', 48)).toBeCloseTo(
    (requests - 1e6) * 0.2e-6 + Math.max(0, gbSeconds - 400_000) * 0.000_013_333_4,
  );
  expect(usdOf(stage, 'Lambda function', 48, false)).toBeCloseTo(
    requests * 0.2e-6 + gbSeconds * 0.000_013_333_4,
  );
  const onX86 = mutated((template) => {
    delete template.the('AWS::Lambda::Function', ({ Properties }) => Properties.MemorySize === 512).Properties
      .Architectures;
  }, stage);
  expect(usdOf(onX86, 'Lambda function', 48, false)).toBeCloseTo(
    requests * 0.2e-6 + gbSeconds * 0.000_016_666_7,
  );
});

test('provisioned concurrency costs all the time', () => {
  const stage = mutated((template) => {
    template.the('AWS::Lambda::Alias').Properties.ProvisionedConcurrencyConfig = {
      ProvisionedConcurrentExecutions: 2,
    };
  }, fixture('lambda'));
  expect(usdOf(stage, 'Provisioned concurrency')).toBeCloseTo(2 * 0.5 * 2_628_000 * 0.000_003_333_4);
  expect(usdOf(fixture('lambda'), 'Provisioned concurrency')).toBe(0);
});

test('a function logs a line for each request, as a container does', () => {
  const ofFunction = usdOf(fixture('lambda'), 'Request logs', 1, false);
  expect(ofFunction).toBeCloseTo(usdOf(fixture(), 'Request logs', 1, false));
});

test('Fargate has different prices for x86', () => {
  const stage = mutated(
    (template) => delete template.the('AWS::ECS::TaskDefinition').Properties.RuntimePlatform,
    fixture('fargate'),
  );
  expect(usdOf(stage, 'Containers: Fargate')).toBeCloseTo(730 * (0.25 * 0.040_48 + 0.5 * 0.004_445));
});

test('one request per second is 2,628,000 requests per month', () => {
  expect(usdOf(fixture(), 'REST API', 1)).toBeCloseTo(2.628 * 3.5);
});

test('the number of tasks follows from scaling, within the limits of the template', () => {
  const target = (template: Parameters<Mutation>[0]) =>
    template.the('AWS::ApplicationAutoScaling::ScalableTarget').Properties;
  const roomy = mutated(
    (template) => void Object.assign(target(template), { MaxCapacity: 20 }),
    fixture('fargate'),
  );
  const one = usdOf(roomy, 'Containers', 0);
  expect(usdOf(roomy, 'Containers', 201)).toBeCloseTo(2 * one);
  expect(usdOf(roomy, 'Containers', 1000)).toBeCloseTo(5 * one);
  expect(remarksOf(roomy, 800)).toEqual([]);

  const narrow = mutated(
    (template) => void Object.assign(target(template), { MaxCapacity: 2 }),
    fixture('fargate'),
  );
  expect(usdOf(narrow, 'Containers', 1000)).toBeCloseTo(2 * one);
  expect(remarksOf(narrow, 1000)).toContain(
    '1,000 requests per second need 5 tasks of 200 requests per second, but the template allows 2: the numbers are for 2',
  );
});

test('tasks share instances within memory and CPU, and burstable instances cost extra above their baseline', () => {
  const price = INSTANCES.get('t4g.micro')?.price.steps[0]?.usd ?? 0;
  // Three tasks of 256 MiB fit on an instance with 1 GiB.
  expect(usdOf(fixture(), 'Containers', 600)).toBeCloseTo(730 * (price + 0.04 * (0.6 - 0.2)));
  expect(usdOf(fixture(), 'Containers', 800)).toBeCloseTo(730 * (2 * price + 0.04 * (0.8 - 0.4)));
});

test('a load balancer costs by the dimension that is used most', () => {
  const gbPerHour = (1000 * ASSUMED.bytesPerRequest * 3600) / 1e9;
  expect(usdOf(fixture(), 'Load balancer', 1000)).toBeCloseTo(730 * (0.0225 + 0.008 * gbPerHour));
});

test('traces cost by the sampling rule, or for one request per second and 5 % of the others', () => {
  const usdFor = (traces: number) => expect.closeTo(Math.max(0, traces - 100_000) * 5e-6);
  expect(usdOf(fixture(), 'Traces', 100)).toEqual(usdFor(100 * 0.01 * 2_628_000));
  const byDefault = mutated((template) => template.remove(template.id('AWS::XRay::SamplingRule')));
  expect(usdOf(byDefault, 'Traces', 10)).toEqual(usdFor((1 + 9 * 0.05) * 2_628_000));
  const untraced = mutated(
    (template) => void (template.the('AWS::ApiGateway::Stage').Properties.TracingEnabled = false),
  );
  expect(usdOf(untraced, 'Traces', 10)).toBe(0);
});

test('access logs cost less with a shorter format', () => {
  const short = mutated((template) => {
    template.the('AWS::ApiGateway::Stage').Properties.AccessLogSetting.Format = '$context.requestId';
  });
  expect(usdOf(short, 'Request logs', 100)).toBeLessThan(usdOf(fixture(), 'Request logs', 100));
});

test('logs cost more with a longer retention', () => {
  const longer = mutated((template) => {
    template.the('AWS::Logs::LogGroup', (_, id) =>
      id.startsWith('BackendTaskLogs'),
    ).Properties.RetentionInDays = 365;
  });
  expect(usdOf(longer, 'Request logs', 100)).toBeGreaterThan(usdOf(fixture(), 'Request logs', 100));
});

test('larger blocks of ids cost fewer writes', () => {
  const larger = mutated((template) => {
    template.the('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].Environment.push({
      Name: 'GREETING_ID_BLOCK',
      Value: '1000',
    });
  });
  expect(usdOf(fixture(), 'DynamoDB (IDs)', 1000)).toBeCloseTo(10 * usdOf(larger, 'DynamoDB (IDs)', 1000));
});

test('web ACLs cost by ACL, rule and request, and that of the distribution inspects page requests too', () => {
  const both = fixture('web-acls');
  const regional = mutated((template) => {
    const id = template.id('AWS::WAFv2::WebACL', ({ Properties }) => Properties.Scope === 'CLOUDFRONT');
    template.remove(id);
  }, both);
  const rules = regional.template.ofType('AWS::WAFv2::WebACL')[0]?.properties.get('Rules').items.length ?? 0;
  expect(rules).toBeGreaterThan(0);
  expect(usdOf(regional, 'Web ACL')).toBeCloseTo(5 + rules);
  expect(usdOf(regional, 'Web ACL', 1)).toBeCloseTo(5 + rules + 2.628 * 0.6);
  expect(usdOf(both, 'Web ACL', 1)).toBeGreaterThan(2 * usdOf(regional, 'Web ACLs', 1) - 1);
});

test('NAT gateways and interface endpoints cost by the hour', () => {
  const stage = mutated((template) => {
    template.add('Nat', 'AWS::EC2::NatGateway', {});
    template.add('Endpoint', 'AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      SubnetIds: ['a', 'b'],
    });
  });
  expect(usdOf(stage, 'NAT gateways')).toBeCloseTo(730 * 0.045);
  expect(usdOf(stage, 'Interface endpoints')).toBeCloseTo(2 * 730 * 0.01);
});

test('alarms, dashboards, logs and CloudFront cost more without the free units of the account', () => {
  const { template } = fixture();
  const [withFree, without] = [true, false].map(
    (freeTier) => costOf(template, { requestsPerSecond: [1], freeTier }).bills[0]?.usd ?? 0,
  );
  expect(without).toBeGreaterThan(withFree ?? Infinity);
  expect(usdOf(fixture(), 'Alarms and dashboard', 0, false)).toBeCloseTo(
    3 + 0.3 + 0.1 * (alarmMetrics(fixture()) + SCALING_ALARMS),
  );
});

test('reports an instance type without a known price', () => {
  const stage = mutated((template) => {
    template.the('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.InstanceType = 'c8g.large';
  });
  expect(remarksOf(stage, 0)).toEqual(['instance type c8g.large: no price known']);
});

test('lists a resource type without a known price as not included', () => {
  const stage = mutated((template) => template.add('Queue', 'AWS::SQS::Queue', {}));
  expect(costOf(stage.template).unpriced).toContain('AWS::SQS::Queue: no price known');
});

test.each(FIXTURE_NAMES)('all types of template %s are priced or listed as not included', (name) => {
  const { unpriced } = costOf(fixture(name).template, { requestsPerSecond: [0] });
  expect(unpriced.filter((what) => what.includes('no price known'))).toEqual([]);
});

test('the table has a total with the cheapest flat-rate plan of CloudFront that includes the traffic and the web ACL', () => {
  const { template } = mutated((changed) =>
    changed.add('SiteAcl', 'AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT', Rules: [{}, {}] }),
  );
  const report = costOf(template);
  const rowOf = (name: string) =>
    costRows(report)
      .find(([head]) => head === name)
      ?.slice(1) ?? [];
  const numbers = (name: string) => rowOf(name).map((text) => Number(text.replace(',', '')));
  // 1 req/s fits into Pro ($15), and 10 req/s into Business ($200).
  const plans = [0, 15, 200];
  const expected = numbers('Total').map(
    (total, at) =>
      total -
      (numbers('CloudFront')[at] ?? 0) -
      (numbers('Web ACL of CloudFront')[at] ?? 0) +
      (plans[at] ?? NaN),
  );
  const withPlan = numbers('Total with a CloudFront plan');
  for (const at of [0, 1, 2]) expect(withPlan[at]).toBeCloseTo(expected[at] ?? NaN, 1);
  expect(rowOf('Total with a CloudFront plan').at(-1)).toBe('–');
});
