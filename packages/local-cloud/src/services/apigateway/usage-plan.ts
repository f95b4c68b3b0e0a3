import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  InvalidPropertyError,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { type Call, SERVICE } from './call';
import { GATEWAY_ERRORS, Refusal } from './gateway-error';
import { type RateLimit, TokenBucket } from './token-bucket';

/** A key that a caller shows in `X-Api-Key`. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** Whether the value was made here, for the template gives it none. */
  readonly isMade: boolean;
}

/** Which keys may call which stages, and how often. */
export interface UsagePlan {
  readonly id: string;
  readonly stages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly keys: readonly ApiKey[];
  /** For each key. */
  readonly limit: RateLimit | undefined;
  readonly quota:
    { readonly limit: number; readonly period: QuotaPeriod; readonly offset: number } | undefined;
}

type QuotaPeriod = 'DAY' | 'WEEK' | 'MONTH';

const ApiKeyProperties = z.strictObject({
  Enabled: cfnBoolean.default(false),
  Name: z.string().optional(),
  Value: z.string().min(20, 'must have at least 20 characters').optional(),
  ...withoutEffect('CustomerId', 'Description', 'GenerateDistinctId', 'StageKeys', 'Tags'),
});

const UsagePlanProperties = z.strictObject({
  ApiStages: z.array(z.strictObject({ ApiId: z.string(), Stage: z.string() })).default([]),
  Quota: z
    .strictObject({
      Limit: cfnInteger,
      Period: z.enum(['DAY', 'WEEK', 'MONTH']),
      Offset: cfnInteger.default(0),
    })
    .optional(),
  Throttle: z.strictObject({ BurstLimit: cfnInteger, RateLimit: z.coerce.number() }).optional(),
  ...withoutEffect('Description', 'Tags', 'UsagePlanName'),
});

const UsagePlanKeyProperties = z.strictObject({
  KeyId: z.string(),
  KeyType: z.literal('API_KEY'),
  UsagePlanId: z.string(),
});

/**
 * Reads the stack's usage plans with their keys that are enabled. A key without a value in the template gets one that
 * depends on its id only.
 *
 * @throws InvalidPropertyError for a key that is not there
 */
export function readUsagePlans(stack: Stack): UsagePlan[] {
  const keys = new Map(
    stack.ofType('AWS::ApiGateway::ApiKey').map((resource) => {
      const { Enabled, Name, Value } = resource.read(ApiKeyProperties);
      const value =
        Value ?? createHash('sha256').update(`api key ${resource.ref}`).digest('hex').slice(0, 40);
      return [
        resource.ref,
        {
          enabled: Enabled,
          key: { id: resource.ref, name: Name ?? resource.logicalId, value, isMade: Value === undefined },
        },
      ];
    }),
  );
  const planned = stack.ofType('AWS::ApiGateway::UsagePlanKey').map((resource) => {
    const { KeyId, UsagePlanId } = resource.read(UsagePlanKeyProperties);
    const found = keys.get(KeyId);
    if (!found) {
      throw new InvalidPropertyError(resource.logicalId, resource.type, [
        { property: 'KeyId', detail: `${KeyId} is no API key of this stack.` },
      ]);
    }
    return { planId: UsagePlanId, ...found };
  });
  return stack.ofType('AWS::ApiGateway::UsagePlan').map((resource) => {
    const { ApiStages, Quota, Throttle } = resource.read(UsagePlanProperties);
    return {
      id: resource.ref,
      stages: ApiStages.map(({ ApiId, Stage }) => ({ apiId: ApiId, stage: Stage })),
      keys: planned.filter(({ planId, enabled }) => enabled && planId === resource.ref).map(({ key }) => key),
      limit: Throttle && { ratePerSecond: Throttle.RateLimit, burst: Throttle.BurstLimit },
      quota: Quota && { limit: Quota.Limit, period: Quota.Period, offset: Quota.Offset },
    };
  });
}

/** Checks the API keys of one API's calls and counts their use. */
export class KeyedUsage {
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #used = new Map<string, { period: number; count: number }>();

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Lets a call pass if its method needs no key, or its key's plan covers the stage and is not used up.
   *
   * @throws Refusal
   */
  admit(call: Call): void {
    const { api, stage, route, request } = call;
    if (!stage || !route?.method.needsApiKey) return;
    const value = request.headers.get('x-api-key');
    const plans = api.usagePlans.filter(({ stages }) =>
      stages.some((covered) => covered.apiId === api.id && covered.stage === stage.name),
    );
    const plan = plans.find(({ keys }) => keys.some((key) => key.value === value));
    const key = plan?.keys.find((candidate) => candidate.value === value);
    if (!plan || !key) {
      const why =
        value === undefined
          ? 'the request has no X-Api-Key header'
          : `X-Api-Key is no key of a usage plan for stage ${stage.name}`;
      throw new Refusal(
        GATEWAY_ERRORS.invalidApiKey,
        SERVICE,
        `refused: ${why}, and the method needs an API key`,
      );
    }
    call.apiKey = key;
    this.#count(plan, key);
  }

  #count({ id, limit, quota }: UsagePlan, key: ApiKey): void {
    const counter = `${id} ${key.id}`;
    if (limit) {
      let bucket = this.#buckets.get(counter);
      if (!bucket) this.#buckets.set(counter, (bucket = new TokenBucket(limit, this.#now)));
      if (!bucket.take()) {
        const note = `throttled: the usage plan lets ${limit.ratePerSecond} calls a second through for the API key ${key.name}, at most ${limit.burst} at once`;
        throw new Refusal(GATEWAY_ERRORS.planThrottled, SERVICE, note);
      }
    }
    if (!quota) return;
    const period = periodNumber(quota.period, this.#now());
    const used = this.#used.get(counter) ?? { period, count: quota.offset };
    const count = (used.period === period ? used.count : 0) + 1;
    if (count > quota.limit) {
      const note = `the quota of the API key ${key.name} is used up: ${quota.limit} calls each ${quota.period.toLowerCase()}`;
      throw new Refusal(GATEWAY_ERRORS.quotaExceeded, SERVICE, note);
    }
    this.#used.set(counter, { period, count });
  }
}

const DAY_MS = 86_400_000;

/** Counts days, weeks (from Monday on) or months since the epoch, a Thursday. */
function periodNumber(period: QuotaPeriod, now: number): number {
  const date = new Date(now);
  if (period === 'MONTH') return date.getUTCFullYear() * 12 + date.getUTCMonth();
  const day = Math.floor(now / DAY_MS);
  return period === 'DAY' ? day : Math.floor((day + 3) / 7);
}
