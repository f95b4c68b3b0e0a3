import { PassThrough, Readable } from 'node:stream';
import { setImmediate as tick } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { dataOf, request, text } from '../../../../../test/requests';
import { CACHING_DISABLED, cachePolicy, testEdge, USE_ORIGIN_CACHE_CONTROL } from '../../../../../test/edge';

const OPTIMIZED = { name: 'Managed-CachingOptimized', minTtl: 1, maxTtl: 31_536_000 };
const OWN_POLICY = { CachePolicyId: { Ref: 'Policy' } };

test('serves a cached response with its age [CF-TTL-01, CF-RESP-01]', async () => {
  const { ask, received, pass } = testEdge();
  const first = await ask('/a.txt');
  pass(12);
  const second = await ask('/a.txt');
  expect([first.cache, first.headers.has('age')]).toEqual(['Miss', false]);
  expect([second.cache, second.headers.get('age'), second.body]).toEqual(['Hit', '12', 'ok']);
  expect(received).toHaveLength(1);
  expect(dataOf(second, 'cache.hit')).toEqual({
    path: '/a.txt',
    ageSeconds: 12,
    secondsLeft: 86_388,
    lifetime: { seconds: 86_400, basis: { source: 'default-ttl', policy: OPTIMIZED } },
  });
});

test('with CachingDisabled every request goes to the origin [CF-TTL-02]', async () => {
  const { ask, received, cache } = testEdge({ behavior: { CachePolicyId: CACHING_DISABLED } });
  expect([(await ask('/a')).cache, (await ask('/a')).cache]).toEqual(['Miss', 'Miss']);
  expect([received.length, cache.size]).toEqual([2, 0]);
  expect(dataOf(await ask('/a'), 'cache.bypassed')).toEqual({
    reason: 'caching-disabled',
    cachePolicy: 'Managed-CachingDisabled',
    method: 'GET',
  });
});

test.each([
  ['CF-TTL-03', 'max-age=100', 100],
  ['CF-TTL-03', 'max-age=100, s-maxage=200', 200],
  ['CF-TTL-03', 'max-age="100"', 100],
  ['CF-TTL-03', 'max-age=5', 10],
  ['CF-TTL-03', 'max-age=100000', 1000],
  ['CF-TTL-04', 'public', 60],
  ['CF-TTL-05', 'no-cache', 10],
  ['CF-TTL-05', 'no-store', 10],
  ['CF-TTL-05', 'private, max-age=500', 10],
])(
  '[%s] with TTLs 10, 60 and 1000, Cache-Control %s is cached for %i s',
  async (_, cacheControl, seconds) => {
    const { ask, pass, answerWith } = testEdge({
      behavior: OWN_POLICY,
      resources: cachePolicy({ min: 10, default: 60, max: 1000 }),
    });
    answerWith(200, { 'Cache-Control': cacheControl }, 'x');
    await ask('/a');
    pass(seconds - 1);
    expect((await ask('/a')).cache).toBe('Hit');
    pass(1);
    expect((await ask('/a')).cache).toBe('Miss');
  },
);

test('Expires counts only without max-age [CF-TTL-03]', async () => {
  const { ask, pass, answerWith } = testEdge({ behavior: { CachePolicyId: USE_ORIGIN_CACHE_CONTROL } });
  answerWith(200, { Expires: 'Fri, 01 May 2026 12:01:00 GMT' }, 'x');
  await ask('/a');
  answerWith(200, { Expires: 'Fri, 01 May 2026 12:01:00 GMT', 'Cache-Control': 'max-age=600' }, 'x');
  await ask('/b');
  pass(59);
  expect((await ask('/a')).cache).toBe('Hit');
  pass(1);
  expect([(await ask('/a')).cache, (await ask('/b')).cache]).toEqual(['Miss', 'Hit']);
});

test.each(['no-store', 'private'])(
  'does not cache %s when the minimum TTL is 0 [CF-TTL-05]',
  async (cacheControl) => {
    const { ask, answerWith, cache } = testEdge({ behavior: { CachePolicyId: USE_ORIGIN_CACHE_CONTROL } });
    answerWith(200, { 'Cache-Control': cacheControl }, 'x');
    expect([(await ask('/a')).cache, (await ask('/a')).cache, cache.size]).toEqual(['Miss', 'Miss', 0]);
  },
);

test('ignores Cache-Control of the viewer [CF-TTL-06]', async () => {
  const { ask } = testEdge();
  await ask('/a');
  expect((await ask('/a', { 'Cache-Control': 'no-cache', Pragma: 'no-cache' })).cache).toBe('Hit');
});

test('stale-while-revalidate serves the old response and refreshes it for the next request [CF-TTL-07]', async () => {
  const { ask, pass, answerWith } = testEdge();
  const headers = { 'Cache-Control': 'max-age=10, stale-while-revalidate=30' };
  answerWith(200, headers, 'old');
  await ask('/a');
  answerWith(200, headers, 'new');
  pass(20);
  const stale = await ask('/a');
  expect([stale.cache, stale.body, stale.headers.get('age')]).toEqual(['Hit', 'old', '20']);
  await tick();
  expect((await ask('/a')).body).toBe('new');
  pass(41);
  expect((await ask('/a')).cache).toBe('Miss');
});

test('stale-while-revalidate reports an error in the background and keeps the old response [CF-TTL-07]', async () => {
  const { ask, pass, answerWith, answerBy, backgroundFaults } = testEdge();
  answerWith(200, { 'Cache-Control': 'max-age=10, stale-while-revalidate=30' }, 'old');
  await ask('/a');
  const fault = new Error('a fault of this program');
  answerBy(() => Promise.reject(fault));
  pass(20);
  expect((await ask('/a')).body).toBe('old');
  await tick();
  expect(backgroundFaults).toEqual([fault]);
  expect((await ask('/a')).body).toBe('old');
});

test.each([
  ['stale-if-error=30', 20, 'old'],
  ['stale-if-error=30', 50, 'down'],
  ['stale-if-error=0', 20, 'down'],
])(
  'with %s and the origin failing, %i s after: %s [CF-TTL-07, CF-DOWN-04]',
  async (directive, after, body) => {
    const { ask, pass, answerWith } = testEdge();
    answerWith(200, { 'Cache-Control': `max-age=10, ${directive}` }, 'old');
    await ask('/a');
    answerWith(503, {}, 'down');
    pass(after);
    expect((await ask('/a')).body).toBe(body);
  },
);

test('serves an expired response when the origin fails, and does not ask it again for a while [CF-DOWN-04]', async () => {
  const { ask, pass, answerWith, received } = testEdge();
  answerWith(200, { 'Cache-Control': 'max-age=10' }, 'old');
  await ask('/a');
  answerWith(500, {}, 'broken');
  pass(1000);
  const stale = await ask('/a');
  expect([stale.status, stale.body]).toEqual([200, 'old']);
  pass(9);
  expect([(await ask('/a')).body, received.length]).toEqual(['old', 2]);
  pass(1);
  expect([(await ask('/a')).body, received.length]).toEqual(['old', 3]);
});

test('passes a 4xx of the origin on although an expired response is cached [CF-DOWN-04]', async () => {
  const { ask, pass, answerWith } = testEdge();
  answerWith(200, { 'Cache-Control': 'max-age=10' }, 'old');
  await ask('/a');
  answerWith(403, {}, 'no');
  pass(10);
  expect((await ask('/a')).status).toBe(403);
});

test('the query is in the key and forwarded only when the policy selects it [CF-TTL-08]', async () => {
  const optimized = testEdge();
  await optimized.ask('/a?v=1');
  expect((await optimized.ask('/a?v=2')).cache).toBe('Hit');
  expect(optimized.received.map(({ query }) => query)).toEqual(['']);

  const { ask, received } = testEdge({ behavior: OWN_POLICY, resources: cachePolicy({}, { query: ['v'] }) });
  const asked = ['/a?v=1&w=1', '/a?v=1&w=2', '/a?v=2', '/a?V=1'];
  const results = [];
  for (const target of asked) results.push((await ask(target)).cache);
  expect(results).toEqual(['Miss', 'Hit', 'Miss', 'Miss']);
  expect(received.map(({ query }) => query)).toEqual(['v=1', 'v=2', '']);
});

test('only cookies and headers of the policy are in the cache key', async () => {
  const { ask } = testEdge({
    behavior: OWN_POLICY,
    resources: cachePolicy({}, { cookies: ['lang*'], headers: ['X-Tenant', 'CloudFront-Is-Mobile-Viewer'] }),
  });
  const variants: Record<string, string>[] = [
    {},
    { Cookie: 'other=1' },
    { Cookie: 'other=1; lang-ui=de' },
    { Cookie: 'LANG-ui=de' },
    { 'X-Tenant': 'a' },
    { 'x-tenant': 'a', Accept: 'text/css' },
    { 'User-Agent': 'Mozilla/5.0 (iPhone)' },
  ];
  const results = [];
  for (const headers of variants) results.push((await ask('/a', headers)).cache);
  expect(results).toEqual(['Miss', 'Hit', 'Miss', 'Hit', 'Miss', 'Hit', 'Miss']);
});

test('a trace does not contain the values of a cache key', async () => {
  const { ask } = testEdge({
    behavior: OWN_POLICY,
    resources: cachePolicy({}, { cookies: ['id'], headers: ['Authorization'], query: ['code'] }),
  });
  const { trace } = await ask('/a?code=s3cret', { Cookie: 'id=s3cret', Authorization: 'Bearer s3cret' });
  expect(JSON.stringify(trace.hops)).toContain('query code; cookies id; headers authorization');
  expect(JSON.stringify(trace.hops)).not.toContain('s3cret');
});

test('without Authorization in the key it is removed, and all viewers get the same response [CF-TTL-09]', async () => {
  const { ask, received } = testEdge();
  await ask('/a', { Authorization: 'Bearer one' });
  expect((await ask('/a', { Authorization: 'Bearer two' })).cache).toBe('Hit');
  expect(received[0]?.headers.has('authorization')).toBe(false);
});

test('caches Set-Cookie with the response [CF-TTL-10]', async () => {
  const { ask, answerWith } = testEdge();
  answerWith(200, { 'Set-Cookie': 'id=1' }, 'x');
  await ask('/a');
  const second = await ask('/a');
  expect([second.cache, second.headers.get('set-cookie')]).toEqual(['Hit', 'id=1']);
});

test('answers 304 from the cache when the viewer has the response [CF-COND-01]', async () => {
  const { ask, answerWith, received } = testEdge();
  answerWith(
    200,
    { ETag: '"e"', 'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT', 'Content-Type': 'text/x' },
    'x',
  );
  await ask('/a');
  const again = await ask('/a', { 'If-None-Match': 'W/"e"' });
  expect([again.status, again.cache, again.body]).toEqual([304, 'Hit', '']);
  expect([again.headers.get('etag'), again.headers.has('content-type')]).toEqual(['"e"', false]);
  expect((await ask('/a', { 'If-Modified-Since': 'Thu, 01 Jan 2026 00:00:00 GMT' })).status).toBe(304);
  expect((await ask('/a', { 'If-None-Match': '"other"' })).status).toBe(200);
  expect(received).toHaveLength(1);
});

test('the origin evaluates a condition when nothing is cached [CF-REQ-15]', async () => {
  const { ask, answerBy, received } = testEdge();
  answerBy(({ headers }) =>
    headers.get('if-none-match') === '"e"' ? [304, { ETag: '"e"' }] : [200, {}, 'x'],
  );
  expect((await ask('/a', { 'If-None-Match': '"e"' })).status).toBe(304);
  expect((await ask('/a')).cache).toBe('Miss');
  expect(received).toHaveLength(2);
});

test('revalidates an expired response [CF-COND-02]', async () => {
  const { ask, pass, answerBy, received } = testEdge();
  answerBy(({ headers }) =>
    headers.get('if-none-match') === '"e"'
      ? [304, { ETag: '"e"', 'X-New': 'yes' }]
      : [
          200,
          { ETag: '"e"', 'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT', 'Cache-Control': 'max-age=10' },
          'x',
        ],
  );
  await ask('/a');
  pass(10);
  const second = await ask('/a', { 'If-None-Match': '"viewer"', Range: 'bytes=0-0' });
  expect([second.status, second.cache]).toEqual([206, 'RefreshHit']);
  expect(received[1]?.headers.get('if-modified-since')).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
  expect(received[1]?.headers.has('range')).toBe(false);
  const third = await ask('/a');
  expect([third.cache, third.headers.get('x-new'), third.headers.get('age')]).toEqual(['Hit', 'yes', '0']);
});

test('revalidates no-cache each time when the minimum TTL is 0 [CF-COND-02]', async () => {
  const { ask, answerBy } = testEdge({ behavior: { CachePolicyId: USE_ORIGIN_CACHE_CONTROL } });
  answerBy(({ headers }) =>
    headers.has('if-none-match') ? [304] : [200, { ETag: '"e"', 'Cache-Control': 'no-cache' }, 'x'],
  );
  await ask('/a');
  expect([(await ask('/a')).cache, (await ask('/a')).cache]).toEqual(['RefreshHit', 'RefreshHit']);
});

test('answers a range from the cached response [CF-RANGE-01]', async () => {
  const { ask, answerWith } = testEdge();
  answerWith(200, { ETag: '"e"' }, '0123456789');
  await ask('/a');
  const part = await ask('/a', { Range: 'bytes=2-4' });
  expect([part.status, part.cache, part.body]).toEqual([206, 'Hit', '234']);
  expect([part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
    'bytes 2-4/10',
    '3',
  ]);
  expect((await ask('/a', { Range: 'bytes=-3' })).body).toBe('789');
  expect((await ask('/a', { Range: 'bytes=2-4', 'If-Range': '"other"' })).body).toBe('0123456789');
  const beyond = await ask('/a', { Range: 'bytes=10-' });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */10']);
});

test('without a cached response the origin answers a range, which is cached as a range [CF-RANGE-01, CF-REQ-15]', async () => {
  const { ask, answerBy, received } = testEdge();
  answerBy(({ headers }) =>
    headers.get('range') === 'bytes=0-1'
      ? [206, { 'Content-Range': 'bytes 0-1/4' }, 'ab']
      : [200, {}, 'abcd'],
  );
  const first = await ask('/a', { Range: 'bytes=0-1' });
  const second = await ask('/a', { Range: 'bytes=0-1' });
  expect([first.status, first.cache, second.status, second.cache]).toEqual([206, 'Miss', 206, 'Hit']);
  expect([(await ask('/a')).body, received.length]).toEqual(['abcd', 2]);
});

test.each(['bytes=4-2', 'bytes=0-3,2-5', 'bytes=5-6,0-1', 'lines=1-2', 'bytes=x'])(
  '%s is ignored [CF-RANGE-02]',
  async (range) => {
    const { ask, answerWith, received } = testEdge();
    answerWith(200, {}, '0123456789');
    expect((await ask('/a', { Range: range })).status).toBe(200);
    expect(received[0]?.headers.has('range')).toBe(false);
    expect((await ask('/a', { Range: range })).status).toBe(200);
  },
);

test('answers with the complete response when it has no length [CF-RANGE-03]', async () => {
  const { ask, answerBy } = testEdge();
  answerBy(() => [200, {}, Readable.from([Buffer.from('0123'), Buffer.from('456789')])]);
  expect((await ask('/a', { Range: 'bytes=0-1' })).body).toBe('0123456789');
  const second = await ask('/a', { Range: 'bytes=0-1' });
  expect([second.status, second.cache, second.body]).toEqual([200, 'Hit', '0123456789']);
});

test('answers HEAD from the response of a GET, with the same headers [CF-HEAD-01]', async () => {
  const { ask, received } = testEdge();
  const get = await ask('/a');
  const head = await ask('/a', {}, { method: 'HEAD' });
  expect([head.cache, head.body, head.headers.get('content-length')]).toEqual([
    'Hit',
    '',
    get.headers.get('content-length'),
  ]);
  expect(received).toHaveLength(1);
});

test('the response of a HEAD answers only HEAD requests [CF-HEAD-01]', async () => {
  const { ask, received } = testEdge();
  const results = [];
  for (const method of ['HEAD', 'HEAD', 'GET', 'HEAD']) results.push((await ask('/a', {}, { method })).cache);
  expect(results).toEqual(['Miss', 'Hit', 'Miss', 'Hit']);
  expect(received.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
});

test.each([404, 414, 500, 501, 502, 503, 504])(
  'caches a %i for 10 s [CF-ERR-06, CF-ERR-07]',
  async (status) => {
    const { ask, pass, answerWith, received } = testEdge();
    answerWith(status, {}, 'no');
    await ask('/a');
    pass(9);
    const second = await ask('/a');
    expect([second.status, second.cache, second.headers.get('age')]).toEqual([status, 'Error', '9']);
    pass(1);
    await ask('/a');
    expect(received).toHaveLength(2);
  },
);

test.each([400, 403, 405, 412, 415])(
  'caches a %i only when the origin says for how long [CF-ERR-07]',
  async (status) => {
    const { ask, pass, answerWith, received } = testEdge();
    answerWith(status, {}, 'no');
    await ask('/a');
    await ask('/a');
    expect(received).toHaveLength(2);
    answerWith(status, { 'Cache-Control': 'max-age=50' }, 'no');
    await ask('/a');
    pass(49);
    await ask('/a');
    expect(received).toHaveLength(3);
  },
);

test.each([401, 409, 416, 429])('never caches a %i [CF-ERR-07]', async (status) => {
  const { ask, answerWith, received } = testEdge();
  answerWith(status, { 'Cache-Control': 'max-age=50' }, 'no');
  await ask('/a');
  await ask('/a');
  expect(received).toHaveLength(2);
});

test('does not cache errors with CachingDisabled [CF-ERR-06]', async () => {
  const { ask, answerWith, received } = testEdge({ behavior: { CachePolicyId: CACHING_DISABLED } });
  answerWith(404, {}, 'no');
  await ask('/a');
  await ask('/a');
  expect(received).toHaveLength(2);
});

test('requests for the same response wait for one fetch', async () => {
  const { ask, answerBy, received } = testEdge();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  answerBy(async () => {
    await released;
    return [200, { 'Cache-Control': 'max-age=0' }, 'x'];
  });
  const all = Promise.all([ask('/a'), ask('/a'), ask('/a')]);
  await tick();
  release();
  expect((await all).map(({ body, cache }) => [body, cache])).toEqual([
    ['x', 'Miss'],
    ['x', 'Hit'],
    ['x', 'Hit'],
  ]);
  expect(received).toHaveLength(1);
});

test('viewers that waited for an uncacheable response each ask the origin', async () => {
  const { ask, answerWith, received } = testEdge({ behavior: { CachePolicyId: USE_ORIGIN_CACHE_CONTROL } });
  answerWith(200, { 'Cache-Control': 'no-store' }, 'x');
  const all = await Promise.all([ask('/a'), ask('/a'), ask('/a')]);
  expect(all.map(({ cache }) => cache)).toEqual(['Miss', 'Miss', 'Miss']);
  expect(received).toHaveLength(3);
});

test('each viewer gets an event stream of its own', async () => {
  const { handle, answerBy, received } = testEdge();
  answerBy(() => [200, { 'Content-Type': 'text/event-stream' }, new PassThrough()]);
  const responses = await Promise.all([handle(request('/events')), handle(request('/events'))]);
  for (const { body } of responses) (body as Readable).destroy();
  expect(received).toHaveLength(2);
});

test('a fetch goes on for waiting viewers when the first one leaves', async () => {
  const { handle, ask, answerBy, received } = testEdge();
  const source = new PassThrough();
  answerBy(() => [200, { 'Content-Length': '4' }, source]);
  const leaving = new AbortController();
  const first = await handle({ ...request('/a'), signal: leaving.signal });
  const waiting = ask('/a');
  source.write('ab');
  await tick();
  (first.body as Readable).destroy();
  leaving.abort();
  source.end('cd');
  expect((await waiting).body).toBe('abcd');
  expect(received).toHaveLength(1);
});

test('aborts a fetch when all viewers have left', async () => {
  const { handle, answerBy, received, cache } = testEdge();
  const source = new PassThrough();
  answerBy(() => [200, { 'Content-Length': '4' }, source]);
  const leaving = new AbortController();
  const first = await handle({ ...request('/a'), signal: leaving.signal });
  source.write('ab');
  (first.body as Readable).destroy();
  leaving.abort();
  await tick();
  expect([received[0]?.signal.aborted, source.destroyed, cache.size]).toEqual([true, true, 0]);
});

test('does not cache a body that breaks off', async () => {
  const { handle, answerBy, cache } = testEdge();
  const source = new PassThrough();
  answerBy(() => [200, { 'Content-Length': '4' }, source]);
  const response = await handle(request('/a'));
  source.write('ab');
  await tick();
  source.destroy();
  await expect(text(response)).rejects.toThrowError('closed the connection');
  expect(cache.size).toBe(0);
});

test('does not cache a body that is shorter than its length', async () => {
  const { handle, answerBy, cache } = testEdge();
  answerBy(() => [200, { 'Content-Length': '4' }, Readable.from([Buffer.from('abc')])]);
  await text(await handle(request('/a')));
  expect(cache.size).toBe(0);
});

test('a body over the limit streams at the viewer’s speed and is not cached', async () => {
  const { handle, answerBy, cache } = testEdge({ limits: { maxBodyBytes: 100_000 } });
  let sent = 0;
  function* chunks() {
    for (; sent < 100; sent++) yield Buffer.alloc(65_536);
  }
  answerBy(() => [200, {}, Readable.from(chunks())]);
  const response = await handle(request('/a'));
  for (let i = 0; i < 10; i++) await tick();
  expect(sent).toBeLessThan(20);
  expect((await text(response)).length).toBe(100 * 65_536);
  expect(cache.size).toBe(0);
});

test('a body whose length exceeds the limit is not read ahead', async () => {
  const { ask, answerBy, cache } = testEdge({ limits: { maxBodyBytes: 3 } });
  answerBy(() => [200, { 'Content-Length': '4' }, Readable.from([Buffer.from('abcd')])]);
  expect((await ask('/a')).body).toBe('abcd');
  expect(cache.size).toBe(0);
});

test('does not cache a response that was requested before a purge', async () => {
  const { ask, answerBy, cache } = testEdge();
  answerBy(() => {
    cache.purge();
    return [200, {}, 'old'];
  });
  await ask('/a');
  expect(cache.size).toBe(0);
});

test('caches OPTIONS only when CachedMethods contains it', async () => {
  const methods = { AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] };
  const usual = testEdge({ behavior: methods });
  const cached = testEdge({ behavior: { ...methods, CachedMethods: ['GET', 'HEAD', 'OPTIONS'] } });
  const results = [];
  for (const { ask } of [usual, cached]) {
    await ask('/a', {}, { method: 'OPTIONS' });
    results.push((await ask('/a', {}, { method: 'OPTIONS' })).cache);
  }
  expect(results).toEqual(['Miss', 'Hit']);
});

test('caches compressed responses apart and revalidates them with the origin’s ETag', async () => {
  const { ask, pass, answerBy, received } = testEdge();
  const headers = { 'Content-Type': 'text/css', ETag: '"e"', 'Cache-Control': 'max-age=10' };
  answerBy((asked) => (asked.headers.has('if-none-match') ? [304] : [200, headers, 'a'.repeat(2_000)]));
  const gzipped = await ask('/a', { 'Accept-Encoding': 'gzip' });
  expect(gzipped.headers.get('etag')).toBe('W/"e"');
  expect((await ask('/a')).cache).toBe('Miss');
  expect((await ask('/a', { 'Accept-Encoding': 'gzip, deflate' })).cache).toBe('Hit');
  pass(10);
  expect((await ask('/a', { 'Accept-Encoding': 'gzip' })).cache).toBe('RefreshHit');
  expect(received.at(-1)?.headers.get('if-none-match')).toBe('"e"');
});

test('streams a compressed body to the viewer and caches it', async () => {
  const { handle, ask, answerBy } = testEdge();
  const body = 'abc'.repeat(1_000);
  answerBy(() => [
    200,
    { 'Content-Type': 'text/html', 'Content-Length': '3000' },
    Readable.from([Buffer.from(body)]),
  ]);
  const gzip = { headers: [['Accept-Encoding', 'gzip']] as [string, string][] };
  const response = await handle(request('/a', gzip));
  const bytes: Buffer[] = [];
  for await (const chunk of response.body as Readable) bytes.push(chunk as Buffer);
  expect(gunzipSync(Buffer.concat(bytes)).toString()).toBe(body);
  await tick();
  expect((await ask('/a', { 'Accept-Encoding': 'gzip' })).cache).toBe('Hit');
});

test.each([0, 300])(
  'ErrorCachingMinTTL %i decides how long an error is cached [CF-ERR-06]',
  async (seconds) => {
    const { ask, pass, answerWith, received } = testEdge({
      config: { CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: seconds }] },
    });
    answerWith(404, {}, 'no');
    await ask('/a');
    pass(Math.max(0, seconds - 1));
    await ask('/a');
    expect(received).toHaveLength(seconds === 0 ? 2 : 1);
    pass(1);
    await ask('/a');
    expect(received).toHaveLength(seconds === 0 ? 3 : 2);
  },
);

test('caches an error page like any response, and the error beside it [CF-ERR-04, CF-ERR-06]', async () => {
  const { ask, answerBy, received } = testEdge({
    config: {
      CustomErrorResponses: [{ ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/index.html' }],
    },
  });
  answerBy(({ path }) => (path === '/index.html' ? [200, {}, 'page'] : [404, {}, 'no']));
  for (const path of ['/a', '/a', '/b']) {
    const { status, body, cache } = await ask(path);
    expect([status, body, cache]).toEqual([200, 'page', 'Error']);
  }
  expect(received.map(({ path }) => path)).toEqual(['/a', '/index.html', '/b']);
});
