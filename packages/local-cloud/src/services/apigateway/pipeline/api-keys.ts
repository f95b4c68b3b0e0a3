import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { ApiKey, QuotaPeriod, UsagePlan } from '../model/usage-plan';
import { reject } from './call';
import { TokenBucket } from './throttling';

export class ApiKeyUsage {
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #used = new Map<string, { period: number; count: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Checks and counts a call if its method requires an API key. @throws CallRejectedError also at the plan's limits */
  count(call: Call): void {
    const { api, stage, route, request } = call;
    if (!stage || !route?.method.needsApiKey) return;
    const value = request.headers.get('x-api-key');
    if (value === undefined) reject(call, GATEWAY_ERRORS.invalidApiKey, 'api-key.missing', {});
    const plan = api.usagePlans.find(
      ({ stages, keys }) =>
        stages.some((covered) => covered.apiId === api.id && covered.stage === stage.name) &&
        keys.some((key) => key.value === value),
    );
    const key = plan?.keys.find((candidate) => candidate.value === value);
    if (!plan || !key)
      return reject(call, GATEWAY_ERRORS.invalidApiKey, 'api-key.unknown', { stage: stage.name });
    call.apiKey = key;
    const method = `${route.resource.path}/${route.method.httpMethod}`.replace('//', '/');
    const planned = plan.stages.find((covered) => covered.apiId === api.id && covered.stage === stage.name);
    const limit = planned?.methodLimits.get(method);
    this.#count(call, plan, key, limit ? { limit, method } : { limit: plan.limit, method: '' });
  }

  /** @param throttle a limit, and the method that it is for; empty: all methods together */
  #count(
    call: Call,
    { id, quota }: UsagePlan,
    key: ApiKey,
    { limit, method }: { readonly limit: UsagePlan['limit']; readonly method: string },
  ): void {
    const counter = `${id} ${key.id}`;
    if (limit) {
      const throttled = `${counter} ${method}`;
      let bucket = this.#buckets.get(throttled);
      if (!bucket) this.#buckets.set(throttled, (bucket = new TokenBucket(limit, this.#now)));
      if (!bucket.take())
        reject(call, GATEWAY_ERRORS.planThrottled, 'usage-plan.throttled', { apiKey: key.name, ...limit });
    }
    if (!quota) return;
    const period = periodNumber(quota.period, this.#now());
    const used = this.#used.get(counter) ?? { period, count: quota.offset };
    const count = (used.period === period ? used.count : 0) + 1;
    if (count > quota.limit) {
      const data = { apiKey: key.name, limit: quota.limit, period: quota.period };
      reject(call, GATEWAY_ERRORS.quotaExceeded, 'usage-plan.quota-exceeded', data);
    }
    this.#used.set(counter, { period, count });
  }
}

const DAY_MS = 86_400_000;

/** Returns the number of days, weeks (from Monday) or months since the epoch, a Thursday. */
function periodNumber(period: QuotaPeriod, now: number): number {
  const date = new Date(now);
  if (period === 'MONTH') return date.getUTCFullYear() * 12 + date.getUTCMonth();
  const day = Math.floor(now / DAY_MS);
  return period === 'DAY' ? day : Math.floor((day + 3) / 7);
}
