import type { HeaderList } from '../http/header-list';
import type { Request } from '../http/message';
import type { Behavior } from './distribution';
import { isBlockedFromOrigin } from './header-rules';
import { NONE, takes } from './name-selection';

/** What an edge location says of itself. */
export interface Edge {
  /** `<hex>.cloudfront.net (CloudFront)`, for `Via`. */
  readonly via: string;
}

/**
 * The request as the behavior's origin gets it: what the policies take, and what CloudFront always sends
 * (rows CF-REQ-01 to CF-REQ-15, CF-PATH-09).
 *
 * @param requestId the edge's id of the request, `X-Amz-Cf-Id`
 */
export function toOriginRequest(
  behavior: Behavior,
  request: Request,
  edge: Edge,
  requestId: string,
): Request {
  return {
    ...request,
    path: behavior.origin.path + request.path,
    query: selectQuery(behavior, request.query),
    headers: originHeaders(behavior, request, edge, requestId),
  };
}

function originHeaders(behavior: Behavior, request: Request, edge: Edge, requestId: string): HeaderList {
  const { cachePolicy, originRequestPolicy, origin } = behavior;
  const inKey = cachePolicy.headers;
  const taken = originRequestPolicy?.headers ?? NONE;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const headers = request.headers.filter((name) => {
    if (isBlockedFromOrigin(name) || name === 'cookie' || name === 'accept-encoding') return false;
    if (name.startsWith('cloudfront-')) return false;
    if (name === 'content-length') return request.body !== undefined;
    if (name === 'authorization' && !isRead) return true;
    if (isConditional(name)) return true;
    return takes(inKey, name) || takes(taken, name);
  });

  if (!headers.has('host')) headers.set('Host', origin.domainName);
  if (!headers.has('user-agent')) headers.set('User-Agent', 'Amazon CloudFront');
  const encoding = acceptEncoding(behavior, request.headers.get('accept-encoding'));
  if (encoding !== undefined) headers.set('Accept-Encoding', encoding);
  const cookies = selectCookies(behavior, request.headers.get('cookie'));
  if (cookies !== '') headers.set('Cookie', cookies);
  for (const name of taken.cloudFrontHeaders ?? []) {
    const value = viewerHeader(name, request);
    if (value !== undefined)
      headers.set(
        name.replace(/(^|-)[a-z]/g, (match) => match.toUpperCase()),
        value,
      );
  }

  const forwardedFor = request.headers.get('x-forwarded-for');
  headers.set('X-Forwarded-For', forwardedFor ? `${forwardedFor}, ${request.clientIp}` : request.clientIp);
  const via = request.headers.get('via');
  headers.set('Via', via ? `${via}, 1.1 ${edge.via}` : `1.1 ${edge.via}`);
  headers.set('X-Amz-Cf-Id', requestId);
  for (const [name, value] of origin.customHeaders) headers.set(name, value);
  return headers;
}

/** CloudFront answers these from its cache; without a copy the origin decides (row CF-REQ-15). */
function isConditional(name: string): boolean {
  return name === 'range' || name === 'if-none-match' || name === 'if-modified-since' || name === 'if-range';
}

/** Rows CF-REQ-13 and CF-REQ-14. */
function acceptEncoding(behavior: Behavior, viewer: string | undefined): string | undefined {
  const { gzip, brotli } = behavior.cachePolicy;
  if (gzip || brotli) {
    const accepted = [
      brotli && acceptsEncoding(viewer, 'br') ? 'br' : '',
      gzip && acceptsEncoding(viewer, 'gzip') ? 'gzip' : '',
    ];
    return accepted.filter(Boolean).join(',') || undefined;
  }
  const isTaken =
    takes(behavior.cachePolicy.headers, 'accept-encoding') ||
    takes(behavior.originRequestPolicy?.headers ?? NONE, 'accept-encoding');
  return isTaken ? viewer : undefined;
}

function acceptsEncoding(header: string | undefined, coding: string): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((item) => item.trim());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

function viewerHeader(name: string, request: Request): string | undefined {
  const agent = request.headers.get('user-agent') ?? '';
  const isPhone = /iPhone|Android.*Mobile/.test(agent);
  const isTablet = /iPad|Android(?!.*Mobile)/.test(agent);
  const isTv = /SmartTV|SMART-TV/.test(agent);
  switch (name) {
    case 'cloudfront-forwarded-proto':
      return 'https';
    case 'cloudfront-viewer-http-version':
      return '1.1';
    case 'cloudfront-is-mobile-viewer':
      return String(isPhone);
    case 'cloudfront-is-tablet-viewer':
      return String(isTablet);
    case 'cloudfront-is-smarttv-viewer':
      return String(isTv);
    case 'cloudfront-is-desktop-viewer':
      return String(!isPhone && !isTablet && !isTv);
    case 'cloudfront-is-ios-viewer':
      return String(/iPhone|iPad/.test(agent));
    case 'cloudfront-is-android-viewer':
      return String(/Android/.test(agent));
    default:
      return undefined;
  }
}

function selectCookies({ cachePolicy, originRequestPolicy }: Behavior, header: string | undefined): string {
  return (header ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => {
      const name = cookie.split('=')[0] ?? '';
      return (
        cookie !== '' &&
        (takes(cachePolicy.cookies, name) || takes(originRequestPolicy?.cookies ?? NONE, name))
      );
    })
    .join('; ');
}

/** Order and encoding stay as they are (row CF-REQ-10). */
function selectQuery({ cachePolicy, originRequestPolicy }: Behavior, query: string): string {
  return query
    .split('&')
    .filter((part) => {
      const name = part.split('=')[0] ?? '';
      return takes(cachePolicy.queryStrings, name) || takes(originRequestPolicy?.queryStrings ?? NONE, name);
    })
    .join('&');
}
