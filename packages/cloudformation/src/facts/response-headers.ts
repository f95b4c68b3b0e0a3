const FIXED = new Set(
  `connection content-encoding content-length expect host keep-alive proxy-authenticate
  proxy-authorization proxy-connection trailer transfer-encoding upgrade via warning x-amzn-auth
  x-amzn-errortype x-amzn-fle-profile x-amzn-lambda-integration-tag x-amzn-requestid x-cache
  x-forwarded-proto x-real-ip`.split(/\s+/),
);

const FIXED_FAMILIES =
  /^x-(?:accel-(?:buffering|charset|limit-rate|redirect)|amz-cf-.*|edge-.*|amzn-(?:cf-(?:billing|id|xff)|header-(?:count|order)))$/;

/** Headers that a response headers policy of CloudFront can neither set nor remove (CF-RHP-03). */
export function isFixedResponseHeader(lowerCaseName: string): boolean {
  return FIXED.has(lowerCaseName) || FIXED_FAMILIES.test(lowerCaseName);
}
