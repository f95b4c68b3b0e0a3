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
  readonly stages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly keys: readonly ApiKey[];
  readonly limit: RateLimit | undefined;
  readonly quota:
    { readonly limit: number; readonly period: QuotaPeriod; readonly offset: number } | undefined;
}

export type QuotaPeriod = 'DAY' | 'WEEK' | 'MONTH';

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

/** Reads usage plans with their enabled keys; a key's value may derive from its id. @throws InvalidPropertyError */
export function readUsagePlans(stack: Stack): UsagePlan[] {
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
