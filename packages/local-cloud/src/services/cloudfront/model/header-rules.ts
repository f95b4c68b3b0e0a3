const HIDDEN = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'trailer',
  'upgrade',
  'x-amzn-auth',
  'x-amzn-errortype',
  'x-amzn-fle-profile',
  'x-amzn-lambda-integration-tag',
  'x-amzn-requestid',
  'x-cache',
  'x-forwarded-proto',
  'x-real-ip',
]);

const HIDDEN_PREFIXES = ['x-accel-', 'x-amz-cf-', 'x-amzn-cf-', 'x-amzn-header-', 'x-edge-'];

/** Headers that a function neither sees nor may set (row CFF-HDR-01). */
export function isHiddenFromFunctions(lowerCaseName: string): boolean {
  return HIDDEN.has(lowerCaseName) || HIDDEN_PREFIXES.some((prefix) => lowerCaseName.startsWith(prefix));
}

const READ_ONLY_IN_REQUEST = new Set(['cdn-loop', 'content-length', 'host', 'transfer-encoding', 'via']);

/** Headers that a viewer-request function sees and may not change (row CFF-HDR-02). */
export function isReadOnlyInViewerRequest(lowerCaseName: string): boolean {
  return READ_ONLY_IN_REQUEST.has(lowerCaseName);
}

const READ_ONLY_IN_RESPONSE = new Set(['via', 'warning']);

/** Headers that a viewer-response function sees and may not change (row CFF-HDR-02). */
export function isReadOnlyInViewerResponse(lowerCaseName: string): boolean {
  return READ_ONLY_IN_RESPONSE.has(lowerCaseName);
}

const BLOCKED = new Set([
  'connection',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-proto',
  'x-http-method-override',
  'x-real-ip',
]);

/** Headers of the viewer that never reach an origin as they are (row CF-REQ-09). */
export function isBlockedFromOrigin(lowerCaseName: string): boolean {
  return (
    BLOCKED.has(lowerCaseName) || lowerCaseName.startsWith('proxy-') || lowerCaseName.startsWith('x-edge-')
  );
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'public',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/** Headers of an origin that never reach the viewer as they are (row CF-RESP-03). */
export function isRemovedFromResponse(lowerCaseName: string): boolean {
  return HOP_BY_HOP.has(lowerCaseName) || lowerCaseName.startsWith('x-amz-cf-');
}
