import { afterEach, expect, test, vi } from 'vitest';
import { createProviderStorage, ProviderRecords } from './provider-storage';

afterEach(() => vi.useRealTimers());

const storage = (graceSeconds = 0, now: () => number = Date.now) =>
  createProviderStorage(new ProviderRecords(), { graceSeconds: () => graceSeconds, now });

test('a record is kept for an hour after its time is over, so that it can be told from one that never was', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const codes = storage()('AuthorizationCode');
  await codes.upsert('a', { kind: 'AuthorizationCode' }, 10);
  vi.setSystemTime(Date.now() + 10_000 + 3_599_999);
  expect(await codes.find('a')).toEqual({ kind: 'AuthorizationCode' });
  vi.setSystemTime(Date.now() + 1);
  expect(await codes.find('a')).toBeUndefined();
});

test('times are handed out as far from the machine’s clock as they are from the injected one', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000 });
  let aheadMs = 0;
  const sessions = storage(0, () => Date.now() + aheadMs)('Session');
  await sessions.upsert('a', { exp: 1_000_600, iat: 1_000_000, loginTs: 1_000_000 }, 600);
  aheadMs = 599_000;
  expect(await sessions.find('a')).toEqual({ exp: 1_000_001, iat: 999_401, loginTs: 999_401 });
  aheadMs = -60_000;
  expect(await sessions.find('a')).toEqual({ exp: 1_000_660, iat: 1_000_060, loginTs: 1_000_060 });
});

test('cleared records are gone, whatever their kind', async () => {
  const records = new ProviderRecords();
  const adapter = createProviderStorage(records, { graceSeconds: () => 0, now: Date.now });
  await adapter('Session').upsert('a', {}, 10);
  await adapter('RefreshToken').upsert('a', {}, 10);
  records.clear();
  expect(await adapter('Session').find('a')).toBeUndefined();
  expect(await adapter('RefreshToken').find('a')).toBeUndefined();
});

test('what was stored or found cannot be changed from outside', async () => {
  const sessions = storage()('Session');
  const payload = { uid: 'u', accountId: 'ada' };
  await sessions.upsert('a', payload, 10);
  payload.accountId = 'mallory';
  const found = await sessions.findByUid('u');
  if (found) found.accountId = 'mallory';
  expect(await sessions.find('a')).toMatchObject({ accountId: 'ada' });
});

test('the oldest records make room for new ones', async () => {
  const grants = storage()('Grant');
  for (let i = 0; i <= 10_000; i++) await grants.upsert(String(i), { kind: 'Grant' }, 10);
  expect(await grants.find('0')).toBeUndefined();
  expect(await grants.find('1')).toBeDefined();
  expect(await grants.find('10000')).toBeDefined();
});

test('a code is consumed once: the second consumer is refused, even if it found it unconsumed', async () => {
  const codes = storage()('AuthorizationCode');
  await codes.upsert('a', { kind: 'AuthorizationCode' }, 10);
  await codes.consume('a');
  await expect(codes.consume('a')).rejects.toThrow('invalid_grant');
  expect((await codes.find('a'))?.consumed).toEqual(expect.any(Number));
  await expect(codes.consume('nowhere')).rejects.toThrow('invalid_grant');
});

test('the grace period is for refresh tokens, and starts with the first use', async () => {
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

test('a revoked grant takes its own records along', async () => {
  const tokens = storage()('AccessToken');
  await tokens.upsert('a', { grantId: 'one' }, 10);
  await tokens.upsert('b', { grantId: 'two' }, 10);
  await tokens.revokeByGrantId('one');
  expect(await tokens.find('a')).toBeUndefined();
  expect(await tokens.find('b')).toBeDefined();
});

test('interactions are not kept', async () => {
  const interactions = storage()('Interaction');
  await interactions.upsert('a', { uid: 'u' }, 10);
  expect(await interactions.find('a')).toBeUndefined();
});
