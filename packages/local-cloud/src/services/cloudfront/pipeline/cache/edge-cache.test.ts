import { expect, test } from 'vitest';
import { HeaderList } from '../../../../http/header-list';
import { EdgeCache, type StoredResponse } from './edge-cache';

function entry(url: string, bytes = 10): StoredResponse {
  return {
    key: url,
    url,
    status: 200,
    headers: new HeaderList(),
    body: Buffer.alloc(bytes),
    validators: { etag: undefined, lastModified: undefined },
    storedAt: 0,
    lifetime: { seconds: 1, basis: { source: 'max-age' }, staleWhileRevalidate: 0, staleIfError: undefined },
    hasRanges: true,
  };
}

test('evicts the least recently used response when there are too many', () => {
  const cache = new EdgeCache({ maxEntries: 2 });
  cache.put(entry('/a'));
  cache.put(entry('/b'));
  cache.get('/a');
  cache.put(entry('/c'));
  expect(['/a', '/b', '/c'].map((url) => cache.get(url) !== undefined)).toEqual([true, false, true]);
});

test('limits the number of bytes', () => {
  const cache = new EdgeCache({ maxBytes: 20_000 });
  cache.put(entry('/a', 8_000));
  const one = cache.bytes;
  cache.put(entry('/a', 8_000));
  expect([cache.bytes, cache.size]).toEqual([one, 1]);
  cache.put(entry('/b', 8_000));
  cache.put(entry('/c', 8_000));
  expect([cache.bytes, cache.size, cache.get('/a')]).toEqual([2 * one, 2, undefined]);
  cache.purge();
  expect([cache.bytes, cache.size]).toEqual([0, 0]);
});

test('does not store a body over the limit, and removes the older response', () => {
  const cache = new EdgeCache({ maxBodyBytes: 100 });
  cache.put(entry('/a', 100));
  cache.put(entry('/a', 101));
  expect(cache.size).toBe(0);
});

test.each([
  [undefined, 5],
  ['/*', 5],
  ['/index.html', 1],
  ['index.html', 1],
  ['/index.html*', 2],
  ['/assets/*', 2],
  ['/Assets/*', 0],
  ['/*.js', 0],
  ['/nothing', 0],
])('an invalidation of %s removes %i', (path, count) => {
  const cache = new EdgeCache();
  for (const url of ['/', '/index.html', '/index.html?v=1', '/assets/a.js', '/assets/b.css'])
    cache.put(entry(url));
  expect([cache.purge(path), cache.size]).toEqual([count, 5 - count]);
});
