import { createRequire } from 'node:module';
import type { AdapterPayload } from 'oidc-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { Provider, ProviderClock, providerTokens, RECORD_TIMES, useUuids } from './oidc-provider';

const { version } = createRequire(import.meta.url)('oidc-provider/package.json') as { version: string };
const moved = (what: string): string =>
  `oidc-provider ${version} changed ${what}: adapt src/adapters/oidc-provider.ts`;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NOW_SECONDS = 1_700_000_000;

afterEach(() => vi.useRealTimers());

function startProvider() {
  const records = new Map<string, AdapterPayload>();
  const provider = new Provider('http://localhost:1', {
    adapter: () => ({
      upsert: (id: string, payload: AdapterPayload) => Promise.resolve(void records.set(id, payload)),
      find: (id: string) => Promise.resolve(records.get(id)),
      findByUid: () => Promise.resolve(undefined),
      findByUserCode: () => Promise.resolve(undefined),
      consume: () => Promise.resolve(),
      destroy: () => Promise.resolve(),
      revokeByGrantId: () => Promise.resolve(),
    }),
    clients: [
      { client_id: 'client', token_endpoint_auth_method: 'none', redirect_uris: ['http://localhost/'] },
    ],
    features: { devInteractions: { enabled: false } },
    clockTolerance: 0,
  });
  return { provider, records };
}

test.each([
  ['lib/provider.js', ['Provider']],
  [
    'lib/helpers/errors.js',
    [
      'InvalidClient',
      'InvalidClientAuth',
      'InvalidGrant',
      'InvalidRedirectUri',
      'InvalidRequest',
      'InvalidScope',
    ],
  ],
  ['lib/helpers/interaction_policy/index.js', ['base', 'Check']],
])('oidc-provider exports what the adapter imports from %s', async (file, names) => {
  const module = await import(`oidc-provider/${file}`).then(
    (loaded: Record<string, unknown>) => loaded,
    () => ({}) as Record<string, unknown>,
  );
  for (const name of names) expect(module[name], moved(`${name} of ${file}`)).toBeTypeOf('function');
});

test('oidc-provider takes ids of codes, tokens and grants from generateTokenId', async () => {
  const { provider, records } = startProvider();
  const { AccessToken, AuthorizationCode, ClientCredentials, Grant } = provider;
  for (const { prototype, name } of [AccessToken, AuthorizationCode, ClientCredentials, Grant]) {
    expect(
      (prototype as unknown as Record<string, unknown>)['generateTokenId'],
      moved(`generateTokenId of ${name}`),
    ).toBeTypeOf('function');
  }
  useUuids(provider);
  const id = await new Grant({ accountId: 'user', clientId: 'client' }).save();
  expect(id, moved('the id of a saved grant')).toMatch(UUID);
  expect([...records.keys()], moved('the key of a record')).toContain(id);
});

test('oidc-provider expires records by Date.now(), and records have no other times than the adapter moves', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_SECONDS * 1_000 });
  const { provider, records } = startProvider();
  const client = await provider.Client.find('client');
  if (!client) throw new Error(moved('Client.find'));
  const grantId = await new provider.Grant({ accountId: 'user', clientId: 'client' }).save();
  const code = new provider.AuthorizationCode({
    accountId: 'user',
    authTime: NOW_SECONDS,
    client,
    grantId,
    redirectUri: 'http://localhost/',
    scope: 'openid',
  } as never);
  const id = await code.save(60);
  const session = new provider.Session();
  session.loginAccount({ accountId: 'user' });
  await session.save(60);

  const times = [...records.values()].flatMap((record) =>
    Object.entries(record).filter(
      ([, value]) => typeof value === 'number' && Math.abs(value - NOW_SECONDS) < 1_000_000_000,
    ),
  );
  const unknown = times.map(([name]) => name).filter((name) => !RECORD_TIMES.some((each) => each === name));
  expect(unknown, moved('the times in its records')).toEqual([]);
  for (const name of ['authTime', 'exp', 'iat', 'loginTs']) {
    expect(
      times.map(([each]) => each),
      moved(`the time ${name} of its records`),
    ).toContain(name);
  }

  const find = () => provider.AuthorizationCode.find(id, { ignoreExpiration: true });
  expect((await find())?.isExpired, moved('isExpired')).toBe(false);
  vi.setSystemTime((NOW_SECONDS + 60) * 1_000);
  expect((await find())?.isExpired, moved('the clock it reads')).toBe(true);
});

test('ProviderClock moves times of a record to the injected clock and back', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_SECONDS * 1_000 });
  const clock = new ProviderClock(() => (NOW_SECONDS + 3_600) * 1_000);
  const record = { exp: NOW_SECONDS + 60, iat: NOW_SECONDS, kind: 'Session' };
  const injected = clock.recordToInjected(record);
  expect(injected).toEqual({ exp: NOW_SECONDS + 3_660, iat: NOW_SECONDS + 3_600, kind: 'Session' });
  expect(clock.recordToProvider(injected)).toEqual(record);
  expect(clock.toInjected(NOW_SECONDS)).toBe(NOW_SECONDS + 3_600);
});

test('oidc-provider finds tokens that were created outside of its endpoints, until they expire', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_SECONDS * 1_000 });
  const { provider, records } = startProvider();
  const fields = { accountId: 'user', clientId: 'client', gty: 'api', scope: 'a-scope', expiresIn: 60 };
  const grantId = await providerTokens.newGrant(provider, fields);
  const { jti } = await providerTokens.newAccessToken(provider, { ...fields, grantId });
  expect([...records.keys()], moved('the ids of records')).toEqual(expect.arrayContaining([grantId, jti]));
  const value = await providerTokens.newRefreshToken(provider, { ...fields, grantId, authTime: NOW_SECONDS });
  const found = () => providerTokens.findRefreshToken(provider, value);
  expect(await found(), moved('RefreshToken.find')).toMatchObject({
    accountId: 'user',
    authTime: NOW_SECONDS,
    clientId: 'client',
    grantId,
    isExpired: false,
    remainingTTL: 60,
    scope: 'a-scope',
  });
  vi.setSystemTime((NOW_SECONDS + 61) * 1_000);
  expect(await found(), moved('ignoreExpiration')).toMatchObject({ isExpired: true });
});
