import { ErrorResponse, type User } from 'oidc-client-ts';
import { afterEach, expect, test, vi } from 'vitest';
import { openBrowser } from '../test/browser-tabs';
import { FakeUserPool } from '../test/fake-user-pool';
import { MemoryStorage } from '../test/memory-storage';
import { channelName } from '../test/settings';
import { storedUser } from '../test/stored-user';
import { userWith } from '../test/user';
import type { TabMessage } from './session-tabs';

/** Returns a user with expired tokens. Without an ID token, because oidc-client-ts would compare it with the renewed one. */
function expiredUser(change: Parameters<typeof userWith>[0] = {}) {
  const user = userWith(change, -5);
  delete user.id_token;
  return user;
}

/** Returns a user who logged in at this time. */
function loggedIn(authTime: number) {
  const user = userWith();
  user.profile.auth_time = authTime;
  return user;
}

/** Opens a tab with the session of `user`, and a duplicate of that tab. */
async function openTwoTabs(user: User, browser = openBrowser()) {
  const first = browser.openTab();
  await first.manager.storeUser(user);
  const second = browser.openTab(new MemoryStorage(first.storage));
  return [first, second] as const;
}

afterEach(() => void vi.useRealTimers());

const tokenOf = (tab: { storage: Storage }) => storedUser(tab)?.access_token;

test('a new tab takes over the session of another tab, without a login', async () => {
  const pool = new FakeUserPool().listen();
  const browser = openBrowser();
  await browser.openTab().manager.storeUser(userWith());
  const user = await browser.openTab().manager.getUser();
  expect(user?.access_token).toBe(userWith().access_token);
  expect(pool.requests).toEqual([]);
});

test('a signed-out tab does not wait for tabs without a session', async () => {
  const browser = openBrowser();
  browser.openTab();
  const second = browser.openTab();
  vi.useFakeTimers({ toFake: ['setTimeout'] }); // waiting would need a timer, and fake timers never fire
  expect(await second.manager.getUser()).toBe(null);
  expect(vi.getTimerCount()).toBe(0);
});

test('tabs that renew at the same time share one renewal, also with refresh token rotation', async () => {
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  const browser = openBrowser();
  const [first, second] = await openTwoTabs(expiredUser(), browser);
  const tabs = [first, second, browser.openTab(new MemoryStorage(first.storage))];
  const tokens = await Promise.all(tabs.map(({ manager }) => manager.accessToken()));
  expect(new Set(tokens).size).toBe(1);
  expect(tokens[0]).toMatch(/^access-/);
  expect(pool.grants('refresh_token')).toBe(1);
});

test('a duplicated or restored tab uses the newer refresh token of another tab (CG-TK-11)', async () => {
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  const browser = openBrowser();
  const first = browser.openTab();
  await first.manager.storeUser(expiredUser());
  const beforeRenewal = new MemoryStorage(first.storage);
  await first.manager.signinSilent();
  const restored = browser.openTab(beforeRenewal);
  await restored.manager.signinSilent();
  expect(tokenOf(restored)).toBe(tokenOf(first));
  expect(pool.grants('refresh_token')).toBe(1);
});

test('the other tabs take over the tokens of a renewal in the same second as the login', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  const user = userWith();
  delete user.id_token;
  const [first, second] = await openTwoTabs(user);
  const loaded = vi.fn();
  second.manager.events.addUserLoaded(loaded);
  await first.manager.signinSilent();
  await vi.waitFor(() => expect(loaded).toHaveBeenCalledTimes(1));
  expect(tokenOf(second)).toBe(tokenOf(first));
});

test('a new tab takes over the newest session', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const browser = openBrowser();
  const [first, second] = [browser.openTab(), browser.openTab()];
  await first.manager.storeUser(userWith({ access_token: 'old' }, 3600));
  vi.setSystemTime(Date.now() + 1);
  await second.manager.storeUser(userWith({ access_token: 'new' }, 60)); // although it expires first
  expect((await browser.openTab().manager.getUser())?.access_token).toBe('new');
});

test('a logout in one tab ends the session in all tabs', async () => {
  const pool = new FakeUserPool().listen();
  const browser = openBrowser();
  const [first, second] = await openTwoTabs(userWith(), browser);
  const signedOut = vi.fn();
  second.manager.events.addUserSignedOut(signedOut);
  void first.manager.signoutRedirect();
  await vi.waitFor(() => expect(signedOut).toHaveBeenCalledTimes(1));
  expect(tokenOf(second)).toBe(undefined);
  expect((await browser.locks.query()).held).toEqual([]);
  await vi.waitFor(() => expect(pool.revocations).toEqual(['refresh-1']));
});

test('removeUser ends the session in all tabs and revokes nothing', async () => {
  const pool = new FakeUserPool().listen();
  const [first, second] = await openTwoTabs(userWith());
  const signedOut = vi.fn();
  second.manager.events.addUserSignedOut(signedOut);
  await first.manager.removeUser();
  await vi.waitFor(() => expect(signedOut).toHaveBeenCalledTimes(1));
  expect(await first.manager.getUser()).toBe(null);
  expect(pool.requests).toEqual([]);
});

test('a tab that was suspended or on another site during a logout is signed out when it returns', async () => {
  const browser = openBrowser();
  const [first, away] = await openTwoTabs(loggedIn(1), browser);
  away.manager.close();
  await first.manager.removeUser();
  const back = browser.openTab(away.storage);
  expect(await back.manager.getUser()).toBe(null);
  expect(tokenOf(back)).toBe(undefined);
});

test('the shared storage contains login IDs of ended logins, but no tokens', async () => {
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(loggedIn(1_800_000_000));
  await tab.manager.removeUser();
  expect(tab.sharedStorage).toHaveLength(1);
  expect(tab.sharedStorage.getItem(`${channelName} ended`)).toBe('["1800000000"]');
});

test('tokens that arrive after a logout in another tab are deleted and revoked', async () => {
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  let respond = () => {};
  pool.pause = new Promise<void>((resolve) => (respond = resolve));
  const [first, second] = await openTwoTabs(expiredUser());
  const renewal = first.manager.signinSilent();
  await vi.waitFor(() => expect(pool.grants('refresh_token')).toBe(1));
  const [signedOut, loaded] = [vi.fn(), vi.fn()];
  first.manager.events.addUserSignedOut(signedOut);
  first.manager.events.addUserLoaded(loaded);
  await second.manager.removeUser();
  await vi.waitFor(() => expect(signedOut).toHaveBeenCalled());
  respond();
  expect(await renewal).toBe(null);
  expect(loaded).not.toHaveBeenCalled();
  expect(tokenOf(first)).toBe(undefined);
  expect(pool.revocations).toEqual([pool.refreshToken]);
});

test('tokens that arrive after another login do not replace it', async () => {
  const pool = new FakeUserPool().listen();
  let respond = () => {};
  pool.pause = new Promise<void>((resolve) => (respond = resolve));
  const browser = openBrowser();
  const first = browser.openTab();
  await first.manager.storeUser(expiredUser());
  const renewal = first.manager.signinSilent();
  await vi.waitFor(() => expect(pool.grants('refresh_token')).toBe(1));
  await first.manager.storeUser(loggedIn(2));
  respond();
  expect((await renewal)?.profile.auth_time).toBe(2);
  expect(tokenOf(first)).toBe(userWith().access_token);
});

test('a logout revokes the newer refresh token of a tab that has renewed at the same time', async () => {
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(expiredUser());
  const user = await tab.manager.signinSilent();
  const channel = tab.openChannel(channelName);
  const login = String(user?.profile.auth_time);
  channel.postMessage({ kind: 'end', login, version: 1 } satisfies TabMessage);
  await vi.waitFor(() => expect(pool.revocations).toEqual([pool.refreshToken]));
  channel.close();
});

test('a late session message from a tab that missed the logout is ignored', async () => {
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(loggedIn(1));
  await tab.manager.removeUser();
  const late = tab.openChannel(channelName);
  for (const user of [loggedIn(1), loggedIn(2)]) {
    const message: TabMessage = { kind: 'session', user: user.toStorageString(), version: Date.now() + 1 };
    late.postMessage(message);
  }
  const loaded = vi.fn();
  tab.manager.events.addUserLoaded(loaded);
  await vi.waitFor(() => expect(loaded).toHaveBeenCalled());
  expect(loaded.mock.calls.map(([user]) => (user as User).profile.auth_time)).toEqual([2]);
  late.close();
});

test('a rejected renewal ends the session in all tabs and deletes its tokens', async () => {
  const pool = new FakeUserPool().listen();
  const [first, second] = await openTwoTabs(userWith({ refresh_token: 'revoked' }));
  const errors: Error[] = [];
  for (const { manager } of [first, second])
    manager.events.addSilentRenewError((error) => void errors.push(error));
  await expect(first.manager.signinSilent()).rejects.toMatchObject({ error: 'invalid_grant' });
  await vi.waitFor(() => expect(errors).toHaveLength(2));
  expect(errors.every((error) => error instanceof ErrorResponse)).toBe(true);
  expect([tokenOf(first), tokenOf(second)]).toEqual([undefined, undefined]);
  expect(await first.manager.getUser()).toBe(null);
  expect(pool.grants('refresh_token')).toBe(1);
});

test('a rejected renewal does not end a newer session of another tab', async () => {
  const [, second] = await openTwoTabs(userWith());
  const channel = second.openChannel(channelName);
  const rejection = { error: 'invalid_grant', error_description: null };
  channel.postMessage({ kind: 'end', login: 'undefined', version: 1, rejection } satisfies TabMessage);
  const user = loggedIn(2).toStorageString();
  channel.postMessage({ kind: 'session', user, version: Date.now() + 1 } satisfies TabMessage);
  const unloaded = vi.fn();
  second.manager.events.addUserUnloaded(unloaded);
  await vi.waitFor(() => expect(storedUser(second)?.profile.auth_time).toBe(2));
  expect(unloaded).not.toHaveBeenCalled();
  channel.close();
});

test('a network error keeps the session and is reported, and the next renewal works', async () => {
  const browser = openBrowser();
  const { storage, manager } = browser.openTab();
  await manager.storeUser(expiredUser());
  manager.close();
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  const tab = browser.openTab(storage);
  const failed = vi.fn();
  tab.manager.events.addSilentRenewError(failed);
  expect((await tab.manager.getUser())?.expired).toBe(true);
  expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_RENEWAL_FAILED' }));
  await expect(tab.manager.signinSilent()).rejects.toMatchObject({ cause: { message: 'Failed to fetch' } });
  new FakeUserPool().listen();
  window.dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(storedUser(tab)?.expired).toBe(false));
});

test('an error of Cognito itself keeps the session', async () => {
  const { manager } = openBrowser().openTab();
  await manager.storeUser(expiredUser());
  const pool = new FakeUserPool().listen();
  pool.error = { error: 'server_error' };
  await expect(manager.signinSilent()).rejects.toMatchObject({ code: 'ERR_RENEWAL_FAILED' });
  expect((await manager.getUser())?.refresh_token).toBe('refresh-1');
});

test('the tokens are renewed one minute before the access token expires', async () => {
  const pool = new FakeUserPool().listen();
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(userWith({}, 90));
  window.dispatchEvent(new Event('focus'));
  const soon = userWith({}, 59);
  delete soon.id_token;
  await tab.manager.storeUser(soon);
  expect(pool.grants('refresh_token')).toBe(0);
  window.dispatchEvent(new Event('focus'));
  await vi.waitFor(() => expect(tokenOf(tab)).toMatch(/^access-/));
  expect(pool.grants('refresh_token')).toBe(1);
});

test('nothing is renewed while the browser is offline', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(expiredUser());
  const failed = vi.fn();
  tab.manager.events.addSilentRenewError(failed);
  window.dispatchEvent(new Event('focus'));
  expect((await tab.manager.getUser())?.expired).toBe(true);
  expect(failed).not.toHaveBeenCalled();
});
