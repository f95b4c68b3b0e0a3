/** Price of one unit in us-east-1 in US dollars, and its source. */
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

const AWS = 'https://aws.amazon.com';

const flat = (usd: number): readonly PriceStep[] => [{ units: Infinity, usd }];
const million = (count: number) => count * 1e6;

/** Date on which the prices were collected. They are estimates, not measured bills. */
export const PRICES_AS_OF = '2026-11-22';

/** Region of all prices. */
export const PRICES_REGION = 'us-east-1';

/**
 * All prices. To update them: look up each `page`, change the price and its `read`, and change {@link PRICES_AS_OF}.
 */
export const PRICES = {
  loadBalancerHour: {
    what: 'application load balancer',
    unit: 'hour',
    steps: flat(0.0225),
    page: `${AWS}/elasticloadbalancing/pricing/`,
    read: 'several public price tables',
  },
  loadBalancerCapacity: {
    what: 'capacity unit of a load balancer (LCU)',
    unit: 'hour',
    steps: flat(0.008),
    page: `${AWS}/elasticloadbalancing/pricing/`,
    read: 'several public price tables; contents of a unit: handbook.vantage.sh/aws/services/elb-pricing',
  },
  publicAddress: {
    what: 'public IPv4 address',
    unit: 'hour',
    steps: flat(0.005),
    page: `${AWS}/vpc/pricing/`,
    read: 'AWS blog “Identify and optimize public IPv4 address usage on AWS”, in force since 2024-02-01',
  },
  blockStorage: {
    what: 'gp3 volume',
    unit: 'GB-month',
    steps: flat(0.08),
    page: `${AWS}/ebs/pricing/`,
    read: 'several public price tables',
  },
  surplusCpuCredit: {
    what: 'CPU above the baseline of a t4g instance',
    unit: 'vCPU-hour',
    steps: flat(0.04),
    page: `${AWS}/ec2/instance-types/t4/`,
    read: 'EC2 user guide, unlimited mode for burstable performance instances; not looked up again',
  },
  fargateCpuArm: {
    what: 'Fargate CPU, ARM',
    unit: 'vCPU-hour',
    steps: flat(0.032_38),
    page: `${AWS}/fargate/pricing/`,
    read: 'vantage.sh/blog/fargate-pricing',
  },
  fargateMemoryArm: {
    what: 'Fargate memory, ARM',
    unit: 'GB-hour',
    steps: flat(0.003_56),
    page: `${AWS}/fargate/pricing/`,
    read: 'vantage.sh/blog/fargate-pricing',
  },
  fargateCpuX86: {
    what: 'Fargate CPU, x86',
    unit: 'vCPU-hour',
    steps: flat(0.040_48),
    page: `${AWS}/fargate/pricing/`,
    read: 'wring.co/blog/aws-fargate-pricing-guide, 2026-03-10',
  },
  fargateMemoryX86: {
    what: 'Fargate memory, x86',
    unit: 'GB-hour',
    steps: flat(0.004_445),
    page: `${AWS}/fargate/pricing/`,
    read: 'wring.co/blog/aws-fargate-pricing-guide, 2026-03-10',
  },
  restRequests: {
    what: 'REST API request',
    unit: 'request',
    steps: [
      { units: million(333), usd: 3.5e-6 },
      { units: million(667), usd: 2.8e-6 },
      { units: million(19_000), usd: 2.38e-6 },
      { units: Infinity, usd: 1.51e-6 },
    ],
    page: `${AWS}/api-gateway/pricing/`,
    read: 'AWS whitepaper “Best Practices for Designing Amazon API Gateway Private APIs and Private Integration”, cost optimization',
  },
  edgeRequests: {
    what: 'HTTPS request to CloudFront',
    unit: 'request',
    steps: flat(1e-6),
    free: million(10),
    page: `${AWS}/cloudfront/pricing/`,
    read: 'AWS’s page (free units); wring.co/blog/aws-cloudfront-pricing-guide (US and Europe)',
  },
  edgeTransfer: {
    what: 'data from CloudFront to viewers',
    unit: 'GB',
    steps: [
      { units: 10_240, usd: 0.085 },
      { units: 40_960, usd: 0.08 },
      { units: 102_400, usd: 0.06 },
      { units: 358_400, usd: 0.04 },
      { units: 536_576, usd: 0.03 },
      { units: 4_194_304, usd: 0.025 },
      { units: Infinity, usd: 0.02 },
    ],
    free: 1024,
    page: `${AWS}/cloudfront/pricing/`,
    read: 'AWS’s page (US and Europe)',
  },
  edgeFunctions: {
    what: 'CloudFront function run',
    unit: 'run',
    steps: flat(1e-7),
    free: million(2),
    page: `${AWS}/cloudfront/pricing/`,
    read: 'AWS’s page (free units); cur.vantage.sh/aws/amazoncloudfront',
  },
  logIngestion: {
    what: 'log data',
    unit: 'GB',
    steps: flat(0.5),
    free: 5,
    page: `${AWS}/cloudwatch/pricing/`,
    read: 'AWS’s page (free units); factualminds.com, 2026-06-13',
  },
  logStorage: {
    what: 'stored log data, compressed',
    unit: 'GB-month',
    steps: flat(0.03),
    page: `${AWS}/cloudwatch/pricing/`,
    read: 'several public price tables',
  },
  alarm: {
    what: 'metric of an alarm',
    unit: 'metric-month',
    steps: flat(0.1),
    free: 10,
    page: `${AWS}/cloudwatch/pricing/`,
    read: 'AWS’s page (free units); several public price tables',
  },
  dashboard: {
    what: 'dashboard',
    unit: 'dashboard-month',
    steps: flat(3),
    free: 3,
    page: `${AWS}/cloudwatch/pricing/`,
    read: 'AWS’s page (free units); factualminds.com, 2026-06-13',
  },
  customMetric: {
    what: 'custom metric',
    unit: 'metric-month',
    steps: flat(0.3),
    free: 10,
    page: `${AWS}/cloudwatch/pricing/`,
    read: 'AWS’s page (free units); signoz.io/guides/cloudwatch-pricing, 2026-02-15',
  },
  traces: {
    what: 'recorded trace',
    unit: 'trace',
    steps: flat(5e-6),
    free: 100_000,
    page: `${AWS}/xray/pricing/`,
    read: 'AWS’s page',
  },
  tableWrites: {
    what: 'write to an on-demand table',
    unit: 'write of 1 KB',
    steps: flat(0.625e-6),
    page: `${AWS}/dynamodb/pricing/on-demand/`,
    read: 'airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07-21',
  },
  tableStorage: {
    what: 'stored items of a table',
    unit: 'GB-month',
    steps: flat(0.25),
    page: `${AWS}/dynamodb/pricing/on-demand/`,
    read: 'several public price tables',
  },
  tableBackup: {
    what: 'point-in-time recovery of a table',
    unit: 'GB-month',
    steps: flat(0.2),
    page: `${AWS}/dynamodb/pricing/on-demand/`,
    read: 'several public price tables',
  },
  objectStorage: {
    what: 'stored objects',
    unit: 'GB-month',
    steps: flat(0.023),
    page: `${AWS}/s3/pricing/`,
    read: 'several public price tables',
  },
  encryptionKey: {
    what: 'customer managed key in KMS',
    unit: 'key-month',
    steps: flat(1),
    page: `${AWS}/kms/pricing/`,
    read: 'several public price tables',
  },
  webAcl: {
    what: 'web ACL',
    unit: 'ACL-month',
    steps: flat(5),
    page: `${AWS}/waf/pricing/`,
    read: 'c3x.dev/blog/aws-waf-cost-explained',
  },
  webAclRule: {
    what: 'rule of a web ACL',
    unit: 'rule-month',
    steps: flat(1),
    page: `${AWS}/waf/pricing/`,
    read: 'c3x.dev/blog/aws-waf-cost-explained',
  },
  webAclRequests: {
    what: 'request that a web ACL inspects',
    unit: 'request',
    steps: flat(0.6e-6),
    page: `${AWS}/waf/pricing/`,
    read: 'c3x.dev/blog/aws-waf-cost-explained',
  },
  natGateway: {
    what: 'NAT gateway',
    unit: 'hour',
    steps: flat(0.045),
    page: `${AWS}/vpc/pricing/`,
    read: 'several public price tables',
  },
  interfaceEndpoint: {
    what: 'interface endpoint in one zone',
    unit: 'hour',
    steps: flat(0.01),
    page: `${AWS}/privatelink/pricing/`,
    read: 'several public price tables',
  },
} as const satisfies Readonly<Record<string, Price>>;

/** Price and capacity of an EC2 instance type. */
export interface Instance {
  readonly price: Price;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** vCPUs that can be used permanently without surplus credits. */
  readonly baselineVcpus: number;
}

const instance = (
  type: string,
  usdPerHour: number,
  memoryMiB: number,
  baselineVcpus: number,
): readonly [string, Instance] => [
  type,
  {
    price: {
      what: `${type}, Linux, on demand`,
      unit: 'hour',
      steps: flat(usdPerHour),
      page: `${AWS}/ec2/pricing/on-demand/`,
      read: 'more than ten public price tables',
    },
    vcpus: 2,
    memoryMiB,
    baselineVcpus,
  },
];

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
