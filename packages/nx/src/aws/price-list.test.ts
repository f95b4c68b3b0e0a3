import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PricingClient } from '@aws-sdk/client-pricing';
import { PriceListError } from '@spa-on-aws/template-checks';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ServiceError } from '../../test/aws/response';
import { fakeAws, projectWith, run } from '../../test/run';
import type { Context } from '../executor';
import { Interruption } from '../interruption';
import { connectToAws } from './clients';
import { awsPriceList } from './price-list';

/** Returns a product of API Gateway as AWS does. */
function requests(regionCode: string, usagetype: string, USD: string): string {
  const dimension = { unit: 'Requests', beginRange: '0', endRange: 'Inf', pricePerUnit: { USD } };
  return JSON.stringify({
    product: {
      productFamily: 'API Calls',
      attributes: { regionCode, usagetype, servicecode: 'AmazonApiGateway' },
      sku: 'A',
    },
    serviceCode: 'AmazonApiGateway',
    terms: { OnDemand: { 'A.JRTCKXETXF': { priceDimensions: { 'A.JRTCKXETXF.6YS6EN2CT7': dimension } } } },
  });
}

const API_CALLS = [
  requests('us-east-1', 'USE1-ApiGatewayRequest', '0.0000035000'),
  requests('eu-central-1', 'EUC1-ApiGatewayHttpRequest', '0.0000012000'),
  requests('eu-central-1', 'EUC1-ApiGatewayRequest', '0.0000037000'),
];

test('cost uses the prices of the region, and names those of the snapshot', async () => {
  const aws = await fakeAws();
  aws.products.set('AmazonApiGateway', API_CALLS);
  const { exitCode, text } = await run(aws, 'cost --requests=1', { directory: projectWith('dev') });
  expect(exitCode).toBe(0);
  expect(text).toMatch(/\nREST API +9\.72\n/);
  const line = /\nPrices: (.*)\n/.exec(text)?.[1];
  expect(line).toMatch(
    /^AWS price list, region eu-central-1, read today; snapshot of \d{4}-\d\d-\d\d, us-east-1: .*CloudFront/,
  );
  expect(line).not.toContain('REST API request');
});

test('cost takes the region of --region', async () => {
  const aws = await fakeAws();
  aws.products.set('AmazonApiGateway', API_CALLS);
  const { text } = await run(aws, 'cost --requests=1 --region=us-east-1', { directory: projectWith('dev') });
  expect(text).toContain('Prices: AWS price list, region us-east-1, read today');
  expect(text).toMatch(/\nREST API +9\.20\n/);
});

test('without credentials, cost uses the snapshot and says how to get the prices of the region', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_SESSION_TOKEN']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  onTestFinished(() => void vi.unstubAllEnvs());
  const aws = await fakeAws();
  const { exitCode, text } = await run(aws, 'cost --requests=1', {
    directory: projectWith('dev'),
    context: { connect: async (place) => connectToAws(place, () => undefined) },
  });
  expect(exitCode).toBe(0);
  expect(text).toMatch(
    /\nPrices: snapshot of \d{4}-\d\d-\d\d, us-east-1; sign in to AWS for those of your region\n/,
  );
  expect(text).toMatch(/\nREST API +9\.20\n/);
  expect(aws.calls).toEqual([]);
});

test('without the permission, cost uses the snapshot and says why', async () => {
  const aws = await fakeAws();
  const denied = new ServiceError('AccessDeniedException', 'not authorized to perform: pricing:GetProducts');
  aws.failures.set('pricing.GetProducts', denied);
  const { exitCode, text } = await run(aws, 'cost', { directory: projectWith('dev') });
  expect(exitCode).toBe(0);
  expect(text).toMatch(
    /\nPrices: snapshot of .*, us-east-1; AWS denied access: not authorized to perform: pricing:GetProducts: use other/,
  );
});

/** Returns the outside world with a price list that never answers. */
async function silentAws(): Promise<Context> {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const pricing = new PricingClient({
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });
  return {
    env: {},
    interruption: new Interruption(() => undefined),
    regionOfProfile: async () => undefined,
    connect: async () => ({ pricing }),
  } as unknown as Context;
}

const OPTIONS = { region: undefined, profile: undefined };
const QUERY = { serviceCode: 'AWSELB', filters: {} };

test('a price list that does not answer is given up after the time limit', async () => {
  const list = await awsPriceList(OPTIONS, 'eu-west-1', await silentAws(), 20);
  expect(list.region).toBe('eu-west-1');
  const failure: unknown = await list.products(QUERY).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PriceListError);
  expect(failure).toMatchObject({ message: 'AWS’s price list did not answer in time' });
});

test('an interruption ends the wait for prices', async () => {
  const context = await silentAws();
  const list = await awsPriceList(OPTIONS, undefined, context);
  const products = list.products(QUERY);
  context.interruption.interrupt('SIGINT');
  await expect(products).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' });
});
