import { expect, test } from 'vitest';
import type { SampleHop } from '../../test/console-sample';
import { testEdge } from '../../test/edge';
import { describeHop } from './describe-hop';
import { Trace, type HeaderChange } from '../trace/trace';

const set = (name: string): HeaderChange => ({ on: 'response', op: 'set', name, value: '1', by: 'test' });
const POLICY = { name: 'own', minTtl: 10, maxTtl: 20 };

function sentence(...[service, event, data, details]: SampleHop): string | undefined {
  const trace = new Trace();
  trace.add(service, event as never, data as never, details);
  return trace.hops.map(describeHop)[0]?.sentence;
}

test('describes header changes with each header once', () => {
  const headers = [set('B'), set('B'), set('C'), set('D'), { ...set('A'), op: 'removed' as const }];
  const event = 'response.headers-policy-applied';
  expect(sentence('cloudfront', event, { policy: 'own' }, { headers })).toBe(
    'response headers policy own set B, C and D, removed A',
  );
  expect(sentence('cloudfront', event, { policy: 'own' })).toBe(
    'response headers policy own changed nothing',
  );
});

test('describes what a function changed', () => {
  const fn = { name: 'spa', eventType: 'viewer-request' } as const;
  const changed = { ...fn, path: '/index.html', queryParameters: ['code'] };
  expect(sentence('cloudfront', 'function.ran', changed, { headers: [set('X-Page')] })).toBe(
    'function spa (viewer-request) changed the path to /index.html; changed the query; set X-Page',
  );
  expect(sentence('cloudfront', 'function.ran', fn)).toBe(
    'function spa (viewer-request) did not change the request',
  );
});

test.each([
  [{ source: 'max-age' }, 'max-age'],
  [{ source: 'expires', originSeconds: 5, policy: POLICY }, 'Expires 5, within own: min 10, max 20'],
  [{ source: 'no-store', policy: POLICY }, 'no-store, but own: min 10, max 20'],
  [{ source: 'default-ttl', policy: POLICY }, 'the origin sets no lifetime; default TTL of own'],
  [{ source: 'error-minimum' }, 'ErrorCachingMinTTL'],
] as const)('describes the lifetime %j', (basis, reason) => {
  expect(sentence('cloudfront', 'cache.revalidated', { lifetime: { seconds: 10, basis } })).toBe(
    `the origin answered 304: the cached response is valid for 10 s (${reason})`,
  );
});

test('describes a request from behavior to cache', async () => {
  const { ask, pass } = testEdge();
  const first = await ask('/a.txt');
  expect(first.trace.hops.map(describeHop).map(({ sentence: each }) => each)).toEqual([
    'default behavior (the only one) → origin origin.example',
    'requests GET /a.txt from origin origin.example',
    'fetched from the origin, cached for 86400 s (the origin sets no lifetime; default TTL of Managed-CachingOptimized)',
  ]);
  pass(12);
  const second = await ask('/a.txt');
  expect(second.trace.hops.map(describeHop).at(-1)).toEqual({
    service: 'CloudFront',
    sentence: 'served from the cache: stored 12 s ago, valid for 86388 s more',
    facts: {
      Path: '/a.txt',
      Lifetime: '86400 s: the origin sets no lifetime; default TTL of Managed-CachingOptimized',
    },
  });
});
