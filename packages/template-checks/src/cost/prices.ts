/** Price of one unit in US dollars, and its source. The prices of this file are of us-east-1. */
export interface Price {
  readonly what: string;
  /** Unit, e.g. `hour`. */
  readonly unit: string;
  /** Prices by volume, cheapest last; one step when volume does not matter. */
  readonly steps: readonly PriceStep[];
  /** Units per month that are free for every account, without an end date. */
  readonly free?: number;
  /** AWS page with the current price. */
  readonly page: string;
  /** Source of the number, and its date. Default source: a stored copy of the page. */
  readonly read: string;
}

/** Price of the next units. */
export interface PriceStep {
  /** Number of units at this price; infinite in the last step. */
  readonly units: number;
  readonly usd: number;
}

/** Formats the steps of a price; small prices are per million units: `3.5 a million, then 2.8 a million`. */
export function stepsInWords({ steps }: Price): string {
  return steps
    .map(({ usd }) => (usd < 1e-4 ? `${Number((usd * 1e6).toPrecision(6))} a million` : String(usd)))
    .join(', then ');
}

const SEVERAL = 'several public price tables';

/** Makes prices that are on one page of AWS; each has a price for all units, or prices by volume. */
function pricesOn(page: string) {
  return (
    what: string,
    unit: string,
    usd: number | readonly PriceStep[],
    read: string,
    free?: number,
  ): Price => ({
    what,
    unit,
    steps: typeof usd === 'number' ? [{ units: Infinity, usd }] : usd,
    page: `https://aws.amazon.com/${page}/`,
    read,
    ...(free === undefined ? {} : { free }),
  });
}

const balancer = pricesOn('elasticloadbalancing/pricing');
const vpc = pricesOn('vpc/pricing');
const fargate = pricesOn('fargate/pricing');
const lambda = pricesOn('lambda/pricing');
const cloudFront = pricesOn('cloudfront/pricing');
const cloudWatch = pricesOn('cloudwatch/pricing');
const table = pricesOn('dynamodb/pricing/on-demand');
const firewall = pricesOn('waf/pricing');

const FARGATE_ARM = 'vantage.sh/blog/fargate-pricing';
const FARGATE_X86 = 'wring.co/blog/aws-fargate-pricing-guide, 2026-03-10';
const LAMBDA = 'cloudchipr.com/blog/aws-lambda-pricing';
const CLOUDWATCH = 'AWS’s page (free units); factualminds.com, 2026-06-13';
const FIREWALL = 'c3x.dev/blog/aws-waf-cost-explained';

const million = (count: number) => count * 1e6;

/** Date on which the prices were collected. They are estimates, not measured bills. */
export const PRICES_AS_OF = '2026-11-22';

export const PRICES_REGION = 'us-east-1';

/**
 * All prices. To update them: look up each `page`, change the price and its `read`, and change {@link PRICES_AS_OF}.
 */
export const PRICES = {
  loadBalancerHour: balancer('application load balancer', 'hour', 0.0225, SEVERAL),
  loadBalancerCapacity: balancer(
    'capacity unit of a load balancer (LCU)',
    'hour',
    0.008,
    'several public price tables; contents of a unit: handbook.vantage.sh/aws/services/elb-pricing',
  ),
  publicAddress: vpc(
    'public IPv4 address',
    'hour',
    0.005,
    'AWS blog “Identify and optimize public IPv4 address usage on AWS”, in force since 2024-02-01',
  ),
  blockStorage: pricesOn('ebs/pricing')('gp3 volume', 'GB-month', 0.08, SEVERAL),
  surplusCpuCredit: pricesOn('ec2/instance-types/t4')(
    'CPU above the baseline of a t4g instance',
    'vCPU-hour',
    0.04,
    'EC2 user guide, unlimited mode for burstable performance instances; not looked up again',
  ),
  fargateCpuArm: fargate('Fargate CPU, ARM', 'vCPU-hour', 0.032_38, FARGATE_ARM),
  fargateMemoryArm: fargate('Fargate memory, ARM', 'GB-hour', 0.003_56, FARGATE_ARM),
  fargateCpuX86: fargate('Fargate CPU, x86', 'vCPU-hour', 0.040_48, FARGATE_X86),
  fargateMemoryX86: fargate('Fargate memory, x86', 'GB-hour', 0.004_445, FARGATE_X86),
  functionRequests: lambda('Lambda request', 'request', 0.2e-6, LAMBDA, million(1)),
  functionDurationArm: lambda('Lambda duration, ARM', 'GB-second', 0.000_013_333_4, LAMBDA, 400_000),
  functionDurationX86: lambda('Lambda duration, x86', 'GB-second', 0.000_016_666_7, LAMBDA, 400_000),
  provisionedConcurrencyArm: lambda('provisioned concurrency, ARM', 'GB-second', 0.000_003_333_4, LAMBDA),
  provisionedConcurrencyX86: lambda('provisioned concurrency, x86', 'GB-second', 0.000_004_166_7, LAMBDA),
  restRequests: pricesOn('api-gateway/pricing')(
    'REST API request',
    'request',
    [
      { units: million(333), usd: 3.5e-6 },
      { units: million(667), usd: 2.8e-6 },
      { units: million(19_000), usd: 2.38e-6 },
      { units: Infinity, usd: 1.51e-6 },
    ],
    'AWS whitepaper “Best Practices for Designing Amazon API Gateway Private APIs and Private Integration”, cost optimization',
  ),
  edgeRequests: cloudFront(
    'HTTPS request to CloudFront',
    'request',
    1e-6,
    'AWS’s page (free units); wring.co/blog/aws-cloudfront-pricing-guide (US and Europe)',
    million(10),
  ),
  edgeTransfer: cloudFront(
    'data from CloudFront to viewers',
    'GB',
    [
      { units: 10_240, usd: 0.085 },
      { units: 40_960, usd: 0.08 },
      { units: 102_400, usd: 0.06 },
      { units: 358_400, usd: 0.04 },
      { units: 536_576, usd: 0.03 },
      { units: 4_194_304, usd: 0.025 },
      { units: Infinity, usd: 0.02 },
    ],
    'AWS’s page (US and Europe)',
    1024,
  ),
  edgeFunctions: cloudFront(
    'CloudFront function run',
    'run',
    1e-7,
    'AWS’s page (free units); cur.vantage.sh/aws/amazoncloudfront',
    million(2),
  ),
  logIngestion: cloudWatch('log data', 'GB', 0.5, CLOUDWATCH, 5),
  logStorage: cloudWatch('stored log data, compressed', 'GB-month', 0.03, SEVERAL),
  alarm: cloudWatch(
    'metric of an alarm',
    'metric-month',
    0.1,
    'AWS’s page (free units); several public price tables',
    10,
  ),
  dashboard: cloudWatch('dashboard', 'dashboard-month', 3, CLOUDWATCH, 3),
  customMetric: cloudWatch(
    'custom metric',
    'metric-month',
    0.3,
    'AWS’s page (free units); signoz.io/guides/cloudwatch-pricing, 2026-02-15',
    10,
  ),
  traces: pricesOn('xray/pricing')('recorded trace', 'trace', 5e-6, 'AWS’s page', 100_000),
  tableWrites: table(
    'write to an on-demand table',
    'write of 1 KB',
    0.625e-6,
    'airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07-21',
  ),
  tableStorage: table('stored items of a table', 'GB-month', 0.25, SEVERAL),
  tableBackup: table('point-in-time recovery of a table', 'GB-month', 0.2, SEVERAL),
  objectStorage: pricesOn('s3/pricing')('stored objects', 'GB-month', 0.023, SEVERAL),
  encryptionKey: pricesOn('kms/pricing')('customer managed key in KMS', 'key-month', 1, SEVERAL),
  webAcl: firewall('web ACL', 'ACL-month', 5, FIREWALL),
  webAclRule: firewall('rule of a web ACL', 'rule-month', 1, FIREWALL),
  webAclRequests: firewall('request that a web ACL inspects', 'request', 0.6e-6, FIREWALL),
  natGateway: vpc('NAT gateway', 'hour', 0.045, SEVERAL),
  interfaceEndpoint: pricesOn('privatelink/pricing')('interface endpoint in one zone', 'hour', 0.01, SEVERAL),
} satisfies Readonly<Record<string, Price>>;

/** Price and capacity of an EC2 instance type. */
export interface Instance {
  readonly price: Price;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** vCPUs that can be used permanently without surplus credits. */
  readonly baselineVcpus: number;
}

function instance(type: string, usd: number, memoryMiB: number, baselineVcpus: number): [string, Instance] {
  const what = `${type}, Linux, on demand`;
  const source = 'more than ten public price tables';
  const perHour = pricesOn('ec2/pricing/on-demand')(what, 'hour', usd, source);
  return [type, { price: perHour, vcpus: 2, memoryMiB, baselineVcpus }];
}

/** Instance types with a known price. */
export const INSTANCES: ReadonlyMap<string, Instance> = new Map([
  instance('t4g.nano', 0.0042, 512, 0.1),
  instance('t4g.micro', 0.0084, 1024, 0.2),
  instance('t4g.small', 0.0168, 2048, 0.4),
  instance('t4g.medium', 0.0336, 4096, 0.4),
  instance('t4g.large', 0.0672, 8192, 0.6),
]);

export const ALL_PRICES: readonly Price[] = [
  ...Object.values(PRICES),
  ...[...INSTANCES.values()].map(({ price }) => price),
];
