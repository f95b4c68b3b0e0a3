import type { User } from 'oidc-client-ts';
import { expect, test, vi } from 'vitest';
import { openBrowser } from '../../../test/browser-tabs';
import { config, FakeUserPool, origin } from '../../../test/fake-user-pool';
import { userWith } from '../../../test/user';
import { SessionManager } from './session-manager';
import { CHANNEL, type TabMessage, tabsWithSession } from './tab-channel';

/** Returns a user with expired tokens. Without an ID token, because oidc-client-ts would compare it with the renewed one. */
function expiredUser() {
  const user = userWith({}, -5);
  delete user.id_token;
  return user;
}

/** Returns a user who logged in at this time. */
function loggedIn(authTime: number) {
  const user = userWith();
  user.profile.auth_time = authTime;
  return user;
}

const tokenOf = async (tab: { manager: { getUser: () => Promise<{ access_token: string } | null> } }) =>
  (await tab.manager.getUser())?.access_token;

test('a new tab takes over the session of another tab, without a login', async () => {
  const pool = new FakeUserPool().listen();
  const browser = openBrowser();
  const first = browser.openTab();
  await first.manager.storeUser(userWith());
  const second = browser.openTab();
  await second.manager.join();
  expect(await tokenOf(second)).toBe(userWith().access_token);
  expect(pool.requests).toEqual([]);
});

test('a signed-out tab does not wait for tabs without a session', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] }); // waiting would need a timer, and fake timers never fire
  const browser = openBrowser();
  browser.openTab();
  const second = browser.openTab();
  await second.manager.join();
  expect(await second.manager.getUser()).toBe(null);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('tabs that renew at the same time share one renewal, also with refresh token rotation', async () => {
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  const browser = openBrowser();
  const tabs = [browser.openTab(), browser.openTab(), browser.openTab()];
  for (const { manager } of tabs) await manager.storeUser(expiredUser());
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
  await first.manager.signinSilent();
  const restored = browser.openTab(); // missed the renewal
  await restored.manager.storeUser(expiredUser());
  await restored.manager.signinSilent();
  expect(await tokenOf(restored)).toBe(await tokenOf(first));
  expect(pool.grants('refresh_token')).toBe(1);
});

test('the other tabs take over the tokens of a renewal', async () => {
  new FakeUserPool().listen();
  const browser = openBrowser();
  const [first, second] = [browser.openTab(), browser.openTab()];
  for (const { manager } of [first, second]) await manager.storeUser(expiredUser());
  const loaded = vi.fn();
  second.manager.events.addUserLoaded(loaded);
  await first.manager.signinSilent();
  await vi.waitFor(async () => expect(await tokenOf(second)).toBe(await tokenOf(first)));
  await vi.waitFor(() => expect(loaded).toHaveBeenCalledTimes(1));
});

test('a tab keeps its own session if it is newer', async () => {
  const browser = openBrowser();
  const [first, second] = [browser.openTab(), browser.openTab()];
  await first.manager.storeUser(userWith({ access_token: 'old' }, 60));
  await second.manager.storeUser(userWith({ access_token: 'new' }, 3600));
  const third = browser.openTab();
  await third.manager.join();
  expect(await tokenOf(third)).toBe('new');
});

test('a logout in one tab ends the session in all tabs', async () => {
  const pool = new FakeUserPool().listen();
  const browser = openBrowser();
  const [first, second] = [browser.openTab(), browser.openTab()];
  for (const { manager } of [first, second]) await manager.storeUser(userWith());
  const signedOut = vi.fn();
  second.manager.events.addUserSignedOut(signedOut);
  await first.manager.signOut(() => undefined);
  await vi.waitFor(() => expect(signedOut).toHaveBeenCalledTimes(1));
  expect(second.storage).toHaveLength(0);
  expect(await tabsWithSession(browser)).toBe(0);
  expect(pool.requests.filter(({ path }) => path === 'revoke')).toHaveLength(1);
});

test('a tab that was suspended or on another site during a logout is signed out when it returns', async () => {
  new FakeUserPool().listen();
  const browser = openBrowser();
  const first = browser.openTab();
  const away = browser.openTab();
  for (const { manager } of [first, away]) await manager.storeUser(loggedIn(1));
  away.manager.close();
  await first.manager.signOut(() => undefined);
  const back = new SessionManager(config, origin, away);
  await back.join();
  expect(await back.getUser()).toBe(null);
  expect(away.storage).toHaveLength(0);
  back.close();
});

test('the shared storage contains login IDs of ended logins, but no tokens', async () => {
  new FakeUserPool().listen();
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(loggedIn(1_800_000_000));
  await tab.manager.signOut(() => undefined);
  expect(tab.sharedStorage).toHaveLength(1);
  expect(tab.sharedStorage.getItem('ended-logins')).toBe('["1800000000"]');
});

test('tokens that arrive after a logout in another tab are deleted and revoked', async () => {
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  let respond = () => {};
  pool.pause = new Promise<void>((resolve) => (respond = resolve));
  const browser = openBrowser();
  const [first, second] = [browser.openTab(), browser.openTab()];
  for (const { manager } of [first, second]) await manager.storeUser(expiredUser());
  const renewal = first.manager.signinSilent();
  await vi.waitFor(() => expect(pool.grants('refresh_token')).toBe(1));
  const signedOut = vi.fn();
  first.manager.events.addUserSignedOut(signedOut);
  const revoked = () => pool.requests.filter(({ path }) => path === 'revoke');
  void second.manager.signOut(() => undefined);
  await vi.waitFor(() => expect(signedOut).toHaveBeenCalled());
  respond();
  await renewal.catch(() => undefined); // fails if the refresh token is already revoked
  expect(first.storage).toHaveLength(0);
  await vi.waitFor(() => expect(revoked().length).toBeGreaterThan(0));
});

test('a late session message from a tab that missed the logout is ignored', async () => {
  new FakeUserPool().listen();
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(loggedIn(1));
  await tab.manager.signOut(() => undefined);
  const late = tab.openChannel(CHANNEL);
  const key = `${config.issuer} ${config.clientId}`;
  for (const user of [loggedIn(1), loggedIn(2)]) {
    late.postMessage({ kind: 'session', key, user: user.toStorageString() } satisfies TabMessage);
  }
  const loaded = vi.fn();
  tab.manager.events.addUserLoaded(loaded);
  await vi.waitFor(() => expect(loaded).toHaveBeenCalled());
  expect(loaded.mock.calls.map(([user]) => (user as User).profile.auth_time)).toEqual([2]);
  late.close();
});

test('a rejected renewal ends the session and deletes its tokens', async () => {
  new FakeUserPool().listen();
  const { manager, storage } = openBrowser().openTab();
  const user = expiredUser();
  user.refresh_token = 'revoked';
  await manager.storeUser(user);
  const ended = vi.fn();
  manager.events.addSilentRenewError(ended);
  await expect(manager.signinSilent()).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(ended).toHaveBeenCalledTimes(1);
  expect(storage).toHaveLength(0);
});

test('a network error keeps the session, and the next renewal works', async () => {
  const { manager } = openBrowser().openTab();
  await manager.storeUser(expiredUser());
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(manager.renewIfDue()).rejects.toThrow('Failed to fetch');
  new FakeUserPool().listen();
  await manager.renewIfDue();
  expect((await manager.getUser())?.expired).toBe(false);
});

test('renewIfDue renews one minute before the access token expires', async () => {
  const pool = new FakeUserPool().listen();
  const { manager } = openBrowser().openTab();
  await manager.storeUser(userWith({}, 90));
  await manager.renewIfDue();
  expect(pool.grants('refresh_token')).toBe(0);
  const soon = userWith({}, 59);
  delete soon.id_token;
  await manager.storeUser(soon);
  await manager.renewIfDue();
  expect(pool.grants('refresh_token')).toBe(1);
});
