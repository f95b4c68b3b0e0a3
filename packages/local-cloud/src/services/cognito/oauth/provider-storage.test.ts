import { afterEach, expect, test, vi } from 'vitest';
import { createProviderStorage, ProviderRecords } from './provider-storage';

afterEach(() => vi.useRealTimers());

const storage = (graceSeconds = 0, now: () => number = Date.now) =>
  createProviderStorage(new ProviderRecords(), { graceSeconds: () => graceSeconds, now });

test('storage keeps a record for an hour after it expires', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const codes = storage()('AuthorizationCode');
  await codes.upsert('a', { kind: 'AuthorizationCode' }, 10);
  vi.setSystemTime(Date.now() + 10_000 + 3_599_999);
  expect(await codes.find('a')).toEqual({ kind: 'AuthorizationCode' });
  vi.setSystemTime(Date.now() + 1);
  expect(await codes.find('a')).toBeUndefined();
});

test('storage moves times from the injected clock to the machine’s clock', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000 });
  let aheadMs = 0;
  const sessions = storage(0, () => Date.now() + aheadMs)('Session');
  await sessions.upsert('a', { exp: 1_000_600, iat: 1_000_000, loginTs: 1_000_000 }, 600);
  aheadMs = 599_000;
  expect(await sessions.find('a')).toEqual({ exp: 1_000_001, iat: 999_401, loginTs: 999_401 });
  aheadMs = -60_000;
  expect(await sessions.find('a')).toEqual({ exp: 1_000_660, iat: 1_000_060, loginTs: 1_000_060 });
});

test('clear deletes records of all models', async () => {
  const records = new ProviderRecords();
  const adapter = createProviderStorage(records, { graceSeconds: () => 0, now: Date.now });
  await adapter('Session').upsert('a', {}, 10);
  await adapter('RefreshToken').upsert('a', {}, 10);
  records.clear();
  expect(await adapter('Session').find('a')).toBeUndefined();
  expect(await adapter('RefreshToken').find('a')).toBeUndefined();
});

test('storage copies records when it stores and finds them', async () => {
  const sessions = storage()('Session');
  const payload = { uid: 'u', accountId: 'ada' };
  await sessions.upsert('a', payload, 10);
  payload.accountId = 'mallory';
  const found = await sessions.findByUid('u');
  if (found) found.accountId = 'mallory';
  expect(await sessions.find('a')).toMatchObject({ accountId: 'ada' });
});

test('storage evicts the least recently used records', async () => {
  const grants = storage()('Grant');
  for (let i = 0; i <= 10_000; i++) await grants.upsert(String(i), { kind: 'Grant' }, 10);
  expect(await grants.find('0')).toBeUndefined();
  expect(await grants.find('1')).toBeDefined();
  expect(await grants.find('10000')).toBeDefined();
});

test('consume rejects the second of two concurrent requests', async () => {
  const codes = storage()('AuthorizationCode');
  await codes.upsert('a', { kind: 'AuthorizationCode' }, 10);
  await codes.consume('a');
  await expect(codes.consume('a')).rejects.toThrow('invalid_grant');
  expect((await codes.find('a'))?.consumed).toEqual(expect.any(Number));
  await expect(codes.consume('nowhere')).rejects.toThrow('invalid_grant');
});

test('the grace period applies to refresh tokens only and starts with the first use', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
  const graceful = storage(20);
  const [refreshTokens, codes] = [graceful('RefreshToken'), graceful('AuthorizationCode')];
  await refreshTokens.upsert('a', { kind: 'RefreshToken' }, 100);
  await codes.upsert('a', { kind: 'AuthorizationCode' }, 100);
  await refreshTokens.consume('a');
  await codes.consume('a');
  vi.setSystemTime(Date.now() + 19_000);
  expect((await codes.find('a'))?.consumed).toBeDefined();
  expect((await refreshTokens.find('a'))?.consumed).toBeUndefined();
  await refreshTokens.consume('a');
  vi.setSystemTime(Date.now() + 1_000);
  expect((await refreshTokens.find('a'))?.consumed).toBeDefined();
  await expect(refreshTokens.consume('a')).rejects.toThrow('invalid_grant');
});

test('revokeByGrantId deletes the records of the grant only', async () => {
  const tokens = storage()('AccessToken');
  await tokens.upsert('a', { grantId: 'one' }, 10);
  await tokens.upsert('b', { grantId: 'two' }, 10);
  await tokens.revokeByGrantId('one');
  expect(await tokens.find('a')).toBeUndefined();
  expect(await tokens.find('b')).toBeDefined();
});

test('storage does not store interactions', async () => {
  const interactions = storage()('Interaction');
  await interactions.upsert('a', { uid: 'u' }, 10);
  expect(await interactions.find('a')).toBeUndefined();
});
