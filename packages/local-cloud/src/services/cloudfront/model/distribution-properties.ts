import { z } from 'zod';
import { cfnBoolean, cfnInteger, withoutEffect } from '@spa-on-aws/cloudformation';
import { CustomErrorResponsesProperties } from './custom-error-responses';
import { ForwardedValues } from './legacy-cache-settings';
import { OriginGroupProperties, OriginProperties } from './origin';

const METHOD_SETS = ['GET HEAD', 'GET HEAD OPTIONS', 'DELETE GET HEAD OPTIONS PATCH POST PUT'];

const AllowedMethods = z
  .array(z.string())
  .default(['GET', 'HEAD'])
  .refine((methods) => METHOD_SETS.includes([...methods].sort().join(' ')), {
    error: `must be one of the sets ${METHOD_SETS.map((set) => `[${set}]`).join(', ')}`,
  });

const CachedMethods = z
  .array(z.string())
  .default(['GET', 'HEAD'])
  .refine((methods) => METHOD_SETS.slice(0, 2).includes([...methods].sort().join(' ')), {
    error: 'must be [GET, HEAD] or [GET, HEAD, OPTIONS]',
  });

const PathPattern = z
  .string()
  .max(255)
  .regex(
    /^[A-Za-z0-9_\-.*?$/~"'@:+&]+$/,
    `must contain only letters, digits and _ - . * ? $ / ~ " ' @ : + & (row CF-PATH-06)`,
  );

const BehaviorProperties = z.strictObject({
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: z.enum(['allow-all', 'redirect-to-https', 'https-only']),
  AllowedMethods,
  CachedMethods,
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
    .refine((all) => new Set(all.map(({ EventType }) => EventType)).size === all.length, {
      error: 'must have at most one function for each event (row CFF-LIM-01)',
    })
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
    DefaultRootObject: z
      .string()
      .regex(/^[^/]/, 'must not start with a slash (row CF-ROOT-04)')
      .or(z.literal(''))
      .default(''),
    Origins: z.array(OriginProperties).min(1),
    OriginGroups: z
      .strictObject({ Items: z.array(OriginGroupProperties).default([]), ...withoutEffect('Quantity') })
      .default({ Items: [] }),
    DefaultCacheBehavior: BehaviorProperties,
    CacheBehaviors: z.array(BehaviorProperties.extend({ PathPattern })).default([]),
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
    ...withoutEffect(
      'Aliases',
      'Comment',
      'HttpVersion',
      'IPV6Enabled',
      'Logging',
      'PriceClass',
      'ViewerCertificate',
    ),
  }),
  ...withoutEffect('Tags'),
});
