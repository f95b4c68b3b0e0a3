import { z } from 'zod';
import { cfnInteger, invalidProperty, type Resource, withoutEffect } from '@spa-on-aws/cloudformation';

export interface RateLimit {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface MethodSetting {
  /** E.g. `/api/{proxy+}`; `*` is every resource. */
  readonly resourcePath: string;
  /** An HTTP method; `*` is every method. */
  readonly httpMethod: string;
  readonly limit: Partial<RateLimit>;
}

const cfnNumber = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);

/** Settings of methods, also in the `StageDescription` of a deployment. */
export const METHOD_OPTIONS = {
  ThrottlingBurstLimit: cfnInteger.optional(),
  ThrottlingRateLimit: cfnNumber.optional(),
  ...withoutEffect(
    'CacheDataEncrypted',
    'CacheTtlInSeconds',
    // Only with a cache cluster, which a stage here cannot have.
    'CachingEnabled',
    'DataTraceEnabled',
    'LoggingLevel',
    'MetricsEnabled',
  ),
};

export const METHOD_SETTING_PROPERTIES = z.strictObject({
  ResourcePath: z.string().default('/*'),
  HttpMethod: z.string().default('*'),
  ...METHOD_OPTIONS,
});

/** Reads a setting; in its path `~1` is a slash. @throws InvalidPropertyError for a path without a leading slash */
export function readMethodSetting(
  resource: Resource,
  {
    ResourcePath,
    HttpMethod,
    ThrottlingBurstLimit,
    ThrottlingRateLimit,
  }: z.output<typeof METHOD_SETTING_PROPERTIES>,
): MethodSetting {
  if (!ResourcePath.startsWith('/'))
    invalidProperty(
      resource,
      'MethodSettings.ResourcePath',
      `${ResourcePath} must begin with a slash, with ~1 for each slash of the path: /~1api~1{proxy+}.`,
    );
  const path = ResourcePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  return {
    resourcePath: path === '*' ? '*' : `/${path.replace(/^\//, '')}`,
    httpMethod: HttpMethod,
    limit: {
      ...(ThrottlingRateLimit === undefined ? {} : { ratePerSecond: ThrottlingRateLimit }),
      ...(ThrottlingBurstLimit === undefined ? {} : { burst: ThrottlingBurstLimit }),
    },
  };
}

/** Returns the limit of a method: from the most specific setting that has one, else the account's. */
export function limitFor(
  settings: readonly MethodSetting[],
  resourcePath: string,
  httpMethod: string,
  account: RateLimit,
): RateLimit {
  const weight = (setting: MethodSetting): number =>
    (setting.resourcePath === '*' ? 0 : 2) + (setting.httpMethod === '*' ? 0 : 1);
  return settings
    .filter(
      (setting) =>
        (setting.resourcePath === '*' || setting.resourcePath === resourcePath) &&
        (setting.httpMethod === '*' || setting.httpMethod === httpMethod),
    )
    .sort((a, b) => weight(a) - weight(b))
    .reduce<RateLimit>((limit, setting) => ({ ...limit, ...setting.limit }), account);
}
