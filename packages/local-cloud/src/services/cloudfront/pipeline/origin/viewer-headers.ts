import type { Request } from '../../../../http/message';

const CASED = new Map<string, string>();

/** Returns the name as CloudFront spells it, e.g. `CloudFront-Is-IOS-Viewer`. */
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

/** Returns the value of a `CloudFront-*` header for a request; `undefined` for one that is not known on this machine. */
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
