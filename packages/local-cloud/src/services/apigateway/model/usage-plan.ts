import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  invalidProperty,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import type { RateLimit } from './method-setting';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** Tells whether the template has no value and one was generated. */
  readonly isGenerated: boolean;
}

export interface UsagePlan {
  readonly id: string;
  readonly stages: readonly PlannedStage[];
  readonly keys: readonly ApiKey[];
  readonly limit: RateLimit | undefined;
  readonly quota:
    { readonly limit: number; readonly period: QuotaPeriod; readonly offset: number } | undefined;
}

interface PlannedStage {
  readonly apiId: string;
  readonly stage: string;
  /** Limits that replace the plan's, by path and method such as `/pets/GET`. */
  readonly methodLimits: ReadonlyMap<string, RateLimit>;
}

export type QuotaPeriod = 'DAY' | 'WEEK' | 'MONTH';

const ApiKeyProperties = z.strictObject({
  Enabled: cfnBoolean.default(false),
  Name: z.string().optional(),
  Value: z.string().min(20, 'must have at least 20 characters').optional(),
  ...withoutEffect('CustomerId', 'Description', 'GenerateDistinctId', 'StageKeys', 'Tags'),
});

/** An empty mapping is no limit; a missing number is the account's default. */
const Throttle = z
  .strictObject({ BurstLimit: cfnInteger.optional(), RateLimit: z.coerce.number().optional() })
  .transform(({ BurstLimit, RateLimit }): RateLimit | undefined =>
    BurstLimit === undefined && RateLimit === undefined
      ? undefined
      : { ratePerSecond: RateLimit ?? 10_000, burst: BurstLimit ?? 5_000 },
  );

const MethodPath = z.string().regex(/^\/.*\/[A-Z]+$/, 'must be a path and a method such as /pets/GET');

const UsagePlanProperties = z.strictObject({
  ApiStages: z
    .array(
      z.strictObject({
        ApiId: z.string(),
        Stage: z.string(),
        Throttle: z.record(MethodPath, Throttle).default({}),
      }),
    )
    .default([]),
  Quota: z
    .strictObject({
      Limit: cfnInteger,
      Period: z.enum(['DAY', 'WEEK', 'MONTH']),
      Offset: cfnInteger.default(0),
    })
    .optional(),
  Throttle: Throttle.optional(),
  ...withoutEffect('Description', 'Tags', 'UsagePlanName'),
});

const UsagePlanKeyProperties = z.strictObject({
  KeyId: z.string(),
  KeyType: z.literal('API_KEY'),
  UsagePlanId: z.string(),
});

/** Reads usage plans with their enabled keys; a key's value may derive from its id. @throws InvalidPropertyError */
export function readUsagePlans(stack: Pick<Stack, 'ofType'>): UsagePlan[] {
  const keys = new Map(
    stack.ofType('AWS::ApiGateway::ApiKey').map((resource) => {
      const { Enabled, Name, Value } = resource.read(ApiKeyProperties);
      const value =
        Value ?? createHash('sha256').update(`api key ${resource.ref}`).digest('hex').slice(0, 40);
      const { ref, logicalId } = resource;
      const key: ApiKey = { id: ref, name: Name ?? logicalId, value, isGenerated: Value === undefined };
      return [ref, { enabled: Enabled, key }];
    }),
  );
  const planned = stack.ofType('AWS::ApiGateway::UsagePlanKey').map((resource) => {
    const { KeyId, UsagePlanId } = resource.read(UsagePlanKeyProperties);
    const found = keys.get(KeyId);
    if (!found) invalidProperty(resource, 'KeyId', `${KeyId} is not an API key of this stack.`);
    return { planId: UsagePlanId, ...found };
  });
  return stack.ofType('AWS::ApiGateway::UsagePlan').map((resource) => {
    const { ApiStages, Quota, Throttle: limit } = resource.read(UsagePlanProperties);
    return {
      id: resource.ref,
      stages: ApiStages.map(({ ApiId, Stage, Throttle: limits }) => ({
        apiId: ApiId,
        stage: Stage,
        methodLimits: new Map(
          Object.entries(limits).flatMap(([path, its]) => (its ? [[path, its] as const] : [])),
        ),
      })),
      keys: planned.filter(({ planId, enabled }) => enabled && planId === resource.ref).map(({ key }) => key),
      limit,
      quota: Quota && { limit: Quota.Limit, period: Quota.Period, offset: Quota.Offset },
    };
  });
}
