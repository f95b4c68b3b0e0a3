import type { Request } from '../../../../http/message';

/**
 * What CloudFront can say of a viewer that sits on this machine (row CF-REQ-07), in lower case.
 *
 * Where a viewer is on earth, and its TLS fingerprint, nobody knows here: these headers are not sent.
 */
export const VIEWER_HEADERS = [
  'cloudfront-forwarded-proto',
  'cloudfront-is-android-viewer',
  'cloudfront-is-desktop-viewer',
  'cloudfront-is-ios-viewer',
  'cloudfront-is-mobile-viewer',
  'cloudfront-is-smarttv-viewer',
  'cloudfront-is-tablet-viewer',
  'cloudfront-viewer-http-version',
  'cloudfront-viewer-tls',
] as const;

const CASED = new Map<string, string>();

/** The name as CloudFront writes it, e.g. `CloudFront-Is-IOS-Viewer`. */
export function viewerHeaderName(lowerCaseName: string): string {
  const known = CASED.get(lowerCaseName);
  if (known !== undefined) return known;
  const name = lowerCaseName
    .replace(/(^|-)[a-z]/g, (match) => match.toUpperCase())
    .replace('Cloudfront', 'CloudFront')
    .replace('Ios', 'IOS')
    .replace('Smarttv', 'SmartTV')
    .replace(/\b(Http|Tls)\b/g, (match) => match.toUpperCase());
  CASED.set(lowerCaseName, name);
  return name;
}

/** The value of a `CloudFront-*` header for a request; `undefined` for one that cannot be known here. */
export function viewerHeader(lowerCaseName: string, request: Request): string | undefined {
  const agent = request.headers.get('user-agent') ?? '';
  const isPhone = /iPhone|Android.*Mobile/.test(agent);
  const isTablet = /iPad|Android(?!.*Mobile)/.test(agent);
  const isTv = /SmartTV|SMART-TV/.test(agent);
  switch (lowerCaseName) {
    case 'cloudfront-forwarded-proto':
      return request.protocol;
    case 'cloudfront-viewer-http-version':
      return request.httpVersion;
    case 'cloudfront-viewer-tls':
      return request.protocol === 'https' ? 'TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake' : undefined;
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
