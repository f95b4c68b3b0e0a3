const CONNECTION_HEADERS = [
  'connection',
  'expect',
  'keep-alive',
  'trailer',
  'upgrade',
  'x-forwarded-proto',
  'x-real-ip',
];

const HIDDEN = new Set([
  ...CONNECTION_HEADERS,
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'x-amzn-auth',
  'x-amzn-errortype',
  'x-amzn-fle-profile',
  'x-amzn-lambda-integration-tag',
  'x-amzn-requestid',
  'x-cache',
]);

const HIDDEN_PREFIXES = ['x-accel-', 'x-amz-cf-', 'x-amzn-cf-', 'x-amzn-header-', 'x-edge-'];

/** Headers that a function neither sees nor may set (row CFF-HDR-01). */
export function isHiddenFromFunctions(lowerCaseName: string): boolean {
  return HIDDEN.has(lowerCaseName) || HIDDEN_PREFIXES.some((prefix) => lowerCaseName.startsWith(prefix));
}

/** Headers that a viewer-request function sees and may not change (row CFF-HDR-02). */
export function isReadOnlyInViewerRequest(lowerCaseName: string): boolean {
  return /^(cdn-loop|content-length|host|transfer-encoding|via)$/.test(lowerCaseName);
}

/** Headers that a viewer-response function sees and may not change (row CFF-HDR-02). */
export function isReadOnlyInViewerResponse(lowerCaseName: string): boolean {
  return lowerCaseName === 'via' || lowerCaseName === 'warning';
}

const BLOCKED = new Set([...CONNECTION_HEADERS, 'te', 'transfer-encoding', 'x-http-method-override']);

/** Headers of the viewer that never reach an origin as they are (row CF-REQ-09). */
export function isBlockedFromOrigin(lowerCaseName: string): boolean {
  return BLOCKED.has(lowerCaseName) || /^(proxy|x-edge)-/.test(lowerCaseName);
}

/** Headers of an origin that never reach the viewer as they are (row CF-RESP-03). */
export function isRemovedFromResponse(lowerCaseName: string): boolean {
  return /^((connection|keep-alive|public|trailer|transfer-encoding|upgrade|via)$|x-amz-cf-)/.test(
    lowerCaseName,
  );
}
