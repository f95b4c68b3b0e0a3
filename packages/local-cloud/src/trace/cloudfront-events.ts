/** Why CloudFront rejects a request that the distribution would answer otherwise. */
export type RequestRejection =
  | 'url-too-long'
  | 'head-too-large'
  | 'connect-method'
  | 'path-invalid'
  | 'too-many-distributions'
  | 'get-with-body';

export type FunctionEventType = 'viewer-request' | 'viewer-response';

/** Why a CloudFront function has no usable result. */
export type FunctionFailure =
  | 'threw'
  | 'timed-out'
  | 'out-of-memory'
  | 'never-returned'
  | 'syntax'
  | 'invalid-result'
  | 'forbidden-header';

/** Why a request does not use the cache. */
export type CacheBypass = 'caching-disabled' | 'method-not-cached' | 'if-match';

/** Why an origin has no response that CloudFront can pass on. */
export type OriginFailureReason =
  | 'no-server'
  | 'dns'
  | 'connection-refused'
  | 'connection-broken'
  | 'connect-timeout'
  | 'read-timeout'
  | 'headers-too-large';

/** Reason for the lifetime of a cached response. */
export interface LifetimeBasis {
  /** Directive or header of the origin, `default-ttl` of the cache policy, or `error-minimum` (ErrorCachingMinTTL). */
  readonly source:
    | 's-maxage'
    | 'max-age'
    | 'expires'
    | 'no-store'
    | 'private'
    | 'no-cache'
    | 'default-ttl'
    | 'error-minimum';
  /** Seconds that the origin asks for, when the limits of the policy change them. */
  readonly originSeconds?: number;
  /** The cache policy and its limits, when they decide. */
  readonly policy?: { readonly name: string; readonly minTtl: number; readonly maxTtl: number };
}

/** How long a response is cached, and why. */
export interface LifetimeData {
  readonly seconds: number;
  readonly basis: LifetimeBasis;
}

/** Content coding of a compressed response, or why it is not compressed. */
export type CompressionData =
  | { readonly coding: 'br' | 'gzip' }
  | {
      readonly skipped:
        | 'compress-off'
        | 'policy-without-codings'
        | 'status'
        | 'already-encoded'
        | 'type'
        | 'no-length'
        | 'size'
        | 'not-accepted';
      /** The policy, status, coding, type or length in question. */
      readonly value?: string;
    };

/** A cached response: path, age and lifetime. */
interface CachedResponse {
  readonly path: string;
  readonly ageSeconds: number;
  /** Negative when it has expired. */
  readonly secondsLeft: number;
  readonly lifetime: LifetimeData;
}

/** Events of CloudFront: event name to its data. */
export interface CloudFrontEvents {
  /** Answers with 400, 403, 414 or 494. */
  'request.rejected': {
    reason: RequestRejection;
    status: number;
    path: string;
    /** Bytes or distributions counted, and their limit. */
    count?: number;
    limit?: number;
  };
  'behavior.matched': {
    pattern: string;
    isDefault: boolean;
    /** Patterns with precedence that do not match. */
    notMatched: readonly string[];
    /** The path compared with the patterns, and the path requested. */
    path: string;
    requestPath: string;
    origin: string;
    cachePolicy: string;
    originRequestPolicy: string | undefined;
    responseHeadersPolicy: string | undefined;
  };
  /** Answers with 403: plain HTTP where the behavior requires HTTPS. */
  'viewer-protocol.rejected': { pattern: string; policy: string };
  /** Answers with 301 or 307. */
  'viewer-protocol.redirected': { policy: string; status: number; location: string };
  /** Answers with 403. */
  'method.not-allowed': { pattern: string; method: string; allowed: readonly string[] };
  'function.logged': { name: string; line: string };
  /** The function passed the request or the response on; absent fields were not changed. */
  'function.ran': {
    name: string;
    eventType: FunctionEventType;
    path?: string;
    /** Names of the query parameters. */
    queryParameters?: readonly string[];
    status?: number;
    isBodyReplaced?: boolean;
  };
  /** Answers with the status that the function returned; the origin is not asked. */
  'function.responded': { name: string; eventType: FunctionEventType; status: number; location?: string };
  /** Answers with 502 (`forbidden-header`) or 503. */
  'function.failed': {
    name: string;
    eventType: FunctionEventType;
    status: 502 | 503;
    reason: FunctionFailure;
    detail: string;
  };
  'cache.bypassed': { reason: CacheBypass; cachePolicy: string; method: string };
  /** Answers from the cache. */
  'cache.hit': CachedResponse;
  /** Answers with a response that was fetched for another viewer while this one waited. */
  'cache.collapsed': CachedResponse;
  /** Answers from the cache although the response has expired. */
  'cache.stale-served': CachedResponse & {
    /** The origin failed now or recently, or is asked in the background (stale-while-revalidate). */
    reason: 'origin-failed' | 'origin-failed-recently' | 'revalidating';
    /** Of `origin-failed`: the origin's status, and the seconds until it is asked again. */
    originStatus?: number;
    retrySeconds?: number;
  };
  'cache.expired': { path: string; expiredSecondsAgo: number };
  'cache.waiting': object;
  /** The origin answered 304: the cached response is still valid. Answers from the cache. */
  'cache.revalidated': { lifetime: LifetimeData };
  'cache.stored': { key: string; lifetime: LifetimeData; compression: CompressionData };
  'cache.not-stored': {
    reason: 'not-cacheable' | 'event-stream' | 'too-large';
    status: number;
    cacheControl?: string;
    compression?: CompressionData;
    bytes?: number;
    limitBytes?: number;
  };
  'origin.requested': {
    host: string;
    method: string;
    path: string;
    signedBy?: 'origin-access-control' | 'origin-access-identity';
  };
  'origin.attempt-failed': { host: string; attempt: number; attempts: number; detail: string };
  /** Answers with 502 or 504, unless the origin group has another origin. */
  'origin.failed': { host: string; status: number; reason: OriginFailureReason; detail: string };
  /** The second origin of a group is asked. */
  'origin.failed-over': { group: string; status: number; from: string; to: string };
  /** Replaces an error by a page. */
  'custom-error.replaced': {
    from: number;
    to: number;
    page: string;
    path: string;
    originStatus: number | undefined;
  };
  /** Answers with the status of the error page itself. */
  'custom-error.page-failed': { page: string; status: number };
  /** The header changes are in the details of the hop. */
  'response.headers-policy-applied': { policy: string };
  /** The viewer-response function does not run because the origin answered 400 or more. */
  'response.function-skipped': { name: string; originStatus: number };
}
