import { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import type { CorsPolicy } from '../../model/cors-policy';
import type { ResponseHeadersPolicy } from '../../model/response-headers-policy';
import { EDGE_LOCATION, type EdgeResponse, type Exchange } from '../exchange';
import { headerChanges } from './header-changes';

/**
 * Applies the behavior's response headers policy to a response in place, between the cache and the viewer-response
 * function (rows CF-RHP-04 to CF-RHP-06): to cached responses, origin responses, and responses of CloudFront or a function.
 */
export function applyResponseHeaders(exchange: Exchange, { response, result }: EdgeResponse): void {
  const { behavior, request, now } = exchange;
  const { responseHeadersPolicy: policy } = behavior;
  if (!policy) return;
  const { headers } = response;
  const before = new HeaderList(headers);
  applyResponseHeadersPolicy(policy, headers, request, now);
  const { serverTiming: timing } = policy;
  if (timing && isSampled(timing.samplingRate, request.headers.get('pragma'), Math.random())) {
    headers.set('Server-Timing', serverTiming(exchange, result, headers.get('server-timing')));
  }
  const changes = headerChanges('response', before, headers, `response headers policy ${policy.name}`);
  const data = { policy: policy.name };
  request.trace.add('cloudfront', 'response.headers-policy-applied', data, { headers: changes });
}

/**
 * Applies a policy to headers in place: removals first, then additions (rows CF-RHP-02, CF-RHP-03 and CF-RHP-07). A
 * removed `Server` or `Date` is replaced by CloudFront's own.
 */
function applyResponseHeadersPolicy(
  policy: ResponseHeadersPolicy,
  headers: HeaderList,
  request: Pick<Request, 'method' | 'headers'>,
  now: () => number,
): void {
  for (const name of policy.remove) headers.delete(name);
  if (policy.remove.includes('server')) headers.set('Server', 'CloudFront');
  if (policy.remove.includes('date')) headers.set('Date', new Date(now()).toUTCString());
  const add = (name: string, value: string, override: boolean): void => {
    if (override || !headers.has(name)) headers.set(name, value);
  };
  if (policy.cors) {
    for (const [name, value] of corsHeaders(policy.cors, request)) add(name, value, policy.cors.override);
  }
  for (const { name, value, override } of policy.headers) add(name, value, override);
}

/**
 * Returns the CORS headers for a request: none without `Origin` or for an origin that is not allowed, and those of a
 * preflight only for a preflight (rows CF-RHP-07 and CF-RHP-08).
 */
function corsHeaders(
  policy: CorsPolicy,
  { method, headers }: Pick<Request, 'method' | 'headers'>,
): [name: string, value: string][] {
  const origin = headers.get('origin');
  const allowed = origin === undefined ? undefined : allowedOrigin(policy, origin);
  if (allowed === undefined) return [];
  const isPreflight = method === 'OPTIONS' && headers.has('access-control-request-method');
  const found: [string, string | undefined][] = [
    ['Access-Control-Allow-Origin', allowed],
    ['Access-Control-Allow-Credentials', policy.allowCredentials ? 'true' : undefined],
    ['Access-Control-Expose-Headers', listed(policy.exposeHeaders)],
  ];
  if (isPreflight) {
    found.push(
      ['Access-Control-Allow-Methods', listed(policy.allowMethods)],
      ['Access-Control-Allow-Headers', listed(policy.allowHeaders)],
      ['Access-Control-Max-Age', policy.maxAgeSeconds?.toString()],
    );
  }
  return found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function listed(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(', ');
}

/** Returns `*` when any origin is allowed, the origin itself when it is listed. */
function allowedOrigin({ allowOrigins }: CorsPolicy, origin: string): string | undefined {
  if (allowOrigins.includes('*')) return '*';
  return allowOrigins.some((pattern) => matchesOrigin(pattern, origin)) ? origin : undefined;
}

function matchesOrigin(pattern: string, origin: string): boolean {
  const [, scheme, host] = /^(?:([^:]+):\/\/)?(.*)$/.exec(pattern.toLowerCase()) ?? [];
  const [, originScheme, originHost = ''] = /^([^:]+):\/\/(.*)$/.exec(origin.toLowerCase()) ?? [];
  if (originScheme === undefined || host === undefined) return false;
  if (scheme !== undefined && scheme !== originScheme) return false;
  return host.startsWith('*.')
    ? originHost.endsWith(host.slice(1)) && originHost !== host.slice(1)
    : originHost === host;
}

/** Tells whether a response gets the header: by chance, or because the request has `Pragma: server-timing`. */
function isSampled(samplingRate: number, pragma: string | undefined, chance: number): boolean {
  return pragma?.trim().toLowerCase() === 'server-timing' || chance * 100 < samplingRate;
}

/** Returns the value of `Server-Timing`: CloudFront's metrics, after those of the origin on a miss. */
function serverTiming(
  { request, requestId }: Exchange,
  result: EdgeResponse['result'],
  fromOrigin: string | undefined,
): string {
  const ids = `cdn-pop;desc="${EDGE_LOCATION}",cdn-rid;desc="${requestId}"`;
  const duration = `cdn-downstream-fbl;dur=${Math.round(request.trace.elapsedMs)}`;
  switch (result) {
    case 'Hit':
      return `cdn-cache-hit,${ids},cdn-hit-layer;desc="EDGE",${duration}`;
    case 'RefreshHit':
      return `cdn-cache-refresh,${ids},${duration}`;
    default: {
      const own = `cdn-upstream-layer;desc="EDGE",cdn-cache-miss,${ids},${duration}`;
      return fromOrigin === undefined ? own : `${fromOrigin},${own}`;
    }
  }
}
