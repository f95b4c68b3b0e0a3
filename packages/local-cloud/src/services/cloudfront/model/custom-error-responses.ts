import { Readable } from 'node:stream';
import { z } from 'zod';
import { type Request, requestTarget } from '../../../http/message';
import { cfnInteger } from '@spa-on-aws/cloudformation';
import { chooseBehavior } from '../pipeline/viewer/behavior-selection';
import type { EdgeResponse } from '../pipeline/edge-response';
import { type Exchange, SERVICE } from '../pipeline/exchange';

/** What a distribution does with an error status, of whatever behavior and origin (row CF-ERR-01). */
export interface CustomErrorResponse {
  readonly errorCode: number;
  /** What the viewer gets instead; absent when the rule only says how long the error is cached. */
  readonly page: { readonly path: string; readonly status: number } | undefined;
  /** Seconds. */
  readonly errorCachingMinTtl: number;
}

/** Row CF-ERR-02; others, e.g. 401, always pass through. */
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
    ErrorCachingMinTTL: cfnInteger.refine((seconds) => seconds >= 0, 'must not be negative').optional(),
  })
  .refine(
    ({ ResponseCode, ResponsePagePath }) => (ResponseCode === undefined) === (ResponsePagePath === undefined),
    {
      error: 'must have both ResponseCode and ResponsePagePath, or none (row CF-ERR-03)',
    },
  )
  .transform(
    ({
      ErrorCode,
      ResponseCode,
      ResponsePagePath,
      ErrorCachingMinTTL = DEFAULT_MIN_TTL,
    }): CustomErrorResponse => ({
      errorCode: ErrorCode,
      page:
        ResponsePagePath === undefined
          ? undefined
          : { path: ResponsePagePath, status: ResponseCode ?? ErrorCode },
      errorCachingMinTtl: ErrorCachingMinTTL,
    }),
  );

/** `CustomErrorResponses` of a distribution, as the template has them. */
export const CustomErrorResponsesProperties = z
  .array(CustomErrorResponseProperties)
  .default([])
  .refine((rules) => new Set(rules.map(({ errorCode }) => errorCode)).size === rules.length, {
    error: 'must have each ErrorCode once',
  });

/**
 * For how many seconds an error of this status is kept at least: a cache keeps it for the longer of this and what the
 * origin's `Cache-Control` says, and not at all in a behavior that caches nothing (row CF-ERR-06).
 */
export function errorCachingMinTtlSeconds(rules: readonly CustomErrorResponse[], status: number): number {
  return rules.find(({ errorCode }) => errorCode === status)?.errorCachingMinTtl ?? DEFAULT_MIN_TTL;
}

/** Gets something from the cache or the origin of the exchange's behavior. */
export type FetchBehind = (exchange: Exchange, request: Request) => Promise<EdgeResponse>;

/** Headers that would make the page's answer something other than the whole page. */
const CONDITIONS = [
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'content-length',
  'content-type',
  'transfer-encoding',
];

/**
 * Replaces an error that came from the cache or the origin by the page that the distribution has for its status
 * (rows CF-ERR-01 to CF-ERR-09). What functions answered does not come here (row CF-ERR-08).
 *
 * The page is fetched as a path of the distribution, by the behavior that matches it and without its functions; when
 * that fails, the viewer gets the status of the failure (rows CF-ERR-04 and CF-ERR-05).
 */
export async function customErrorStep(
  exchange: Exchange,
  answer: EdgeResponse,
  fetch: FetchBehind,
): Promise<EdgeResponse> {
  const { distribution, request } = exchange;
  const { status } = answer.response;
  const rule = distribution.customErrorResponses.find(({ errorCode }) => errorCode === status);
  if (!rule?.page) return answer;
  request.trace.note(
    SERVICE,
    `custom error response: ${status} becomes ${rule.page.status} with ${rule.page.path}, for every behavior of the distribution`,
    {
      facts: {
        'Asked for': requestTarget(request.path, ''),
        'Status of the origin': String(answer.originStatus ?? 'none, CloudFront made the error'),
        Page: rule.page.path,
        'Status for the viewer': String(rule.page.status),
      },
    },
  );
  const [path = '', query = ''] = rule.page.path.split('?');
  const pageRequest: Request = {
    ...request,
    method: 'GET',
    path,
    query,
    headers: request.headers.filter((name) => !CONDITIONS.includes(name)),
    body: undefined,
  };
  const behavior = chooseBehavior(distribution, pageRequest);
  const page = await fetch({ ...exchange, behavior, request: pageRequest }, pageRequest);
  if (answer.response.body instanceof Readable) answer.response.body.destroy();
  const { originStatus } = answer;
  if (page.response.status >= 400) {
    request.trace.note(
      SERVICE,
      `the page ${rule.page.path} could not be had: its own ${page.response.status} goes to the viewer`,
    );
    return { ...page, result: 'Error', originStatus };
  }
  return { response: { ...page.response, status: rule.page.status }, result: 'Error', originStatus };
}
