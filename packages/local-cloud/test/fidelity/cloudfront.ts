import type { LedgerRow } from './ledger-row';

/** Observable behaviour of CloudFront and its S3 origins. */
export const CLOUDFRONT_ROWS: readonly LedgerRow[] = [
  {
    id: 'CF-PATH-01',
    behavior:
      'The first cache behavior whose pattern matches wins, in template order; the default comes last',
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
      'Query and cookies take no part in the match; patterns have at most 255 characters of an allowed set',
    source: 'documented, sure',
  },
  {
    id: 'CF-PATH-07',
    behavior:
      'Dot segments and repeated slashes are resolved for the match only; the origin gets the raw path',
    source: 'documented, sure',
  },
  {
    id: 'CF-PATH-08',
    behavior: 'A path rewritten by a function changes neither behavior nor origin',
    source: 'cf:functions-event-structure, documented, sure',
  },
  {
    id: 'CF-PATH-09',
    behavior: "The origin path is put before the path; the pattern's prefix is not taken off",
    source: 'cf:DownloadDistValuesOrigin, documented + inferred, sure',
  },
  {
    id: 'CF-ROOT-01',
    behavior: '`/` is answered with the default root object, without a redirect',
    source: 'cf:DefaultRootObject, documented, sure',
  },
  {
    id: 'CF-ROOT-02',
    behavior: 'The default root object is for `/` only, not for directories',
    source: 'cf:DefaultRootObject, documented, sure',
  },
  {
    id: 'CF-ROOT-03',
    behavior: 'It replaces `/` for every method',
    source: 'cf:DefaultRootObject, documented, likely',
  },
  {
    id: 'CF-ROOT-04',
    behavior: 'A default root object with a leading slash is refused',
    source: 'cf:DefaultRootObject gh:KensioSoftware/yulin#399, documented, likely',
  },
  {
    id: 'CF-ROOT-05',
    behavior: 'Whether a viewer-request function sees `/` or the root object',
    source: 'inferred, unsure',
    difference: 'unknown on AWS; here the function sees `/`',
  },
  {
    id: 'CF-S3-01',
    behavior:
      'A missing object is 403 AccessDenied (XML) when the bucket policy does not grant `s3:ListBucket`',
    source: 'repost:s3-rest-api-cloudfront-error-403, documented + observed, sure',
  },
  {
    id: 'CF-S3-02',
    behavior: 'With `s3:ListBucket` granted it is 404 NoSuchKey',
    source: 'repost:s3-rest-api-cloudfront-error-403, documented + observed, sure',
  },
  {
    id: 'CF-S3-03',
    behavior: "CDK's origin access control grants reading only, so a missing object is 403",
    source: 'documented, sure',
  },
  {
    id: 'CF-S3-04',
    behavior: 'A method that the behavior does not allow never reaches the bucket',
    source: 'cf:http-403-invalid-method, documented, sure',
  },
  {
    id: 'CF-S3-05',
    behavior:
      "Objects are sent with content type, cache control, strong ETag, Last-Modified, Accept-Ranges and S3's own headers",
    source: 'cf:RequestAndResponseBehaviorS3Origin, documented + observed, sure',
  },
  { id: 'CF-S3-06', behavior: 'Keys are case-sensitive and percent-decoded', source: 'documented, sure' },
  {
    id: 'CF-S3-07',
    behavior: "A new bucket's global host name redirects for a day",
    source: 'cf:DownloadDistValuesOrigin, documented, likely',
    untested: 'a host name of AWS’s DNS; buckets are reached by their regional name here',
  },
  {
    id: 'CF-ERR-01',
    behavior: "Custom error responses hold for every behavior: an API's 404 becomes the page too",
    source: 'cf:GeneratingCustomErrorResponses cf:HTTPStatusCodes, documented + observed, sure',
  },
  {
    id: 'CF-ERR-02',
    behavior: 'Only certain error codes can be configured; 401, 409, 422 and 429 always pass',
    source: 'cf:HTTPStatusCodes, documented, sure',
  },
  {
    id: 'CF-ERR-03',
    behavior: 'Response code and page path are given together; the code is 200 or one of the list',
    source: 'cf:custom-error-pages-response-code, documented, sure',
  },
  {
    id: 'CF-ERR-04',
    behavior: 'The page is fetched as a path of the distribution; if that fails, its status is the answer',
    source: 'cf:custom-error-pages-*, documented, sure',
  },
  {
    id: 'CF-ERR-05',
    behavior: 'Functions do not run for the fetch of an error page',
    source: 'documented + inferred, likely',
  },
  {
    id: 'CF-ERR-06',
    behavior:
      'Errors are cached for ErrorCachingMinTTL (10 s) or longer if the origin says so; not where caching is off',
    source: 'cf:custom-error-pages-expiration, documented, sure',
  },
  {
    id: 'CF-ERR-07',
    behavior: '404, 414 and 5xx are always cached; 400, 403, 405, 412, 415 only with max-age; 416 never',
    source: 'cf:HTTPStatusCodes, documented, sure',
  },
  {
    id: 'CF-ERR-08',
    behavior: "A function's own answer of 400 or more is not replaced",
    source: 'cf:edge-function-restrictions, documented, sure',
  },
  {
    id: 'CF-ERR-09',
    behavior: '`X-Cache: Error from cloudfront` also when the page is sent as 200',
    source: 'cf:custom-error-pages-response-code, documented + observed + inferred, likely',
  },
  {
    id: 'CF-SPA-01',
    behavior: 'The SPA fallback is a function of the default behavior only',
    source: 'cf:example-cloudfront-functions-url-rewrite-single-page-apps-section, documented, sure',
  },
  {
    id: 'CF-SPA-02',
    behavior: 'A path whose last segment has no extension is rewritten to the page',
    source: 'cf:example-cloudfront-functions-url-rewrite-single-page-apps-section, documented, sure',
  },
  {
    id: 'CF-SPA-03',
    behavior: "A deep link is 200 `text/html`, cached under the page's key",
    source: 'inferred, sure',
  },
  { id: 'CF-SPA-04', behavior: 'A missing asset stays an error', source: 'inferred, sure' },
  {
    id: 'CF-SPA-05',
    behavior:
      'Whether a deep link with a dot in its last segment is a page is for the function to say; ours takes it for a file',
    source: 'inferred, sure',
  },
  {
    id: 'CF-HTTPS-01',
    behavior: '`redirect-to-https`: GET and HEAD over HTTP are 301 to the same URL',
    source: 'cf:using-https-viewers-to-cloudfront, documented, sure',
    difference: 'seen with `--https`: plain HTTP stands for HTTPS otherwise',
  },
  { id: 'CF-HTTPS-02', behavior: "The redirect's headers and page, byte for byte", source: 'observed, sure' },
  {
    id: 'CF-HTTPS-03',
    behavior: 'Other methods are 307; HTTP/1.0 is 403',
    source: 'cf:using-https-viewers-to-cloudfront, documented, sure',
  },
  {
    id: 'CF-HTTPS-04',
    behavior: '`https-only`: HTTP is 403',
    source: 'cf:using-https-viewers-to-cloudfront, documented, sure',
  },
  {
    id: 'CF-HTTPS-05',
    behavior: 'The redirect comes before functions',
    source: 'documented + inferred, likely',
  },
  {
    id: 'CF-HTTPS-06',
    behavior: 'The response headers policy holds for the redirect too',
    source: 'observed, likely',
  },
  {
    id: 'CF-METH-01',
    behavior: "A method that is not allowed is 403 with CloudFront's page",
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
    behavior: 'A URL over 8,192 bytes is 414 and ends the connection',
    source: 'cf:cloudfront-limits, documented, sure',
  },
  {
    id: 'CF-LIM-02',
    behavior: 'Request line and headers over 32,768 bytes are 494 and end the connection',
    source: 'cf:cloudfront-limits, documented, sure',
  },
  {
    id: 'CF-LIM-03',
    behavior: 'Request bodies are passed on, not buffered',
    source: 'cf:cloudfront-limits, documented, likely',
  },
  {
    id: 'CF-LIM-04',
    behavior: "An origin's response headers over the limit are 502",
    source: 'documented, likely',
  },
  {
    id: 'CF-LIM-05',
    behavior: 'More than two distributions in a chain are 403',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, likely',
    difference: 'told by `Via`, which a viewer can write',
  },
  { id: 'CF-PAGE-01', behavior: "CloudFront's own error page, byte for byte", source: 'observed, sure' },
  {
    id: 'CF-DOWN-01',
    behavior: 'An origin that refuses connections is 502',
    source: 'cf:http-502-bad-gateway, documented, sure',
  },
  {
    id: 'CF-DOWN-02',
    behavior: 'An origin that does not answer in time is 504',
    source: 'cf:http-504-gateway-timeout, documented + observed, sure',
  },
  {
    id: 'CF-DOWN-03',
    behavior: 'GET and HEAD are tried again, other methods are not',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, sure',
  },
  {
    id: 'CF-DOWN-04',
    behavior: 'An expired copy is served when the origin fails with 5xx',
    source: 'cf:Expiration cf:HTTPStatusCodes, documented, sure',
  },
  { id: 'CF-DOWN-05', behavior: 'Errors of the API pass unchanged', source: 'documented + observed, sure' },
  {
    id: 'CF-REQ-01',
    behavior: "`Host` is the origin's, unless the viewer's is forwarded, which API Gateway refuses",
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
    behavior: 'Without an origin request policy the origin gets little more than what is in the cache key',
    source: 'cf:controlling-origin-requests, documented, sure',
  },
  {
    id: 'CF-REQ-07',
    behavior: "AllViewerExceptHostHeader forwards everything but `Host`, and adds CloudFront's headers",
    source: 'cf:using-managed-origin-request-policies cf:adding-cloudfront-headers, documented, sure',
    difference: 'where a viewer is nobody knows here: country, city, … are not sent',
  },
  {
    id: 'CF-REQ-08',
    behavior: '`Authorization` is taken off GET and HEAD unless forwarded or part of the cache key',
    source: 'cf:add-origin-custom-headers, documented, sure',
  },
  {
    id: 'CF-REQ-09',
    behavior:
      'Hop-by-hop and reserved headers are taken off, `X-Forwarded-Proto` and `X-HTTP-Method-Override` too',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, sure',
  },
  {
    id: 'CF-REQ-10',
    behavior: 'The query is forwarded verbatim, or not at all',
    source: 'cf:controlling-the-cache-key, documented, sure',
  },
  {
    id: 'CF-REQ-11',
    behavior: "An origin's custom headers replace the viewer's",
    source: 'cf:add-origin-custom-headers, documented, sure',
  },
  {
    id: 'CF-REQ-12',
    behavior: 'HTTP/1.1 to the origin; header names compare without case',
    source: 'documented + observed, likely',
  },
  {
    id: 'CF-REQ-13',
    behavior: 'With caching off, `Accept-Encoding` is forwarded as it is',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-REQ-14',
    behavior: 'With compression on, `Accept-Encoding` is normalised',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-REQ-15',
    behavior: 'Range and conditional headers are forwarded',
    source: 'cf:RangeGETs, documented, sure',
  },
  {
    id: 'CF-REQ-16',
    behavior: 'Signing towards S3 is not seen by viewers',
    source: 'cf:private-content-restricting-access-to-s3, documented, sure',
  },
  {
    id: 'CF-TTL-01',
    behavior: 'CachingOptimized: TTLs 1 s, a day, a year; path and encoding are the key',
    source: 'cf:using-managed-cache-policies, documented, sure',
  },
  {
    id: 'CF-TTL-02',
    behavior: 'CachingDisabled: nothing is cached, every request is a miss',
    source: 'cf:using-managed-cache-policies, documented, sure',
  },
  {
    id: 'CF-TTL-03',
    behavior: '`s-maxage` before `max-age` before `Expires`, kept between minimum and maximum TTL',
    source: 'cf:Expiration, documented, sure',
  },
  {
    id: 'CF-TTL-04',
    behavior: 'Without caching headers the default TTL holds',
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
    behavior: '`stale-while-revalidate` and `stale-if-error` are honoured up to the maximum TTL',
    source: 'cf:Expiration, documented, sure',
  },
  {
    id: 'CF-TTL-08',
    behavior: 'A query that is not in the key hits the same entry',
    source: 'documented, sure',
  },
  {
    id: 'CF-TTL-09',
    behavior: 'With a caching policy `Authorization` is taken off and the answer shared',
    source: 'documented + inferred, sure',
  },
  {
    id: 'CF-TTL-10',
    behavior: '`Set-Cookie` is cached with the object',
    source: 'cf:Cookies, documented, likely',
  },
  {
    id: 'CF-COND-01',
    behavior: '`If-None-Match` against a fresh entry is 304 from the edge',
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
    difference: 'several ranges at once come whole from the cache',
  },
  {
    id: 'CF-RANGE-02',
    behavior: 'Invalid, overlapping or unordered ranges are ignored',
    source: 'cf:RangeGETs, documented, sure',
  },
  {
    id: 'CF-RANGE-03',
    behavior: 'Without a known length the whole object is sent',
    source: 'cf:RangeGETs, documented, likely',
  },
  {
    id: 'CF-HEAD-01',
    behavior: 'HEAD has the headers of GET, and is answered from its cache entry',
    source: 'documented, sure',
  },
  {
    id: 'CF-COMP-01',
    behavior:
      'Compression when behavior, policy, viewer, type, size and status allow it; the ETag becomes weak',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-COMP-02',
    behavior: 'The list of compressed types',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-COMP-03',
    behavior: 'Where caching is off nothing is compressed',
    source: 'cf:ServingCompressedFiles, documented, sure',
  },
  {
    id: 'CF-COMP-04',
    behavior: 'Behavior and policy must both ask for it',
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
    behavior: 'Hop-by-hop headers of the origin are taken off',
    source: 'cf:RequestAndResponseBehaviorCustomOrigin, documented, likely',
  },
  {
    id: 'CF-RHP-01',
    behavior: 'The managed SecurityHeadersPolicy',
    source: 'cf:using-managed-response-headers-policies, documented, sure',
  },
  {
    id: 'CF-RHP-02',
    behavior: "Without override the origin's header stays; with it, it is replaced",
    source: 'cf:understanding-response-headers-policies, documented, sure',
  },
  {
    id: 'CF-RHP-03',
    behavior: 'Headers are removed first, then set; some cannot be removed',
    source: 'cf:understanding-response-headers-policies, documented, sure',
  },
  {
    id: 'CF-RHP-04',
    behavior: 'The policy holds for hits, origin responses, redirects and failed functions',
    source: 'documented + observed, likely',
  },
  {
    id: 'CF-RHP-05',
    behavior: 'The policy comes before the viewer-response function, which sees its headers',
    source: 'documented, sure',
  },
  {
    id: 'CF-RHP-06',
    behavior: 'A `Cache-Control` of the policy is for the viewer, not for the edge',
    source: 'cf:modifying-response-headers, documented, sure',
  },
  {
    id: 'CF-RHP-07',
    behavior: 'CORS headers on CORS requests only; preflight headers on preflights',
    source: 'cf:understanding-response-headers-policies, documented, sure',
  },
  {
    id: 'CF-RHP-08',
    behavior: 'CloudFront does not answer OPTIONS itself',
    source: 'observed + inferred, likely',
  },
  { id: 'CF-RHP-09', behavior: "The policy's limits", source: 'cf:cloudfront-limits, documented, sure' },
  {
    id: 'CFF-EV-01',
    behavior:
      'Header names are in lower case in the event, cookies apart; names set by a function are title-cased',
    source: 'cf:functions-event-structure, documented, sure',
  },
  {
    id: 'CFF-EV-02',
    behavior: 'Repeated fields become `multiValue`; what wins when both are changed',
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
    behavior: 'An early response: origin not asked, `FunctionGeneratedResponse`',
    source: 'observed, sure',
    difference: 'the response headers policy decorates it, which AWS does not document',
  },
  {
    id: 'CFF-EV-09',
    behavior: "The viewer-response function does not run when the origin's status is 400 or more",
    source: 'cf:edge-function-restrictions-all gh:KensioSoftware/yulin#943, documented, sure',
  },
  {
    id: 'CFF-HDR-01',
    behavior: 'Forbidden headers are not seen, and adding one is 502',
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
    untested: 'a function is throttled by AWS’s capacity, which is not here',
  },
  {
    id: 'CFF-ERR-03',
    behavior: 'A function that returns neither request nor response is 503',
    source: 'inferred, unsure',
  },
  {
    id: 'CFF-LIM-01',
    behavior: 'Code over 10,240 bytes is refused; time and log are bounded',
    source: 'cf:cloudfront-limits, documented, sure',
    difference: 'a call ends after three seconds of the clock; its memory is not bounded',
  },
  {
    id: 'CFF-JS-01',
    behavior: 'What `cloudfront-js-2.0` has',
    source: 'cf:functions-javascript-runtime-20, documented, sure',
    difference: 'key-value stores are empty, and helpers that change the origin are refused at start',
  },
  { id: 'CFF-JS-02', behavior: 'What it does not have', source: 'documented + observed, likely' },
  {
    id: 'CFF-JS-03',
    behavior: 'Syntax it does not run is found at the first request',
    source: 'observed, likely',
    difference:
      'found at start here, with line, construct and remedy: nobody wants a function that never runs',
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
    untested: 'VPC origins are refused: the API stands behind API Gateway here',
  },
  { id: 'CF-VPC-02', behavior: 'The price of a VPC origin', source: 'inferred, likely', untested: 'a price' },
  {
    id: 'CF-SHIELD-01',
    behavior: 'Origin Shield changes no answer',
    source: 'cf:origin-shield, documented, sure',
  },
];
