import { expect, test } from 'vitest';
import { testDistribution, testEdge } from '../../../../test/edge';

/** A behavior with legacy settings; `undefined` removes the policy of the test's distribution. */
const legacy = (ForwardedValues: object, ttl: object = {}) => ({
  CachePolicyId: { Ref: 'AWS::NoValue' },
  ForwardedValues,
  ...ttl,
});

test('legacy settings forward nothing by default and cache for a day', async () => {
  const { ask, received, pass } = testEdge({ behavior: legacy({ QueryString: false }) });
  await ask('/a?b=c', { Cookie: 'id=1', 'X-Own': 'x', 'Accept-Encoding': 'br, gzip' });
  pass(86_399);
  const second = await ask('/a?b=d', { 'Accept-Encoding': 'gzip' });
  expect(second.cache).toBe('Hit');
  const [asked] = received;
  expect([asked?.query, asked?.headers.get('cookie'), asked?.headers.get('x-own')]).toEqual([
    '',
    undefined,
    undefined,
  ]);
  expect(asked?.headers.get('accept-encoding')).toBe('gzip');
});

test('legacy settings put all that they forward into the cache key', async () => {
  const { ask, received } = testEdge({
    behavior: legacy({
      QueryString: true,
      Headers: ['Origin', 'Authorization'],
      Cookies: { Forward: 'whitelist', WhitelistedNames: ['lang'] },
    }),
  });
  const requests: [string, Record<string, string>][] = [
    ['/a?b=1', {}],
    ['/a?b=2', {}],
    ['/a?b=1', { Cookie: 'other=1' }],
    ['/a?b=1', { Cookie: 'lang=de' }],
    ['/a?b=1', { Origin: 'https://a.example' }],
    ['/a?b=1', { Authorization: 'x' }],
  ];
  const results = [];
  for (const [target, headers] of requests) results.push((await ask(target, headers)).cache);
  expect(results).toEqual(['Miss', 'Miss', 'Hit', 'Miss', 'Miss', 'Miss']);
  expect(received.at(-1)?.headers.get('authorization')).toBe('x');
});

test('legacy settings forward all query strings when only some are in the cache key', async () => {
  const { ask, received } = testEdge({
    behavior: legacy({ QueryString: true, QueryStringCacheKeys: ['v'] }),
  });
  await ask('/a?v=1&w=1');
  expect([(await ask('/a?v=1&w=2')).cache, received[0]?.query]).toEqual(['Hit', 'v=1&w=1']);
});

test('legacy settings that forward all headers, with Host, turn caching off', async () => {
  const { ask, received } = testEdge({ behavior: legacy({ QueryString: true, Headers: ['*'] }) });
  await ask('/a');
  expect([(await ask('/a')).cache, received[0]?.headers.get('host')]).toEqual(['Miss', 'localhost:4300']);
});

test('legacy settings without cookies remove Set-Cookie [CF-TTL-10]', async () => {
  for (const [Forward, expected] of [
    ['none', undefined],
    ['all', 'id=1'],
  ]) {
    const { ask, answerWith } = testEdge({
      behavior: legacy({ QueryString: false, Cookies: { Forward } }, { MinTTL: 0 }),
    });
    answerWith(200, { 'Set-Cookie': 'id=1' }, 'x');
    expect((await ask('/a')).headers.get('set-cookie')).toBe(expected);
  }
});

test('legacy settings use the TTLs of the behavior', async () => {
  const { ask, pass, answerWith } = testEdge({
    behavior: legacy({ QueryString: false }, { MinTTL: '5', DefaultTTL: 10, MaxTTL: 20 }),
  });
  answerWith(200, { 'Cache-Control': 'max-age=100' }, 'x');
  await ask('/a');
  pass(19);
  expect((await ask('/a')).cache).toBe('Hit');
  pass(1);
  expect((await ask('/a')).cache).toBe('Miss');
});

test.each([
  ['neither', { CachePolicyId: { Ref: 'AWS::NoValue' } }],
  ['both', { ForwardedValues: { QueryString: false } }],
  [
    'legacy settings and an origin request policy',
    {
      ...legacy({ QueryString: false }),
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    },
  ],
])('rejects a behavior with %s', (_, behavior) => {
  expect(() => testDistribution({ behavior })).toThrowError(
    expect.objectContaining({ code: 'ERR_INVALID_PROPERTY' }),
  );
});

test('rejects unknown legacy settings by name', () => {
  expect(() => testDistribution({ behavior: legacy({ QueryString: true, Body: true }) })).toThrowError(
    /ForwardedValues\.Body/,
  );
});
