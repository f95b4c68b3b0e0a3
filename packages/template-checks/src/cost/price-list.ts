import { isDeepStrictEqual } from 'node:util';
import { CodedError } from '@spa-on-aws/cloudformation';
import { INSTANCES, type Price, PRICES, PRICES_AS_OF, PRICES_REGION, type PriceStep } from './prices';

/** Query of AWS’s price list for the products of one price. */
export interface PriceQuery {
  /** Service as `GetProducts` names it, e.g. `AWSELB`. */
  readonly serviceCode: string;
  /** Values of product attributes, all of which must match. */
  readonly filters: Readonly<Record<string, string>>;
}

/** Access to AWS’s price list. */
export interface PriceList {
  readonly region: string;
  /**
   * Returns the products as `GetProducts` does: a JSON text for each.
   *
   * @throws {PriceListError} when AWS cannot be asked
   */
  readonly products: (query: PriceQuery) => Promise<readonly string[]>;
}

/** AWS’s price list cannot be read. The message says what to do, as the end of a sentence. */
export class PriceListError extends CodedError {
  constructor(message: string, cause?: unknown) {
    super('ERR_PRICE_LIST', message, { cause });
  }
}

/** Prices of a report: those that are not in `current` are of the snapshot. */
export interface PriceSource {
  readonly current: ReadonlyMap<Price, Price>;
  /** Says in one line where the prices come from. */
  readonly line: string;
}

const SNAPSHOT = `snapshot of ${PRICES_AS_OF}, ${PRICES_REGION}`;

/** Prices of the snapshot only. */
export const SNAPSHOT_ONLY: PriceSource = { current: new Map(), line: `Prices: ${SNAPSHOT}` };

interface Wanted extends PriceQuery {
  /** Usage type without the prefix of a region: `LoadBalancerUsage`, not `EUC1-LoadBalancerUsage`. */
  readonly usage: string;
  /** The product has no region, and its usage type no such prefix. */
  readonly everywhere?: true;
}

const products =
  (serviceCode: string, filters: PriceQuery['filters'] = {}) =>
  (usage: string, more: PriceQuery['filters'] = {}): Wanted => ({
    serviceCode,
    usage,
    filters: { ...filters, ...more },
  });

const edge = (usage: string): Wanted => ({ ...products('AmazonCloudFront')(usage), everywhere: true });

const balancer = products('AWSELB', { productFamily: 'Load Balancer-Application' });
const computing = products('AmazonEC2');
const fargate = products('AmazonECS', { productFamily: 'Compute' });
const lambda = (group: string, usage: string) =>
  products('AWSLambda', { group: `AWS-Lambda-${group}` })(usage);
const monitoring = products('AmazonCloudWatch');
const table = products('AmazonDynamoDB');
const firewall = products('awswaf', { productFamily: 'Web Application Firewall' });

/**
 * Products of the prices. A price whose usage type is not known for certain has none, and stays one of the snapshot.
 *
 * Source: public code that reads the price list, such as infracost (internal/resources/aws).
 */
const WANTED: Readonly<Partial<Record<keyof typeof PRICES, Wanted>>> = {
  loadBalancerHour: balancer('LoadBalancerUsage'),
  loadBalancerCapacity: balancer('LCUUsage'),
  publicAddress: products('AmazonVPC')('PublicIPv4:InUseAddress'),
  blockStorage: computing('EBS:VolumeUsage.gp3', { productFamily: 'Storage', volumeApiName: 'gp3' }),
  surplusCpuCredit: computing('CPUCredits:t4g', { productFamily: 'CPU Credits', operatingSystem: 'Linux' }),
  fargateCpuArm: fargate('Fargate-ARM-vCPU-Hours:perCPU'),
  fargateMemoryArm: fargate('Fargate-ARM-GB-Hours'),
  fargateCpuX86: fargate('Fargate-vCPU-Hours:perCPU'),
  fargateMemoryX86: fargate('Fargate-GB-Hours'),
  functionRequests: lambda('Requests', 'Request'),
  functionDurationArm: lambda('Duration-ARM', 'Lambda-GB-Second-ARM'),
  functionDurationX86: lambda('Duration', 'Lambda-GB-Second'),
  provisionedConcurrencyArm: lambda('Provisioned-Concurrency-ARM', 'Lambda-Provisioned-Concurrency-ARM'),
  provisionedConcurrencyX86: lambda('Provisioned-Concurrency', 'Lambda-Provisioned-Concurrency'),
  restRequests: products('AmazonApiGateway', { productFamily: 'API Calls' })('ApiGatewayRequest'),
  edgeRequests: edge('US-Requests-Tier2-HTTPS'),
  edgeTransfer: edge('US-DataTransfer-Out-Bytes'),
  edgeFunctions: edge('Executions-CloudFrontFunctions'),
  logIngestion: monitoring('DataProcessing-Bytes', { productFamily: 'Data Payload' }),
  logStorage: monitoring('TimedStorage-ByteHrs', { productFamily: 'Storage Snapshot' }),
  alarm: monitoring('CW:AlarmMonitorUsage', { productFamily: 'Alarm' }),
  dashboard: { ...monitoring('DashboardsUsageHour', { productFamily: 'Dashboard' }), everywhere: true },
  customMetric: monitoring('CW:MetricMonitorUsage', { productFamily: 'Metric' }),
  traces: products('AWSXRay')('XRay-TracesStored'),
  tableWrites: table('WriteRequestUnits', { productFamily: 'Amazon DynamoDB PayPerRequest Throughput' }),
  tableStorage: table('TimedStorage-ByteHrs', { productFamily: 'Database Storage' }),
  tableBackup: table('TimedPITRStorage-ByteHrs', { productFamily: 'Database Storage' }),
  objectStorage: products('AmazonS3', { productFamily: 'Storage', volumeType: 'Standard' })(
    'TimedStorage-ByteHrs',
  ),
  encryptionKey: products('awskms', { productFamily: 'Encryption Key' })('KMS-Keys'),
  webAcl: firewall('WebACLV2'),
  webAclRule: firewall('RuleV2'),
  natGateway: computing('NatGateway-Hours', { productFamily: 'NAT Gateway' }),
  interfaceEndpoint: products('AmazonVPC', { productFamily: 'VpcEndpoint' })('VpcEndpoint-Hours'),
};

const INSTANCE_FILTERS = {
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
};

const QUERIES: ReadonlyMap<Price, Wanted> = new Map([
  ...Object.entries(WANTED).map(([name, query]) => [PRICES[name as keyof typeof PRICES], query] as const),
  ...[...INSTANCES].map(
    ([type, { price }]) =>
      [price, computing(`BoxUsage:${type}`, { instanceType: type, ...INSTANCE_FILTERS })] as const,
  ),
]);

/**
 * Reads prices from AWS’s price list. A price that is not found there is of the snapshot, and `line` names it.
 *
 * @param prices prices of the snapshot
 */
export async function readPrices(prices: readonly Price[], list: PriceList): Promise<PriceSource> {
  const current = new Map<Price, Price>();
  const failures: string[] = [];
  await Promise.all(
    prices.map(async (price) => {
      const wanted = QUERIES.get(price);
      if (!wanted) return;
      try {
        const found = priceIn(await list.products(queryOf(wanted, list.region)), price, wanted, list.region);
        if (found) current.set(price, found);
      } catch (error) {
        if (!(error instanceof PriceListError)) throw error;
        failures.push(error.message);
      }
    }),
  );
  // They differ in ids of requests.
  const reason = failures.length === 0 ? '' : `; ${failures[0]}`;
  if (current.size === 0) return { current, line: `Prices: ${SNAPSHOT}${reason}` };
  const others = prices.filter((price) => !current.has(price)).map(({ what }) => what);
  const rest = others.length === 0 ? '' : `; ${SNAPSHOT}: ${others.join(', ')}${reason}`;
  return { current, line: `Prices: AWS price list, region ${list.region}, read today${rest}` };
}

function queryOf({ serviceCode, filters, usage, everywhere }: Wanted, region: string): PriceQuery {
  return {
    serviceCode,
    filters: { ...filters, ...(everywhere ? { usagetype: usage } : { regionCode: region }) },
  };
}

/** The parts of a product in the price list that are read. */
interface Product {
  readonly product: { readonly attributes: { readonly usagetype?: string } };
  readonly terms?: {
    readonly OnDemand?: Readonly<Record<string, { readonly priceDimensions: Record<string, Dimension> }>>;
  };
}

/** Price of a range of units. */
interface Dimension {
  readonly beginRange?: string;
  readonly endRange?: string;
  readonly pricePerUnit: { readonly USD?: string };
}

/** Returns the price that all products with the usage type have; `undefined` when there is none, or several. */
function priceIn(texts: readonly string[], price: Price, wanted: Wanted, region: string): Price | undefined {
  const offers = texts
    .map((text) => JSON.parse(text) as Product)
    .filter(({ product: { attributes } }) => hasUsage(attributes.usagetype ?? '', wanted, region))
    .map(({ terms }) =>
      stepsOf(Object.values(terms?.OnDemand ?? {}).flatMap((one) => Object.values(one.priceDimensions))),
    )
    .filter(({ steps }) => steps.length > 0);
  const [offer, ...others] = offers;
  if (!offer || others.some((other) => !isDeepStrictEqual(other.steps, offer.steps))) return undefined;
  if (offer.steps.at(-1)?.units !== Infinity || !isPlausible(offer.steps, price)) return undefined;
  const free = Math.max(...offers.map((one) => one.free)) || price.free;
  const read = `AWS price list, ${wanted.everywhere ? 'all regions' : region}, read today`;
  return { ...price, steps: offer.steps, read, ...(free === undefined ? {} : { free }) };
}

/** In us-east-1, most usage types have no prefix; those of KMS have the region’s name. Others are `EU-` or like `EUC1-`. */
function hasUsage(usageType: string, { usage, everywhere }: Wanted, region: string): boolean {
  if (everywhere || usageType === usage) return usageType === usage;
  const prefix = usageType.endsWith(`-${usage}`) ? usageType.slice(0, -usage.length - 1) : '';
  return prefix === region || /^(?:[A-Z]{3}\d|EU)$/.test(prefix);
}

/** Returns the paid steps, and the units of the steps that cost nothing. */
function stepsOf(dimensions: readonly Dimension[]): {
  readonly steps: readonly PriceStep[];
  readonly free: number;
} {
  const all = dimensions
    .map(({ beginRange = '0', endRange = 'Inf', pricePerUnit: { USD } }) => ({
      begin: Number(beginRange),
      units: (endRange === 'Inf' ? Infinity : Number(endRange)) - Number(beginRange),
      usd: Number(USD),
    }))
    .sort((a, b) => a.begin - b.begin);
  return {
    steps: all.filter(({ usd }) => usd > 0).map(({ units, usd }) => ({ units, usd })),
    free: all.filter(({ usd }) => usd === 0).reduce((sum, { units }) => sum + units, 0),
  };
}

/**
 * True when a price is of the same order as in the snapshot. AWS names units differently by region (`Requests` and
 * `Request`), so the number says better than the unit whether it is for one unit.
 */
function isPlausible([first]: readonly PriceStep[], { steps: [expected] }: Price): boolean {
  const ratio = (first?.usd ?? 0) / (expected?.usd ?? 0);
  return ratio > 0.1 && ratio < 10;
}
