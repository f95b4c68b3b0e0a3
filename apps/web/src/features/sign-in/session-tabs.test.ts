import type { User } from 'oidc-client-ts';
import { expect, test, vi } from 'vitest';
import { openBrowser } from '../../../test/browser-tabs';
import { config, FakeUserPool, origin } from '../../../test/fake-user-pool';
import { userWith } from '../../../test/user';
import { SessionManager } from './session-manager';
import { CHANNEL, type TabMessage, tabsWithSession } from './other-tabs';

/** Somebody signed in whose token has expired, and whose ID token the pool's answers are not compared with. */
function expiredUser() {
  const user = userWith({}, -5);
  delete user.id_token;
  return user;
}

/** Somebody who logged in at that time. */
function loggedIn(authTime: number) {
  const user = userWith();
  user.profile.auth_time = authTime;
  return user;
}

const tokenOf = async (tab: { manager: { getUser: () => Promise<{ access_token: string } | null> } }) =>
  (await tab.manager.getUser())?.access_token;

test('a tab that is opened is signed in as the others are, without a login (P16)', async () => {
  const pool = new FakeUserPool().listen();
  const browser = openBrowser();
  const first = browser.openTab();
  await first.manager.storeUser(userWith());
  const second = browser.openTab();
  await second.manager.join();
  expect(await tokenOf(second)).toBe(userWith().access_token);
  expect(pool.requests).toEqual([]);
});

test('a guest does not wait for tabs that have no session', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] }); // waiting would take a timer, and these never go off
  const browser = openBrowser();
  browser.openTab();
  const second = browser.openTab();
  await second.manager.join();
  expect(await second.manager.getUser()).toBe(null);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('tabs that want new tokens at the same time get the same, asked for once, also when they rotate (P16)', async () => {
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

test('a tab with an old refresh token, as a duplicate or a restored one has, takes the newer one of another tab (CG-TK-11)', async () => {
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  const browser = openBrowser();
  const first = browser.openTab();
  await first.manager.storeUser(expiredUser());
  await first.manager.signinSilent();
  const restored = browser.openTab(); // was not there to hear of the renewal
  await restored.manager.storeUser(expiredUser());
  await restored.manager.signinSilent();
  expect(await tokenOf(restored)).toBe(await tokenOf(first));
  expect(pool.grants('refresh_token')).toBe(1);
});

test('a renewal in one tab is followed by the others', async () => {
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

test('a session that is older than the own one is not taken over', async () => {
  const browser = openBrowser();
  const [first, second] = [browser.openTab(), browser.openTab()];
  await first.manager.storeUser(userWith({ access_token: 'old' }, 60));
  await second.manager.storeUser(userWith({ access_token: 'new' }, 3600));
  const third = browser.openTab();
  await third.manager.join();
  expect(await tokenOf(third)).toBe('new');
});

test('logging out in one tab ends the session in all, and no tab says it has one (P12)', async () => {
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

test('a tab that was away during a logout, put away or on another site, finds that it is over', async () => {
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

test('what tabs remember of a logout in common opens nothing', async () => {
  new FakeUserPool().listen();
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(loggedIn(1_800_000_000));
  await tab.manager.signOut(() => undefined);
  expect(tab.sharedStorage).toHaveLength(1);
  expect(tab.sharedStorage.getItem('ended-logins')).toBe('["1800000000"]');
});

test('tokens that come after a logout elsewhere are dropped and revoked', async () => {
  const pool = new FakeUserPool().listen();
  pool.rotates = true;
  let answer = () => {};
  pool.pause = new Promise<void>((resolve) => (answer = resolve));
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
  answer();
  await renewal.catch(() => undefined); // the refresh token was revoked before, or is by now
  expect(first.storage).toHaveLength(0);
  await vi.waitFor(() => expect(revoked().length).toBeGreaterThan(0));
});

test('a late answer of a tab that has not heard of a logout brings nothing back', async () => {
  new FakeUserPool().listen();
  const tab = openBrowser().openTab();
  await tab.manager.storeUser(loggedIn(1));
  await tab.manager.signOut(() => undefined);
  const late = tab.openChannel(CHANNEL);
  const key = `${config.issuer} ${config.clientId}`;
  for (const user of [loggedIn(1), loggedIn(2)]) {
    late.postMessage({ kind: 'held', key, user: user.toStorageString() } satisfies TabMessage);
  }
  const loaded = vi.fn();
  tab.manager.events.addUserLoaded(loaded);
  await vi.waitFor(() => expect(loaded).toHaveBeenCalled());
  expect(loaded.mock.calls.map(([user]) => (user as User).profile.auth_time)).toEqual([2]);
  late.close();
});

test('a refusal ends the session, and keeps no token that is good for nothing', async () => {
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

test('a network that is down ends nothing: the next try renews', async () => {
  const { manager } = openBrowser().openTab();
  await manager.storeUser(expiredUser());
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(manager.renewWhenDue()).rejects.toThrow('Failed to fetch');
  new FakeUserPool().listen();
  await manager.renewWhenDue();
  expect((await manager.getUser())?.expired).toBe(false);
});

test('a session is renewed a minute ahead, not before', async () => {
  const pool = new FakeUserPool().listen();
  const { manager } = openBrowser().openTab();
  await manager.storeUser(userWith({}, 90));
  await manager.renewWhenDue();
  expect(pool.grants('refresh_token')).toBe(0);
  const soon = userWith({}, 59);
  delete soon.id_token;
  await manager.storeUser(soon);
  await manager.renewWhenDue();
  expect(pool.grants('refresh_token')).toBe(1);
});
