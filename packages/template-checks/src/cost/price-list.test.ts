import { expect, test } from 'vitest';
import { fixture } from '../../test/fixtures';
import { costOf, pricesOf } from './cost';
import { renderCost } from './cost-report';
import { type PriceList, PriceListError, type PriceQuery, readPrices } from './price-list';
import { ALL_PRICES, INSTANCES, type Price, PRICES, PRICES_AS_OF } from './prices';

const SNAPSHOT = `snapshot of ${PRICES_AS_OF}, us-east-1`;

type Range = readonly [begin: string, end: string, usd: string];

/** Returns a product as `GetProducts` does. */
function product(usagetype: string, ...ranges: readonly Range[]): string {
  const dimensions = ranges.map(([beginRange, endRange, USD], index) => [
    `SKU1.JRTCKXETXF.${index}`,
    {
      unit: 'Requests',
      beginRange,
      endRange,
      description: 'for tests',
      appliesTo: [],
      rateCode: `SKU1.JRTCKXETXF.${index}`,
      pricePerUnit: { USD },
    },
  ]);
  return JSON.stringify({
    product: { productFamily: 'API Calls', attributes: { usagetype }, sku: 'SKU1' },
    serviceCode: 'AmazonApiGateway',
    terms: {
      OnDemand: {
        'SKU1.JRTCKXETXF': { sku: 'SKU1', priceDimensions: Object.fromEntries(dimensions) as object },
      },
    },
    version: '20261101000000',
  });
}

function listOf(products: (query: PriceQuery) => readonly string[], region = 'eu-central-1'): PriceList {
  return { region, products: async (query) => products(query) };
}

/** Returns one price as the price list has it. */
async function read(price: Price, products: readonly string[], region?: string): Promise<Price | undefined> {
  const { current } = await readPrices(
    [price],
    listOf(() => products, region),
  );
  return current.get(price);
}

const whole = (usagetype: string, usd: string) => product(usagetype, ['0', 'Inf', usd]);

test('a price by volume has the steps of the price list, in the order of their ranges', async () => {
  const requests = product(
    'EUC1-ApiGatewayRequest',
    ['1000000000', '20000000000', '0.0000025200'],
    ['0', '333000000', '0.0000037000'],
    ['20000000000', 'Inf', '0.0000016000'],
    ['333000000', '1000000000', '0.0000029700'],
  );
  expect((await read(PRICES.restRequests, [requests]))?.steps).toEqual([
    { units: 333e6, usd: 3.7e-6 },
    { units: 667e6, usd: 2.97e-6 },
    { units: 19e9, usd: 2.52e-6 },
    { units: Infinity, usd: 1.6e-6 },
  ]);
});

test('units at no cost are free units; without them, those of the snapshot stay', async () => {
  const free = product(
    'EUC1-TimedStorage-ByteHrs',
    ['0', '25', '0.0000000000'],
    ['25', 'Inf', '0.3060000000'],
  );
  expect(await read(PRICES.tableStorage, [free])).toMatchObject({
    free: 25,
    steps: [{ units: Infinity, usd: 0.306 }],
  });
  expect(await read(PRICES.alarm, [whole('EUC1-CW:AlarmMonitorUsage', '0.1000000000')])).toMatchObject({
    free: 10,
  });
});

test.each([
  ['us-east-1', PRICES.loadBalancerHour, 'LoadBalancerUsage'],
  ['us-east-1', PRICES.restRequests, 'USE1-ApiGatewayRequest'],
  ['eu-west-1', PRICES.loadBalancerHour, 'EU-LoadBalancerUsage'],
  ['eu-central-1', PRICES.loadBalancerHour, 'EUC1-LoadBalancerUsage'],
  ['eu-central-1', PRICES.encryptionKey, 'eu-central-1-KMS-Keys'],
  ['eu-central-1', PRICES.edgeRequests, 'US-Requests-Tier2-HTTPS'],
])('in %s, the usage type %# belongs to the price', async (region, price, usageType) => {
  const usd = (price.steps[0]?.usd ?? 0) * 1.25;
  expect((await read(price, [whole(usageType, usd.toFixed(10))], region))?.steps[0]?.usd).toBeCloseTo(
    usd,
    10,
  );
});

test.each([
  ['another usage', PRICES.loadBalancerHour, [whole('EUC1-Outposts-LoadBalancerUsage', '0.0225')]],
  ['trust stores', PRICES.loadBalancerHour, [whole('TS-LoadBalancerUsage', '0.0056')]],
  ['another storage class', PRICES.tableStorage, [whole('IA-TimedStorage-ByteHrs', '0.1')]],
  ['no product', PRICES.restRequests, []],
  ['no price', PRICES.loadBalancerHour, [product('EUC1-LoadBalancerUsage')]],
  ['a price of 0', PRICES.loadBalancerHour, [whole('EUC1-LoadBalancerUsage', '0.0000000000')]],
  [
    'several prices',
    PRICES.loadBalancerHour,
    [whole('EUC1-LoadBalancerUsage', '0.0270'), whole('EUC1-LoadBalancerUsage', '0.0300')],
  ],
  ['no end', PRICES.restRequests, [product('EUC1-ApiGatewayRequest', ['0', '333000000', '0.0000037'])]],
  ['a price for a million', PRICES.restRequests, [whole('EUC1-ApiGatewayRequest', '3.7')]],
])('%s leaves a price as in the snapshot, and the report names it', async (_, price, products) => {
  const { current, line } = await readPrices(
    [price, PRICES.traces],
    listOf(({ serviceCode }) =>
      serviceCode === 'AWSXRay' ? [whole('EUC1-XRay-TracesStored', '0.0000050000')] : products,
    ),
  );
  expect(current.get(price)).toBeUndefined();
  expect(line).toBe(`Prices: AWS price list, region eu-central-1, read today; ${SNAPSHOT}: ${price.what}`);
});

test('products of the same price, which AWS lists twice in some regions, are one price', async () => {
  const twice = [whole('LoadBalancerUsage', '0.0225'), whole('USE1-LoadBalancerUsage', '0.0225')];
  expect(await read(PRICES.loadBalancerHour, twice, 'us-east-1')).toMatchObject({ steps: [{ usd: 0.0225 }] });
});

test('asks for the region, except for prices that are the same everywhere', async () => {
  const asked = new Map<string, PriceQuery['filters']>();
  const micro = INSTANCES.get('t4g.micro')?.price ?? PRICES.alarm;
  await readPrices(
    [micro, PRICES.edgeTransfer, PRICES.dashboard],
    listOf(({ serviceCode, filters }) => {
      asked.set(serviceCode, filters);
      return [];
    }),
  );
  expect(Object.fromEntries(asked)).toEqual({
    AmazonEC2: {
      regionCode: 'eu-central-1',
      instanceType: 't4g.micro',
      operatingSystem: 'Linux',
      tenancy: 'Shared',
      preInstalledSw: 'NA',
      capacitystatus: 'Used',
    },
    AmazonCloudFront: { usagetype: 'US-DataTransfer-Out-Bytes' },
    AmazonCloudWatch: { usagetype: 'DashboardsUsageHour', productFamily: 'Dashboard' },
  });
});

test('a price list that cannot be read leaves the snapshot, and the report says why, once', async () => {
  let count = 0;
  const list = listOf(() => {
    throw new PriceListError(`AWS denied access (request ${++count})`);
  });
  const { current, line } = await readPrices(ALL_PRICES, list);
  expect(current.size).toBe(0);
  expect(count).toBeGreaterThan(1);
  expect(line).toBe(`Prices: ${SNAPSHOT}; AWS denied access (request 1)`);
});

test('a part that cannot be read is of the snapshot, and the report says why', async () => {
  const list = listOf(({ serviceCode }) => {
    if (serviceCode === 'AWSELB') throw new PriceListError('AWS has not answered in time');
    return [whole('EUC1-XRay-TracesStored', '0.0000050000')];
  });
  const { line } = await readPrices([PRICES.loadBalancerHour, PRICES.traces], list);
  expect(line).toContain(`${SNAPSHOT}: application load balancer; AWS has not answered in time`);
});

test('another failure is not hidden', async () => {
  const list = listOf(() => {
    throw new TypeError('a bug');
  });
  await expect(readPrices(ALL_PRICES, list)).rejects.toThrow('a bug');
});

test('a report counts with the prices that were read, and shows them with their source', async () => {
  const { template } = fixture();
  const needed = pricesOf(template, [0]);
  expect(needed).toContain(PRICES.loadBalancerHour);
  expect(needed).not.toContain(PRICES.functionRequests);
  const prices = await readPrices(
    needed,
    listOf(() => [whole('EUC1-LoadBalancerUsage', '0.0270000000')]),
  );
  const report = costOf(template, { requestsPerSecond: [0], prices });
  const [bill] = report.bills;
  expect(bill?.lines.find(({ item }) => item === 'Load balancer')?.usd).toBeCloseTo(730 * 0.027);
  const text = renderCost('app', report, { prices, details: true });
  expect(text).toContain(prices.line);
  expect(text).toContain('application load balancer: $0.027 per hour');
  expect(text).toContain('(AWS price list, eu-central-1, read today)');
});
