import type { LedgerRow } from './ledger-row';

/** Observable behavior of CloudFront and its S3 origins. */
export const CLOUDFRONT_ROWS: readonly LedgerRow[] = [
  {
    id: 'CF-PATH-01',
    behavior:
      'The first cache behavior with a matching pattern is used, in template order; the default comes last',
    source: 'cf:DownloadDistValuesCacheBehavior, documented, sure',
  },
  {
    id: 'CF-PATH-02',
    behavior: 'Patterns are case-sensitive: `/API/x` does not match `/api/*`',
    source: 'cf:DownloadDistValuesCacheBehavior, documented, sure',
  },
  {
    id: 'CF-PATH-03',
    behavior: 'The leading slash of a pattern is optional',
    source: 'cf:DownloadDistValuesCacheBehavior, documented, sure',
  },
  {
    id: 'CF-PATH-04',
    behavior: '`*` matches any characters, `/` too; `?` matches exactly one',
    source: 'cf:DownloadDistValuesCacheBehavior, documented, sure',
  },
  { id: 'CF-PATH-05', behavior: '`/api/*` matches `/api/` and not `/api`', source: 'inferred, sure' },
  {
    id: 'CF-PATH-06',
    behavior:
      'Query and cookies do not affect matching; patterns have at most 255 characters of an allowed set',
    source: 'documented, sure',
  },
  {
    id: 'CF-PATH-07',
    behavior:
      'Dot segments and repeated slashes are resolved for matching only; the origin gets the raw path',
    source: 'documented, sure',
  },
  {
    id: 'CF-PATH-08',
    behavior: 'A function that rewrites the path does not change the cache behavior or the origin',
    source: 'cf:functions-event-structure, documented, sure',
  },
  {
    id: 'CF-PATH-09',
    behavior: "The origin path is prepended to the path; the pattern's prefix is kept",
    source: 'cf:DownloadDistValuesOrigin, documented + inferred, sure',
  },
  {
    id: 'CF-ROOT-01',
    behavior: '`/` returns the default root object, without a redirect',
    source: 'cf:DefaultRootObject, documented, sure',
  },
  {
    id: 'CF-ROOT-02',
    behavior: 'The default root object applies to `/` only, not to directories',
    source: 'cf:DefaultRootObject, documented, sure',
  },
  {
    id: 'CF-ROOT-03',
    behavior: 'The default root object applies to every method',
    source: 'cf:DefaultRootObject, documented, likely',
  },
  {
    id: 'CF-ROOT-04',
    behavior: 'A default root object with a leading slash is invalid',
    source: 'cf:DefaultRootObject gh:KensioSoftware/yulin#399, documented, likely',
  },
  {
    id: 'CF-ROOT-05',
    behavior: 'A viewer-request function receives `/`, not the default root object',
    source: 'inferred, unsure',
    difference: 'AWS does not document this',
  },
  {
    id: 'CF-S3-01',
    behavior:
      'A missing object is 403 AccessDenied (XML) when the bucket policy does not grant `s3:ListBucket`',
    source: 'repost:s3-rest-api-cloudfront-error-403, documented + observed, sure',
  },
  {
    id: 'CF-S3-02',
    behavior: 'A missing object is 404 NoSuchKey when the bucket policy grants `s3:ListBucket`',
    source: 'repost:s3-rest-api-cloudfront-error-403, documented + observed, sure',
  },
  {
    id: 'CF-S3-03',
    behavior: "The CDK's origin access control grants `s3:GetObject` only, so a missing object is 403",
    source: 'documented, sure',
  },
  {
    id: 'CF-S3-08',
    behavior:
      'Conditions of a bucket policy have operators for text, ARNs, numbers, true and false, and `Null`, with `IfExists`, `ForAnyValue` and `ForAllValues`',
    source: 'iam:reference_policies_elements_condition_operators, documented, sure',
    difference: 'addresses, dates and binary values are refused',
  },
  {
    id: 'CF-S3-04',
    behavior: 'A method that the cache behavior does not allow does not reach the bucket',
    source: 'cf:http-403-invalid-method, documented, sure',
  },
  {
    id: 'CF-S3-05',
    behavior:
      'Objects have `Content-Type`, `Cache-Control`, a strong `ETag`, `Last-Modified`, `Accept-Ranges` and `x-amz-*` headers',
    source: 'cf:RequestAndResponseBehaviorS3Origin, documented + observed, sure',
  },
  { id: 'CF-S3-06', behavior: 'Keys are case-sensitive and percent-decoded', source: 'documented, sure' },
  {
    id: 'CF-S3-07',
    behavior: 'The global host name of a new bucket redirects for up to a day',
    source: 'cf:DownloadDistValuesOrigin, documented, likely',
    untested: 'depends on DNS of AWS; the local cloud uses regional host names',
  },
  {
    id: 'CF-ERR-01',
    behavior:
      "Custom error responses apply to every cache behavior: an API's 404 is replaced by the page too",
    source: 'cf:GeneratingCustomErrorResponses cf:HTTPStatusCodes, documented + observed, sure',
  },
  {
    id: 'CF-ERR-02',
    behavior: 'Only certain error codes can be configured; 401, 409, 422 and 429 are never replaced',
    source: 'cf:HTTPStatusCodes, documented, sure',
  },
  {
    id: 'CF-ERR-03',
    behavior: 'Response code and page path must be set together; the code is 200 or one of a list',
    source: 'cf:custom-error-pages-response-code, documented, sure',
  },
  {
    id: 'CF-ERR-04',
    behavior:
      'The error page is requested through the distribution; if that fails, the response has the status of the failure',
    source: 'cf:custom-error-pages-*, documented, sure',
  },
  {
    id: 'CF-ERR-05',
    behavior: 'Functions do not run for requests of error pages',
    source: 'documented + inferred, likely',
  },
  {
    id: 'CF-ERR-06',
    behavior:
      'Errors are cached for `ErrorCachingMinTTL` (10 s), longer if the origin asks for it, and not if caching is disabled',
    source: 'cf:custom-error-pages-expiration, documented, sure',
  },
  {
    id: 'CF-ERR-07',
    behavior: '404, 414 and 5xx are always cached; 400, 403, 405, 412 and 415 only with `max-age`; 416 never',
    source: 'cf:HTTPStatusCodes, documented, sure',
  },
  {
    id: 'CF-ERR-08',
    behavior: 'A response that a function generates is not replaced, even with a status of 400 or more',
    source: 'cf:edge-function-restrictions, documented, sure',
  },
  {
    id: 'CF-ERR-09',
    behavior: 'An error page has `X-Cache: Error from cloudfront`, even with status 200',
    source: 'cf:custom-error-pages-response-code, documented + observed + inferred, likely',
  },
  {
    id: 'CF-SPA-01',
    behavior: 'The SPA fallback is a function of the default cache behavior only',
    source: 'cf:example-cloudfront-functions-url-rewrite-single-page-apps-section, documented, sure',
  },
  {
    id: 'CF-SPA-02',
    behavior: 'A path whose last segment has no dot is rewritten to the page',
    source: 'cf:example-cloudfront-functions-url-rewrite-single-page-apps-section, documented, sure',
  },
  {
    id: 'CF-SPA-03',
    behavior: "A deep link is 200 `text/html` and shares the page's cache key",
    source: 'inferred, sure',
  },
  { id: 'CF-SPA-04', behavior: 'A missing asset is an error, not the page', source: 'inferred, sure' },
  {
    id: 'CF-SPA-05',
    behavior: 'A path with a dot in its last segment is a file for the SPA function, not a deep link',
    source: 'inferred, sure',
  },
  {
    id: 'CF-HTTPS-01',
    behavior: '`redirect-to-https`: GET and HEAD over HTTP are redirected (301) to the same URL',
    source: 'cf:using-https-viewers-to-cloudfront, documented, sure',
    difference: 'with `--https` only; otherwise plain HTTP is treated as HTTPS',
  },
  {
    id: 'CF-HTTPS-02',
    behavior: 'Headers and body of the redirect, byte for byte',
    source: 'observed, sure',
  },
  {
    id: 'CF-HTTPS-03',
    behavior: 'Other methods are redirected with 307; HTTP/1.0 is 403',
    source: 'cf:using-https-viewers-to-cloudfront, documented, sure',
  },
  {
    id: 'CF-HTTPS-04',
    behavior: '`https-only`: HTTP is 403',
    source: 'cf:using-https-viewers-to-cloudfront, documented, sure',
  },
  {
    id: 'CF-HTTPS-05',
    behavior: 'The redirect to HTTPS happens before functions run',
    source: 'documented + inferred, likely',
  },
  {
    id: 'CF-HTTPS-06',
    behavior: 'The response headers policy applies to the redirect',
    source: 'observed, likely',
  },
  {
    id: 'CF-METH-01',
    behavior: "A method that is not allowed is 403 with CloudFront's error page",
    source: 'cf:http-403-invalid-method, documented + observed, sure',
  },
  {
    id: 'CF-METH-02',
    behavior: 'Only three sets of allowed methods exist',
    source: 'cf:DownloadDistValuesCacheBehavior, documented, sure',
  },
  {
    id: 'CF-METH-03',
    behavior: 'GET with a body is 403',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, sure',
  },
  { id: 'CF-METH-04', behavior: 'TRACE, CONNECT and unknown methods are 403', source: 'inferred, likely' },
  {
    id: 'CF-LIM-01',
    behavior: 'A URL over 8,192 bytes is 414 and closes the connection',
    source: 'cf:cloudfront-limits, documented, sure',
  },
  {
    id: 'CF-LIM-02',
    behavior: 'Request line and headers over 32,768 bytes are 494 and close the connection',
    source: 'cf:cloudfront-limits, documented, sure',
  },
  {
    id: 'CF-LIM-03',
    behavior: 'Request bodies are streamed to the origin',
    source: 'cf:cloudfront-limits, documented, likely',
  },
  {
    id: 'CF-LIM-04',
    behavior: 'Response headers of the origin over the limit are 502',
    source: 'documented, likely',
  },
  {
    id: 'CF-LIM-05',
    behavior: 'More than two distributions in a chain are 403',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, likely',
    difference: 'detected by the `Via` header, which viewers can forge',
  },
  { id: 'CF-PAGE-01', behavior: "CloudFront's own error page, byte for byte", source: 'observed, sure' },
  {
    id: 'CF-DOWN-01',
    behavior: 'An origin that refuses connections is 502',
    source: 'cf:http-502-bad-gateway, documented, sure',
  },
  {
    id: 'CF-DOWN-02',
    behavior: 'An origin that does not respond in time is 504',
    source: 'cf:http-504-gateway-timeout, documented + observed, sure',
  },
  {
    id: 'CF-DOWN-03',
    behavior: 'GET and HEAD are retried, other methods are not',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, sure',
  },
  {
    id: 'CF-DOWN-04',
    behavior: 'An expired cache entry is served when the origin fails with 5xx',
    source: 'cf:Expiration cf:HTTPStatusCodes, documented, sure',
  },
  {
    id: 'CF-DOWN-05',
    behavior: 'Error responses of the API are not changed',
    source: 'documented + observed, sure',
  },
  {
    id: 'CF-REQ-01',
    behavior: "`Host` is the origin's; if the viewer's is forwarded, API Gateway rejects the request",
    source: 'cf:using-managed-origin-request-policies, documented, sure',
  },
  {
    id: 'CF-REQ-02',
    behavior: "The viewer's address is appended to `X-Forwarded-For`",
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, sure',
  },
  {
    id: 'CF-REQ-03',
    behavior: '`Via` is added',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented + observed, sure',
  },
  {
    id: 'CF-REQ-04',
    behavior: '`X-Amz-Cf-Id` is added',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, sure',
  },
  {
    id: 'CF-REQ-05',
    behavior: '`User-Agent` is `Amazon CloudFront` unless it is forwarded',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, sure',
  },
  {
    id: 'CF-REQ-06',
    behavior:
      'Without an origin request policy the origin gets the cache key and a few standard headers only',
    source: 'cf:controlling-origin-requests, documented, sure',
  },
  {
    id: 'CF-REQ-07',
    behavior: "`AllViewerExceptHostHeader` forwards everything except `Host`, and adds CloudFront's headers",
    source: 'cf:using-managed-origin-request-policies cf:adding-cloudfront-headers, documented, sure',
    difference: 'headers about the location of the viewer (`CloudFront-Viewer-Country`, …) are missing',
  },
  {
    id: 'CF-REQ-08',
    behavior: '`Authorization` is removed from GET and HEAD unless it is forwarded or part of the cache key',
    source: 'cf:add-origin-custom-headers, documented, sure',
  },
  {
    id: 'CF-REQ-09',
    behavior:
      'Hop-by-hop and reserved headers are removed, as are `X-Forwarded-Proto` and `X-HTTP-Method-Override`',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, sure',
  },
  {
    id: 'CF-REQ-10',
    behavior: 'The query is forwarded unchanged, or not at all',
    source: 'cf:controlling-the-cache-key, documented, sure',
  },
  {
    id: 'CF-REQ-11',
    behavior: "Custom headers of an origin replace the viewer's",
    source: 'cf:add-origin-custom-headers, documented, sure',
  },
  {
    id: 'CF-REQ-12',
    behavior: 'The origin gets HTTP/1.1; header names are case-insensitive',
    source: 'documented + observed, likely',
  },
  {
    id: 'CF-REQ-13',
    behavior: 'With caching disabled, `Accept-Encoding` is forwarded unchanged',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-REQ-14',
    behavior: 'With compression enabled, `Accept-Encoding` is normalized',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-REQ-15',
    behavior: 'Range and conditional headers are forwarded',
    source: 'cf:RangeGETs, documented, sure',
  },
  {
    id: 'CF-REQ-16',
    behavior: 'Viewers do not see the signature of S3 requests',
    source: 'cf:private-content-restricting-access-to-s3, documented, sure',
  },
  {
    id: 'CF-TTL-01',
    behavior: '`CachingOptimized`: TTLs of 1 s, a day and a year; the cache key is path and encoding',
    source: 'cf:using-managed-cache-policies, documented, sure',
  },
  {
    id: 'CF-TTL-02',
    behavior: '`CachingDisabled`: nothing is cached, every request is a miss',
    source: 'cf:using-managed-cache-policies, documented, sure',
  },
  {
    id: 'CF-TTL-03',
    behavior: '`s-maxage` wins over `max-age`, and that over `Expires`; limited by minimum and maximum TTL',
    source: 'cf:Expiration, documented, sure',
  },
  {
    id: 'CF-TTL-04',
    behavior: 'Without caching headers the default TTL applies',
    source: 'cf:Expiration, documented, sure',
  },
  {
    id: 'CF-TTL-05',
    behavior: '`no-store` is still cached for the minimum TTL',
    source: 'cf:Expiration, documented, sure',
  },
  {
    id: 'CF-TTL-06',
    behavior: "A viewer's `Cache-Control` and `Pragma` are ignored",
    source: 'cf:Expiration, documented, sure',
  },
  {
    id: 'CF-TTL-07',
    behavior: '`stale-while-revalidate` and `stale-if-error` apply up to the maximum TTL',
    source: 'cf:Expiration, documented, sure',
  },
  {
    id: 'CF-TTL-08',
    behavior: 'Requests that differ only in a query outside the cache key share a cache entry',
    source: 'documented, sure',
  },
  {
    id: 'CF-TTL-09',
    behavior: 'With caching enabled, `Authorization` is removed and the response is shared between viewers',
    source: 'documented + inferred, sure',
  },
  {
    id: 'CF-TTL-10',
    behavior: '`Set-Cookie` is cached with the response',
    source: 'cf:Cookies, documented, likely',
  },
  {
    id: 'CF-COND-01',
    behavior: '`If-None-Match` with a fresh cache entry is 304 from the edge',
    source: 'cf:RequestAndResponseBehavior*, documented + observed, sure',
  },
  {
    id: 'CF-COND-02',
    behavior: 'An expired entry is revalidated; 304 from the origin is a `RefreshHit`',
    source: 'cf:Expiration, documented, sure',
  },
  {
    id: 'CF-RANGE-01',
    behavior: 'A range is 206 with `Content-Range`',
    source: 'cf:RangeGETs, documented, sure',
    difference: 'the cache responds to several ranges with the whole object',
  },
  {
    id: 'CF-RANGE-02',
    behavior: 'Invalid, overlapping or unordered ranges are ignored',
    source: 'cf:RangeGETs, documented, sure',
  },
  {
    id: 'CF-RANGE-03',
    behavior: 'An object of unknown length is sent as a whole',
    source: 'cf:RangeGETs, documented, likely',
  },
  {
    id: 'CF-HEAD-01',
    behavior: 'HEAD has the headers of GET and uses its cache entry',
    source: 'documented, sure',
  },
  {
    id: 'CF-COMP-01',
    behavior:
      'Responses are compressed if cache behavior, policy, viewer, type, size and status allow it; the `ETag` becomes weak',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-COMP-02',
    behavior: 'The list of compressed types',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-COMP-03',
    behavior: 'With caching disabled nothing is compressed',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-COMP-04',
    behavior: 'Cache behavior and cache policy must both enable compression',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-RESP-01',
    behavior: 'Every response has `Via`, `X-Amz-Cf-Pop`, `X-Amz-Cf-Id` and `X-Cache`; `Age` on hits only',
    source: 'documented + observed, sure',
  },
  {
    id: 'CF-RESP-02',
    behavior: 'The values of `X-Cache`',
    source: 'cf:standard-logs, documented + observed, sure',
  },
  {
    id: 'CF-RESP-03',
    behavior: 'Hop-by-hop headers of the origin are removed',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, likely',
  },
  {
    id: 'CF-RHP-01',
    behavior: 'Headers of the managed `SecurityHeadersPolicy`',
    source: 'cf:using-managed-response-headers-policies, documented, sure',
  },
  {
    id: 'CF-RHP-02',
    behavior: "The origin's header is replaced with override only",
    source: 'cf:understanding-response-headers-policies, documented, sure',
  },
  {
    id: 'CF-RHP-03',
    behavior: 'Headers are removed first, then set; some cannot be removed',
    source: 'cf:understanding-response-headers-policies, documented, sure',
  },
  {
    id: 'CF-RHP-04',
    behavior: 'The response headers policy applies to hits, origin responses, redirects and failed functions',
    source: 'documented + observed, likely',
  },
  {
    id: 'CF-RHP-05',
    behavior: 'The response headers policy applies before the viewer-response function',
    source: 'documented, sure',
  },
  {
    id: 'CF-RHP-06',
    behavior: '`Cache-Control` of the response headers policy affects viewers, not the edge cache',
    source: 'cf:modifying-response-headers, documented, sure',
  },
  {
    id: 'CF-RHP-07',
    behavior: 'CORS headers on CORS requests only; preflight headers on preflights',
    source: 'cf:understanding-response-headers-policies, documented, sure',
  },
  {
    id: 'CF-RHP-08',
    behavior: 'CloudFront does not respond to OPTIONS itself',
    source: 'observed + inferred, likely',
  },
  {
    id: 'CF-RHP-09',
    behavior: 'Limits of response headers policies',
    source: 'cf:cloudfront-limits, documented, sure',
  },
  {
    id: 'CFF-EV-01',
    behavior:
      'Events have header names in lower case, and cookies apart; names that a function sets become title case',
    source: 'cf:functions-event-structure, documented, sure',
  },
  {
    id: 'CFF-EV-02',
    behavior: 'Repeated fields have `multiValue`; if a function changes it, it wins over `value`',
    source: 'cf:functions-event-structure, documented, sure',
  },
  {
    id: 'CFF-EV-03',
    behavior: 'The query as received; it may be returned as text',
    source: 'cf:functions-event-structure cf:edge-function-restrictions-all, documented, sure',
  },
  {
    id: 'CFF-EV-04',
    behavior: 'The method is read-only',
    source: 'cf:functions-event-structure cf:edge-function-restrictions-all, documented, sure',
  },
  {
    id: 'CFF-EV-05',
    behavior: 'The path must start with `/` and has no query',
    source: 'cf:functions-event-structure cf:edge-function-restrictions-all, documented, sure',
  },
  {
    id: 'CFF-EV-06',
    behavior: 'No request body; functions run for every method',
    source: 'cf:cloudfront-function-restrictions, documented, sure',
  },
  {
    id: 'CFF-EV-07',
    behavior: 'A viewer-response function may replace or remove the body, never read it',
    source: 'cf:functions-event-structure, documented, sure',
  },
  {
    id: 'CFF-EV-08',
    behavior: 'A function can return a response (`FunctionGeneratedResponse`); the origin gets no request',
    source: 'observed, sure',
    difference: 'the response headers policy applies; AWS does not document this',
  },
  {
    id: 'CFF-EV-09',
    behavior: "The viewer-response function does not run when the origin's status is 400 or more",
    source: 'cf:edge-function-restrictions-all gh:KensioSoftware/yulin#943, documented, sure',
  },
  {
    id: 'CFF-HDR-01',
    behavior: 'Functions do not see disallowed headers; adding one is 502',
    source: 'cf:edge-function-restrictions-all, documented, sure',
  },
  {
    id: 'CFF-HDR-02',
    behavior: 'Changing a read-only header is 502',
    source: 'cf:edge-function-restrictions-all cf:http-502-bad-gateway, documented, sure',
  },
  {
    id: 'CFF-ERR-01',
    behavior: 'A function that throws is 503 `FunctionExecutionError`',
    source: 'cf:http-503, documented + observed, sure',
  },
  {
    id: 'CFF-ERR-02',
    behavior: 'A throttled function is 503 `FunctionThrottledError`',
    source: 'documented, likely',
    untested: 'depends on the capacity of AWS',
  },
  {
    id: 'CFF-ERR-03',
    behavior: 'A function that returns neither request nor response is 503',
    source: 'inferred, unsure',
  },
  {
    id: 'CFF-LIM-01',
    behavior: 'Code over 10,240 bytes is invalid; run time and log size are limited',
    source: 'cf:cloudfront-limits, documented, sure',
    difference:
      'a call may take 3 s, instead of about 1 ms of CPU time; 2 MB limit each value, not their sum',
  },
  {
    id: 'CFF-JS-01',
    behavior: 'Features of `cloudfront-js-2.0`',
    source: 'cf:functions-javascript-runtime-20, documented, sure',
    difference: 'key-value stores are empty; helpers that change the origin are rejected at start',
  },
  {
    id: 'CFF-JS-02',
    behavior: 'Features that `cloudfront-js-2.0` lacks',
    source: 'documented + observed, likely',
  },
  {
    id: 'CFF-JS-03',
    behavior: 'Unsupported syntax fails at the first request',
    source: 'observed, likely',
    difference: 'rejected at start, with line, construct and remedy',
  },
  {
    id: 'CFF-JS-04',
    behavior: 'The clock stands still during a call',
    source: 'cf:functions-javascript-runtime-20, documented, sure',
  },
  {
    id: 'CFF-JS-05',
    behavior: 'The entry point is a global function `handler`',
    source: 'cf:functions-javascript-runtime-20, documented, sure',
  },
  {
    id: 'CF-VPC-01',
    behavior: 'VPC origins',
    source: 'cf:private-content-vpc-origins, documented, sure',
    untested: 'templates with VPC origins are rejected at start',
  },
  {
    id: 'CF-VPC-02',
    behavior: 'The price of a VPC origin',
    source: 'inferred, likely',
    untested: 'prices cannot be tested',
  },
  {
    id: 'CF-HOST-01',
    behavior:
      'A distribution answers for its domain name and its alternate domain names only; another `Host` is 403',
    source: 'cf:CNAMEs, documented, sure',
    difference:
      'the names of this machine are answered too; another `Host` is 421 with a text, also for sign-in and function URLs, against DNS rebinding',
  },
  {
    id: 'CF-HSTS-01',
    behavior: '`Strict-Transport-Security` is sent with HTTPS',
    source: 'cf:understanding-response-headers-policies, documented, sure',
    difference:
      'with `--https` it is not sent, because it would apply to all ports of `localhost`; the log says so once',
  },
  {
    id: 'CF-CREATE-01',
    behavior: 'A cache policy with `MaxTTL` 0 cannot have names or encodings in its cache key',
    source: 'cf:controlling-the-cache-key gh:aws/aws-cdk#13441, documented + observed, sure',
  },
  {
    id: 'CF-CREATE-02',
    behavior: 'An origin has exactly one of `S3OriginConfig`, `CustomOriginConfig` and `VpcOriginConfig`',
    source: 'gh:aws-cloudformation/cfn-lint#2878, observed, sure',
  },
  {
    id: 'CF-CREATE-03',
    behavior:
      'Response headers policies without headers, with security or CORS headers as custom headers, or with the origin `ALL` cannot be created',
    source: 'gh:aws-cloudformation/cloudformation-coverage-roadmap#1156, documented + observed, sure',
    difference:
      'also refused when no behavior uses the policy, as on AWS, and by the template checks with the same rules',
  },
  {
    id: 'CF-SHIELD-01',
    behavior: 'Origin Shield does not change responses',
    source: 'cf:origin-shield, documented, sure',
  },
  {
    id: 'CF-LB-01',
    behavior:
      'An internet-facing load balancer as an origin receives requests on the port of the origin; HTTPS to its own DNS name is 502',
    source: 'cf:distribution-web-values-specify cf:http-502-bad-gateway, documented, sure',
    difference: 'bodies of more than 10 MB are 502; a custom domain of the load balancer needs a stand-in',
  },
];
