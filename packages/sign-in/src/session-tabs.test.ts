import { ErrorResponse, type User } from 'oidc-client-ts';
import { afterEach, expect, test, vi } from 'vitest';
import { openBrowser } from '../test/browser-tabs';
import { FakeUserPool } from '../test/fake-user-pool';
import { MemoryStorage } from '../test/memory-storage';
import { channelName } from '../test/settings';
import { storedUser } from '../test/stored-user';
import { userWith } from '../test/user';
import type { TabMessage } from './session-tabs';
import type { SessionVersion } from './session-version';

/** Returns a user with expired tokens. Without an ID token, because oidc-client-ts would compare it with the renewed one. */
function expiredUser(change: Parameters<typeof userWith>[0] = {}) {
  const user = userWith(change, -5);
  delete user.id_token;
  return user;
}

/** Version of the first session of a tab that logs in now. */
const loginVersion = (login = Date.now()): SessionVersion => ({ login, renewal: 0 });

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
  const [first, away] = await openTwoTabs(userWith(), browser);
  away.manager.close();
  await first.manager.removeUser();
  const back = browser.openTab(away.storage);
  expect(await back.manager.getUser()).toBe(null);
  expect(tokenOf(back)).toBe(undefined);
});

test('a restored tab with an older login is signed out too after a logout', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const browser = openBrowser();
  const old = browser.openTab();
  await old.manager.storeUser(userWith({ access_token: 'old' }));
  old.manager.close();
  vi.setSystemTime(Date.now() + 1);
  const tab = browser.openTab();
  await tab.manager.storeUser(userWith({ access_token: 'new' }));
  await tab.manager.removeUser();
  expect(await browser.openTab(old.storage).manager.getUser()).toBe(null);
});

test('the shared storage contains the time of the last ended login, but no tokens', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(userWith());
  await tab.manager.removeUser();
  expect(tab.sharedStorage).toHaveLength(1);
  expect(tab.sharedStorage.getItem(`${channelName} ended`)).toBe(`${Date.now() + 0.5}`);
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
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(expiredUser());
  const renewal = tab.manager.signinSilent();
  await vi.waitFor(() => expect(pool.grants('refresh_token')).toBe(1));
  await tab.manager.storeUser(userWith({ access_token: 'other' }));
  respond();
  expect((await renewal)?.access_token).toBe('other');
  expect(tokenOf(tab)).toBe('other');
});

test('tokens that arrive after newer ones of the same login are dropped, and the login is not revoked', async () => {
  const pool = new FakeUserPool().listen();
  let respond = () => {};
  pool.pause = new Promise<void>((resolve) => (respond = resolve));
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(expiredUser());
  const renewal = tab.manager.signinSilent();
  await vi.waitFor(() => expect(pool.grants('refresh_token')).toBe(1));
  const { login } = JSON.parse(tab.storage.getItem(`${channelName} version`) ?? '') as SessionVersion;
  const user = userWith({ access_token: 'newer' }).toStorageString();
  const channel = tab.openChannel(channelName);
  channel.postMessage({ kind: 'session', user, version: { login, renewal: 1 } } satisfies TabMessage);
  await vi.waitFor(() => expect(tokenOf(tab)).toBe('newer'));
  respond();
  expect((await renewal)?.access_token).toBe('newer');
  expect(tokenOf(tab)).toBe('newer');
  expect(pool.revocations).toEqual([]);
  channel.close();
});

test('a newer login replaces an older one that was renewed later', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  new FakeUserPool().listen();
  const browser = openBrowser();
  const first = browser.openTab();
  await first.manager.storeUser(expiredUser());
  const before = new MemoryStorage(first.storage);
  await first.manager.signinSilent();
  vi.setSystemTime(Date.now() + 1);
  first.manager.close();
  const second = browser.openTab();
  await second.manager.storeUser(userWith({ access_token: 'other' }));
  const renewed = browser.openTab(new MemoryStorage(first.storage));
  await vi.waitFor(() => expect(tokenOf(renewed)).toBe('other'));
  const older = browser.openTab(before);
  await vi.waitFor(() => expect(tokenOf(older)).toBe('other'));
});

test('a logout revokes the newer refresh token of a tab that has renewed at the same time', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(expiredUser());
  await tab.manager.signinSilent();
  const channel = tab.openChannel(channelName);
  channel.postMessage({ kind: 'end', version: loginVersion() } satisfies TabMessage);
  await vi.waitFor(() => expect(pool.revocations).toEqual([pool.refreshToken]));
  channel.close();
});

test('a late session message from a tab that missed the logout is ignored', async () => {
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(userWith());
  await tab.manager.removeUser();
  const late = tab.openChannel(channelName);
  const loaded = vi.fn();
  tab.manager.events.addUserLoaded((user) => loaded(user.access_token));
  const send = (access_token: string, login: number) => {
    const user = userWith({ access_token }).toStorageString();
    const version = { login, renewal: 1 };
    late.postMessage({ kind: 'session', user, version } satisfies TabMessage);
  };
  send('old', Number(tab.sharedStorage.getItem(`${channelName} ended`)));
  send('new', Date.now() + 1000);
  await vi.waitFor(() => expect(loaded).toHaveBeenCalled());
  expect(loaded.mock.calls).toEqual([['new']]);
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
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const pool = new FakeUserPool().listen();
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(expiredUser());
  const renewed = await tab.manager.signinSilent();
  const channel = tab.openChannel(channelName);
  const rejection = { error: 'invalid_grant', error_description: null };
  channel.postMessage({ kind: 'end', version: loginVersion(), rejection } satisfies TabMessage);
  const user = userWith({ access_token: 'later' }).toStorageString();
  const version = { login: Date.now(), renewal: 2 };
  const unloaded = vi.fn();
  tab.manager.events.addUserUnloaded(unloaded);
  channel.postMessage({ kind: 'session', user, version } satisfies TabMessage);
  await vi.waitFor(() => expect(tokenOf(tab)).toBe('later'));
  expect(renewed?.access_token).toMatch(/^access-/);
  expect(unloaded).not.toHaveBeenCalled();
  expect(pool.grants('refresh_token')).toBe(1);
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
