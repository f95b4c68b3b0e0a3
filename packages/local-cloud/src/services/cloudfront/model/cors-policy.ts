import { z } from 'zod';
import { cfnBoolean, cfnInteger } from '@spa-on-aws/cloudformation';

/** CORS settings of a response headers policy (row CF-RHP-07). */
export interface CorsPolicy {
  /** `*`, origins, or hosts with a wildcard in front, e.g. `https://*.example.org`. */
  readonly allowOrigins: readonly string[];
  readonly allowCredentials: boolean;
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  /** The policy's headers replace those of the origin. */
  readonly override: boolean;
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

const items = <Item extends z.ZodType<string>>(item: Item) => z.strictObject({ Items: z.array(item) });

/** A wildcard is the whole value, or the leftmost part of a domain. */
const AllowOrigin = z
  .string()
  .regex(/^(\*|([a-z][a-z0-9+.-]*:\/\/)?(\*\.)?[^*/]+)$/i, 'must have its wildcard leftmost in the domain');

export const CorsProperties = z
  .strictObject({
    AccessControlAllowCredentials: cfnBoolean,
    AccessControlAllowHeaders: items(z.string()),
    AccessControlAllowMethods: items(z.enum([...METHODS, 'ALL'])),
    AccessControlAllowOrigins: items(AllowOrigin),
    AccessControlExposeHeaders: items(z.string()).optional(),
    AccessControlMaxAgeSec: cfnInteger.optional(),
    OriginOverride: cfnBoolean,
  })
  .transform((config): CorsPolicy => ({
    allowOrigins: config.AccessControlAllowOrigins.Items,
    allowCredentials: config.AccessControlAllowCredentials,
    allowMethods: config.AccessControlAllowMethods.Items.includes('ALL')
      ? METHODS
      : config.AccessControlAllowMethods.Items,
    allowHeaders: config.AccessControlAllowHeaders.Items,
    exposeHeaders: config.AccessControlExposeHeaders?.Items ?? [],
    maxAgeSeconds: config.AccessControlMaxAgeSec,
    override: config.OriginOverride,
  }));

/** CORS settings of the managed policies: any origin, no header replaced. */
export const SIMPLE_CORS: CorsPolicy = {
  allowOrigins: ['*'],
  allowCredentials: false,
  allowMethods: [],
  allowHeaders: [],
  exposeHeaders: [],
  maxAgeSeconds: undefined,
  override: false,
};

/** {@link SIMPLE_CORS} with preflight requests. */
export const CORS_WITH_PREFLIGHT: CorsPolicy = {
  ...SIMPLE_CORS,
  allowMethods: METHODS,
  exposeHeaders: ['*'],
};
