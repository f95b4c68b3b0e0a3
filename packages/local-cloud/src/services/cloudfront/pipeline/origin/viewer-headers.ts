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
  const values: Readonly<Record<string, string | undefined>> = {
    'cloudfront-forwarded-proto': request.protocol,
    'cloudfront-viewer-http-version': request.httpVersion,
    'cloudfront-viewer-tls':
      request.protocol === 'https' ? 'TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake' : undefined,
    'cloudfront-is-mobile-viewer': String(isPhone),
    'cloudfront-is-tablet-viewer': String(isTablet),
    'cloudfront-is-smarttv-viewer': String(isTv),
    'cloudfront-is-desktop-viewer': String(!isPhone && !isTablet && !isTv),
    'cloudfront-is-ios-viewer': String(/iPhone|iPad/.test(agent)),
    'cloudfront-is-android-viewer': String(/Android/.test(agent)),
  };
  return values[lowerCaseName];
}
