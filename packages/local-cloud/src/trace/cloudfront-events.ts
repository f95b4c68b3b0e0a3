/** Events of CloudFront: event name to its data. */
export interface CloudFrontEvents {
  // The names and data below are used by explain/explanations.ts and explain/request-path.ts; the others follow.
  'behavior.matched': { pattern: string; origin: string };
  /** Answers with 301, 307 or 308. */
  'viewer-protocol.redirected': { status: number; policy: string };
  /** Answers with 403. */
  'viewer-protocol.rejected': { policy: string };
  /** Answers from the cache. */
  'cache.hit': { ageSeconds: number };
  /** Answers with a copy that was fetched for another viewer at the same time. */
  'cache.collapsed': object;
  /** Answers from the cache although the copy is stale. */
  'cache.stale-served': { ageSeconds: number };
  /** Answers with the response of the function. */
  'function.responded': { name: string; eventType: 'viewer-request' | 'viewer-response'; status: number };
  /** Answers with 502 or 503: the function threw, ran too long or broke a rule. */
  'function.failed': {
    name: string;
    eventType: 'viewer-request' | 'viewer-response';
    status: number;
    reason: string;
  };
  'origin.requested': { host: string; kind: 'bucket' | 'custom' };
  /** Answers with 502 or 504. */
  'origin.failed': { host: string; reason: string; status: number };
  /** Replaces an error of the origin by a page. */
  'custom-error.replaced': { from: number; to: number; page: string };
}
