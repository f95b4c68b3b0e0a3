import { expect, test } from 'vitest';
import { VerifiedTokenCache } from './verified-token-cache';

const FIVE_MINUTES = 5 * 60_000;

test('the cache keeps a token for five minutes, or until it expires', () => {
  let now = 1_000_000;
  const cache = new VerifiedTokenCache(() => now);
  cache.add('long', { sub: 'a' }, now + 3_600_000);
  cache.add('short', { sub: 'b' }, now + 1_000);
  now += 999;
  expect([cache.get('long'), cache.get('short')]).toEqual([{ sub: 'a' }, { sub: 'b' }]);
  now += 1;
  expect(cache.get('short')).toBeUndefined();
  now += FIVE_MINUTES - 1_001;
  expect(cache.get('long')).toEqual({ sub: 'a' });
  now += 1;
  expect(cache.get('long')).toBeUndefined();
});

test('the cache removes the oldest tokens when it is full', () => {
  const cache = new VerifiedTokenCache(() => 0, 2);
  cache.add('a', { sub: 'a' }, 1);
  cache.add('b', { sub: 'b' }, 1);
  cache.add('c', { sub: 'c' }, 1);
  expect(['a', 'b', 'c'].map((token) => cache.get(token)?.sub)).toEqual([undefined, undefined, 'c']);
});

test('the cache does not store the token itself', () => {
  const cache = new VerifiedTokenCache(() => 0);
  cache.add('SECRET', { sub: 'a' }, 1);
  expect(JSON.stringify(cache)).not.toContain('SECRET');
  expect(cache.get('SECRET ')).toBeUndefined();
});
