import { type Filter, paginateGetProducts } from '@aws-sdk/client-pricing';
import { type PriceList, PriceListError, type PriceQuery } from '@spa-on-aws/template-checks';
import type { Context, StageOptions } from '../executor';
import { regionOf } from './connection';
import { awsFault } from './failures';

/** Time for all prices together, in milliseconds. A price that comes later is one of the snapshot. */
const TIME_LIMIT = 4000;

/**
 * Gives access to AWS’s price list.
 *
 * @param stackRegion region that the stack fixes
 */
export async function awsPriceList(
  options: Pick<StageOptions, 'region' | 'profile'>,
  stackRegion: string | undefined,
  context: Context,
  timeLimit = TIME_LIMIT,
): Promise<PriceList> {
  const { profile } = options;
  const region = (await regionOf(options, context)) ?? stackRegion ?? 'us-east-1';
  const { pricing } = await context.connect({ region, profile });
  const interrupted = context.interruption.signal;
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(timeLimit)]);
  // The SDK does not abort its search for credentials.
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
  aborted.catch(() => undefined);

  const read = async ({ serviceCode: ServiceCode, filters }: PriceQuery): Promise<string[]> => {
    const Filters = Object.entries(filters).map(([Field, Value]): Filter => ({
      Type: 'TERM_MATCH',
      Field,
      Value,
    }));
    const products: string[] = [];
    const pages = paginateGetProducts({ client: pricing }, { ServiceCode, Filters }, { abortSignal: signal });
    for await (const { PriceList = [] } of pages) products.push(...PriceList.map(String));
    return products;
  };
  return {
    region,
    products: (query) =>
      Promise.race([read(query), aborted]).catch((error: unknown) => {
        interrupted.throwIfAborted();
        throw new PriceListError(reasonOf(error, profile), error);
      }),
  };
}

/** Says why prices are not those of the region, and what to do. */
function reasonOf(error: unknown, profile: string | undefined): string {
  const { name } = error as Error;
  if (name === 'CredentialsProviderError') return 'sign in to AWS for those of your region';
  if (name === 'TimeoutError' || name === 'AbortError') return 'AWS’s price list did not answer in time';
  const fault = awsFault(error, profile);
  if (!fault) throw error;
  return [fault.problem, ...(fault.remedy ? [fault.remedy] : [])].join(': ');
}
