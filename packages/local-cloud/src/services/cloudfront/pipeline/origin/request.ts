import { isUsableRange } from '../../../../http/preconditions';
import type { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import type { HeaderChange } from '../../../../trace/trace';
import { normalizedAcceptEncoding } from '../cache/compression';
import type { Behavior, Origin } from '../../model/distribution';
import type { Exchange } from '../exchange';
import { isBlockedFromOrigin } from '../../model/header-rules';
import { NONE, selectCookies, selectQuery, selects } from '../../model/name-selection';
import { viewerHeader, viewerHeaderName } from './viewer-headers';

/**
 * Converts a viewer's request to a request to an origin: what the policies select, and what CloudFront always sends
 * (rows CF-REQ-01 to CF-REQ-15, CF-PATH-09).
 */
export function toOriginRequest(
  exchange: Exchange,
  origin: Origin,
  request: Request,
): { readonly request: Request; readonly changes: readonly HeaderChange[] } {
  const { cachePolicy, originRequestPolicy } = exchange.behavior;
  const changes: HeaderChange[] = [];
  const headers = originHeaders(exchange, origin, request, changes);
  const selections = [cachePolicy.queryStrings, originRequestPolicy?.queryStrings ?? NONE];
  const path = origin.path + request.path;
  return { request: { ...request, path, query: selectQuery(selections, request.query), headers }, changes };
}

/** Headers whose values are left out of a trace. */
const SECRET = new Set(['authorization', 'cookie']);

function originHeaders(
  { behavior, edge, requestId }: Exchange,
  origin: Origin,
  request: Request,
  changes: HeaderChange[],
): HeaderList {
  const { cachePolicy, originRequestPolicy } = behavior;
  const inKey = cachePolicy.headers;
  const inPolicy = originRequestPolicy?.headers ?? NONE;
  const policies = [cachePolicy.name, ...(originRequestPolicy ? [originRequestPolicy.name] : [])];
  const byPolicies =
    policies.length === 1 ? `cache policy ${policies[0]}` : `policies ${policies.join(' and ')}`;

  const headers = request.headers.filter((name) => {
    const obstacle = whyRemoved(name);
    if (obstacle !== undefined && !changes.some((change) => change.name === name && change.op === 'removed'))
      changes.push({ on: 'request', op: 'removed', name, by: obstacle });
    return obstacle === undefined;
  });
  const set = (name: string, value: string, by: string, isSecret = false): void => {
    const key = name.toLowerCase();
    const index = changes.findIndex((change) => change.name === key);
    if (index >= 0) changes.splice(index, 1);
    headers.set(name, value);
    if (request.headers.get(name) === value) return;
    const shown = isSecret || SECRET.has(key) ? {} : { value };
    changes.push({ on: 'request', op: 'set', name, ...shown, by });
  };

  if (!headers.has('host'))
    set('Host', origin.domainName, 'the origin’s domain name: no policy forwards the viewer’s');
  if (!headers.has('user-agent'))
    set('User-Agent', 'Amazon CloudFront', 'CloudFront: no policy forwards the viewer’s');
  const encoding = acceptEncoding(behavior, request.headers.get('accept-encoding'));
  if (encoding !== undefined) set('Accept-Encoding', encoding, `cache policy ${cachePolicy.name}`);
  const cookies = selectCookies(
    [cachePolicy.cookies, originRequestPolicy?.cookies ?? NONE],
    request.headers.get('cookie'),
  );
  if (cookies !== '') set('Cookie', cookies, byPolicies);
  for (const name of new Set([...(inKey.cloudFrontHeaders ?? []), ...(inPolicy.cloudFrontHeaders ?? [])])) {
    const value = viewerHeader(name, request);
    if (value !== undefined) set(viewerHeaderName(name), value, byPolicies);
  }

  const forwardedFor = request.headers.get('x-forwarded-for');
  const addresses = forwardedFor ? `${forwardedFor}, ${request.clientIp}` : request.clientIp;
  set('X-Forwarded-For', addresses, 'CloudFront');
  const via = request.headers.get('via');
  const hop = `${request.httpVersion} ${edge.via}`;
  set('Via', via ? `${via}, ${hop}` : hop, 'CloudFront');
  set('X-Amz-Cf-Id', requestId, 'CloudFront');
  for (const [name, value] of origin.customHeaders)
    set(name, value, `OriginCustomHeaders of ${origin.id}`, true);
  return headers;

  function whyRemoved(name: string): string | undefined {
    if (isBlockedFromOrigin(name)) return 'CloudFront, for every origin';
    if (name === 'cookie' || name === 'accept-encoding') return byPolicies;
    if (name.startsWith('cloudfront-')) return 'CloudFront: viewers cannot set these';
    if (name === 'content-length')
      return request.body === undefined ? 'CloudFront: there is no body' : undefined;
    if (name === 'range') {
      if (isUsableRange(request.headers.get('range') ?? '')) return undefined;
      return 'CloudFront: ranges that are invalid, overlap or are out of order are ignored';
    }
    if (isConditional(name)) return undefined;
    if (selects(inKey, name) || selects(inPolicy, name)) return undefined;
    if (name !== 'authorization') return byPolicies;
    const isCached = ['GET', 'HEAD', ...behavior.cachedMethods].includes(request.method);
    return isCached
      ? `CloudFront: ${request.method} requests have it only when a policy forwards it`
      : undefined;
  }
}

/** Tests for conditional headers: without a cached copy the origin evaluates them (row CF-REQ-15). */
function isConditional(name: string): boolean {
  return /^if-(match|none-match|modified-since|unmodified-since|range)$/.test(name);
}

/** Rows CF-REQ-13 and CF-REQ-14. */
function acceptEncoding(behavior: Behavior, viewer: string | undefined): string | undefined {
  const { cachePolicy, originRequestPolicy } = behavior;
  if (cachePolicy.gzip || cachePolicy.brotli) return normalizedAcceptEncoding(viewer, cachePolicy);
  const isSelected =
    selects(cachePolicy.headers, 'accept-encoding') ||
    selects(originRequestPolicy?.headers ?? NONE, 'accept-encoding');
  return isSelected ? viewer : undefined;
}
