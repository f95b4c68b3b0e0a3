import { z } from 'zod';
import { cfnBoolean, cfnInteger, withoutEffect } from '@spa-on-aws/cloudformation';
import { CustomErrorResponsesProperties } from './custom-error-responses';
import { ForwardedValues } from './legacy-cache-settings';
import { OriginGroupProperties, OriginProperties } from './origin';

const Methods = z.array(z.string()).default(['GET', 'HEAD']);

/** Sets of methods, path patterns and more are checked before, see `assertCreatable`. */
const BehaviorProperties = z.strictObject({
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: z.enum(['allow-all', 'redirect-to-https', 'https-only']),
  AllowedMethods: Methods,
  CachedMethods: Methods,
  Compress: cfnBoolean.default(false),
  CachePolicyId: z.string().optional(),
  ForwardedValues: ForwardedValues.optional(),
  MinTTL: cfnInteger.optional(),
  DefaultTTL: cfnInteger.optional(),
  MaxTTL: cfnInteger.optional(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  FunctionAssociations: z
    .array(
      z.strictObject({ EventType: z.enum(['viewer-request', 'viewer-response']), FunctionARN: z.string() }),
    )
    .default([]),
  /** This and the next three are not supported, see `NOT_RUN_IN_BEHAVIOR`. */
  LambdaFunctionAssociations: z.array(z.unknown()).default([]),
  TrustedSigners: z.array(z.unknown()).default([]),
  TrustedKeyGroups: z.array(z.unknown()).default([]),
  FieldLevelEncryptionId: z.string().default(''),
  ...withoutEffect('SmoothStreaming'),
});

export type BehaviorConfig = z.output<typeof BehaviorProperties>;

export const DistributionProperties = z.strictObject({
  DistributionConfig: z.strictObject({
    Enabled: cfnBoolean,
    Aliases: z.array(z.string()).default([]),
    DefaultRootObject: z.string().default(''),
    Origins: z.array(OriginProperties).min(1),
    OriginGroups: z
      .strictObject({ Items: z.array(OriginGroupProperties).default([]), ...withoutEffect('Quantity') })
      .default({ Items: [] }),
    DefaultCacheBehavior: BehaviorProperties,
    CacheBehaviors: z.array(BehaviorProperties.extend({ PathPattern: z.string() })).default([]),
    CustomErrorResponses: CustomErrorResponsesProperties,
    /** Not supported, see `NOT_RUN`. */
    WebACLId: z.string().default(''),
    Restrictions: z
      .strictObject({
        GeoRestriction: z.strictObject({
          RestrictionType: z.enum(['none', 'whitelist', 'blacklist']),
          Locations: z.array(z.string()).default([]),
        }),
      })
      .optional(),
    ...withoutEffect('Comment', 'HttpVersion', 'IPV6Enabled', 'Logging', 'PriceClass', 'ViewerCertificate'),
  }),
  ...withoutEffect('Tags'),
});
