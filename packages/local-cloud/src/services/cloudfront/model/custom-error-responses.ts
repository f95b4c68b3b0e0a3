import { cfnInteger } from '@spa-on-aws/cloudformation';
import { z } from 'zod';

/** A custom error response: applies to a status of every behavior and origin (row CF-ERR-01). */
export interface CustomErrorResponse {
  readonly errorCode: number;
  /** The page that replaces the error; absent when the rule only says how long the error is cached. */
  readonly page: { readonly path: string; readonly status: number } | undefined;
  /** Seconds. */
  readonly errorCachingMinTtl: number;
}

/** Row CF-ERR-02; other statuses, e.g. 401, always pass through. */
const ERROR_CODES = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
/** Row CF-ERR-03. */
const RESPONSE_CODES = [200, ...ERROR_CODES];
/** Row CF-ERR-06. */
const DEFAULT_MIN_TTL = 10;

const oneOf = (codes: readonly number[]) =>
  cfnInteger.refine((code) => codes.includes(code), { error: `must be one of ${codes.join(', ')}` });

const CustomErrorResponseProperties = z
  .strictObject({
    ErrorCode: oneOf(ERROR_CODES),
    ResponseCode: oneOf(RESPONSE_CODES).optional(),
    ResponsePagePath: z
      .string()
      .startsWith('/', 'must start with a slash')
      .or(z.literal('').transform(() => undefined))
      .optional(),
    ErrorCachingMinTTL: cfnInteger
      .refine((seconds) => seconds >= 0, 'must not be negative')
      .default(DEFAULT_MIN_TTL),
  })
  .refine(
    ({ ResponseCode, ResponsePagePath }) => (ResponseCode === undefined) === (ResponsePagePath === undefined),
    { error: 'must have both ResponseCode and ResponsePagePath, or neither (row CF-ERR-03)' },
  )
  .transform(
    ({ ErrorCode: errorCode, ResponseCode: status = errorCode, ResponsePagePath: path, ...rule }) => ({
      errorCode,
      page: path === undefined ? undefined : { path, status },
      errorCachingMinTtl: rule.ErrorCachingMinTTL,
    }),
  );

export const CustomErrorResponsesProperties = z
  .array(CustomErrorResponseProperties)
  .default([])
  .refine((rules) => new Set(rules.map(({ errorCode }) => errorCode)).size === rules.length, {
    error: 'must have each ErrorCode once',
  });

/**
 * Returns the minimum number of seconds that an error of a status is cached, unless caching is off. The origin's
 * `Cache-Control` can ask for more (row CF-ERR-06).
 */
export function errorCachingMinTtlSeconds(rules: readonly CustomErrorResponse[], status: number): number {
  return rules.find(({ errorCode }) => errorCode === status)?.errorCachingMinTtl ?? DEFAULT_MIN_TTL;
}
