import { isUsableRange } from '../../../../http/byte-range';
import type { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import type { HeaderChange } from '../../../../trace/trace';
import { normalizedAcceptEncoding } from '../cache/accept-encoding';
import type { Behavior, Origin } from '../../model/distribution';
import { isBlockedFromOrigin } from '../../model/header-rules';
import { NONE, selectCookies, selectQuery, takes } from '../../model/name-selection';
import { viewerHeader, viewerHeaderName } from './viewer-headers';

/** What an edge location says of itself. */
export interface Edge {
  /** `<hex>.cloudfront.net (CloudFront)`, for `Via`. */
  readonly via: string;
}

/** A request as an origin gets it, and what CloudFront did to the viewer's headers on the way. */
export interface OriginRequest {
  readonly request: Request;
  readonly changes: readonly HeaderChange[];
}

/**
 * The request as an origin of the behavior gets it: what the policies take, and what CloudFront always sends
 * (rows CF-REQ-01 to CF-REQ-15, CF-PATH-09).
 *
 * @param requestId the edge's id of the request, `X-Amz-Cf-Id`
 */
export function toOriginRequest(
  behavior: Behavior,
  origin: Origin,
  request: Request,
  edge: Edge,
  requestId: string,
): OriginRequest {
  const changes: HeaderChange[] = [];
  const headers = originHeaders({ behavior, origin, request, edge, requestId }, changes);
  return {
    request: {
      ...request,
      path: origin.path + request.path,
      query: selectQuery(
        [behavior.cachePolicy.queryStrings, behavior.originRequestPolicy?.queryStrings ?? NONE],
        request.query,
      ),
      headers,
    },
    changes,
  };
}

interface Parts {
  readonly behavior: Behavior;
  readonly origin: Origin;
  readonly request: Request;
  readonly edge: Edge;
  readonly requestId: string;
}

/** Headers whose value is nobody's business in a trace. */
const SECRET = new Set(['authorization', 'cookie']);

function originHeaders(
  { behavior, origin, request, edge, requestId }: Parts,
  changes: HeaderChange[],
): HeaderList {
  const { cachePolicy, originRequestPolicy } = behavior;
  const inKey = cachePolicy.headers;
  const taken = originRequestPolicy?.headers ?? NONE;
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
    set('Host', origin.domainName, 'the origin’s domain name: no policy takes the viewer’s');
  if (!headers.has('user-agent'))
    set('User-Agent', 'Amazon CloudFront', 'CloudFront: no policy takes the viewer’s');
  const encoding = acceptEncoding(behavior, request.headers.get('accept-encoding'));
  if (encoding !== undefined) set('Accept-Encoding', encoding, `cache policy ${cachePolicy.name}`);
  const cookies = selectCookies(
    [cachePolicy.cookies, originRequestPolicy?.cookies ?? NONE],
    request.headers.get('cookie'),
  );
  if (cookies !== '') set('Cookie', cookies, byPolicies);
  for (const name of new Set([...(inKey.cloudFrontHeaders ?? []), ...(taken.cloudFrontHeaders ?? [])])) {
    const value = viewerHeader(name, request);
    if (value !== undefined) set(viewerHeaderName(name), value, byPolicies);
  }

  const forwardedFor = request.headers.get('x-forwarded-for');
  set(
    'X-Forwarded-For',
    forwardedFor ? `${forwardedFor}, ${request.clientIp}` : request.clientIp,
    'CloudFront',
  );
  const via = request.headers.get('via');
  const hop = `${request.httpVersion} ${edge.via}`;
  set('Via', via ? `${via}, ${hop}` : hop, 'CloudFront');
  set('X-Amz-Cf-Id', requestId, 'CloudFront');
  for (const [name, value] of origin.customHeaders)
    set(name, value, `OriginCustomHeaders of ${origin.id}`, true);
  return headers;

  function whyRemoved(name: string): string | undefined {
    if (isBlockedFromOrigin(name)) return 'CloudFront, towards every origin';
    if (name === 'cookie' || name === 'accept-encoding') return byPolicies;
    if (name.startsWith('cloudfront-')) return 'CloudFront: viewers cannot set these';
    if (name === 'content-length')
      return request.body === undefined ? 'CloudFront: there is no body' : undefined;
    if (name === 'range') {
      const isUsable = isUsableRange(request.headers.get('range') ?? '');
      return isUsable
        ? undefined
        : 'CloudFront: ranges that are invalid, overlap or are out of order are ignored';
    }
    if (isConditional(name)) return undefined;
    if (takes(inKey, name) || takes(taken, name)) return undefined;
    if (name !== 'authorization') return byPolicies;
    const isCached = ['GET', 'HEAD', ...behavior.cachedMethods].includes(request.method);
    return isCached
      ? `CloudFront removes it from ${request.method} requests unless a policy takes it`
      : undefined;
  }
}

/** CloudFront answers these from its cache; without a copy the origin decides (row CF-REQ-15). */
function isConditional(name: string): boolean {
  return /^if-(match|none-match|modified-since|unmodified-since|range)$/.test(name);
}

/** Rows CF-REQ-13 and CF-REQ-14. */
function acceptEncoding(behavior: Behavior, viewer: string | undefined): string | undefined {
  const { cachePolicy, originRequestPolicy } = behavior;
  if (cachePolicy.gzip || cachePolicy.brotli) return normalizedAcceptEncoding(viewer, cachePolicy);
  const isTaken =
    takes(cachePolicy.headers, 'accept-encoding') ||
    takes(originRequestPolicy?.headers ?? NONE, 'accept-encoding');
  return isTaken ? viewer : undefined;
}
