import { expect, test, vi } from 'vitest';
import { openBrowser } from '../test/browser-tabs';
import { FakeUserPool } from '../test/fake-user-pool';
import { MemoryStorage } from '../test/memory-storage';
import { origin, settings } from '../test/settings';
import { storedUser } from '../test/stored-user';
import { userWith } from '../test/user';
import { CognitoUserManager } from './cognito-user-manager';
import { InsecurePageError, OfflineError, StorageBlockedError } from './errors';

/** Opens a tab whose manager records the URLs it goes to. */
function openTab() {
  const tab = openBrowser().openTab();
  const visited: string[] = [];
  vi.spyOn(tab.manager['_redirectNavigator'], 'prepare').mockResolvedValue({
    navigate: async ({ url }) => {
      visited.push(url);
      return { url };
    },
    close: () => undefined,
  });
  return { ...tab, visited };
}

/** Starts a login and returns its callback URL. */
async function startLogin(
  { manager, visited }: ReturnType<typeof openTab>,
  state?: unknown,
): Promise<string> {
  await manager.signinRedirect({ state });
  const id = new URL(visited.at(-1) ?? '').searchParams.get('state');
  return `${origin}/callback?code=code-1&state=${id}`;
}

test('the manager uses the code flow with PKCE and the scopes of the settings (OC-01, OC-02, OC-07)', async () => {
  new FakeUserPool().listen();
  const tab = openTab();
  await tab.manager.signinRedirect();
  const request = new URL(tab.visited[0] ?? '');
  expect(request.origin + request.pathname).toBe('https://login.example/oauth2/authorize');
  expect(Object.fromEntries(request.searchParams)).toMatchObject({
    client_id: 'client1',
    redirect_uri: 'https://site.example/callback',
    response_type: 'code',
    scope: 'openid profile greetings/read',
    code_challenge_method: 'S256',
  });
});

test('a login stores nothing in localStorage (OC-06, OC-11)', async () => {
  new FakeUserPool().listen();
  const tab = openTab();
  await tab.manager.signinCallback(await startLogin(tab));
  expect(storedUser(tab)?.access_token).toMatch(/^access-/);
  expect(tab.sharedStorage).toHaveLength(0);
  expect(localStorage).toHaveLength(0);
});

test('signinCallback removes the code from the address bar before it redeems the code', async () => {
  const pool = new FakeUserPool().listen();
  const tab = openTab();
  window.history.replaceState(null, '', await startLogin(tab, { returnPath: '/session' }));
  const signedIn = tab.manager.signinCallback();
  expect(window.location.href).toBe('https://site.example/callback');
  expect(pool.grants('authorization_code')).toBe(0);
  await expect(signedIn).resolves.toMatchObject({ state: { returnPath: '/session' } });
});

test('a repeated callback keeps the session and redeems nothing', async () => {
  const pool = new FakeUserPool().listen();
  const tab = openTab();
  const url = await startLogin(tab);
  const first = await tab.manager.signinCallback(url);
  const second = await tab.manager.signinCallback(url);
  expect(second?.access_token).toBe(first?.access_token);
  expect(pool.grants('authorization_code')).toBe(1);
});

test('a stale callback takes over the session of another tab', async () => {
  const browser = openBrowser();
  await browser.openTab().manager.storeUser(userWith());
  const user = await browser.openTab().manager.signinCallback(`${origin}/callback?code=1&state=2`);
  expect(user?.access_token).toBe(userWith().access_token);
});

test('a stale callback restarts the login once; the second one is an error', async () => {
  new FakeUserPool().listen();
  const { manager, visited } = openTab();
  const stale = `${origin}/callback?code=1&state=2`;
  await manager.signinCallback(stale);
  expect(visited).toHaveLength(1);
  await expect(manager.signinCallback(stale)).rejects.toThrow('No matching state');
  expect(visited).toHaveLength(1);
});

test('a stale callback restarts the login again after a successful login', async () => {
  new FakeUserPool().listen();
  const tab = openTab();
  const stale = `${origin}/callback?code=1&state=2`;
  await tab.manager.signinCallback(stale);
  await tab.manager.signinCallback(await startLogin(tab));
  await tab.manager.removeUser();
  await tab.manager.signinCallback(stale);
  expect(tab.visited).toHaveLength(3);
});

test('a code that Cognito rejects restarts the login once', async () => {
  new FakeUserPool().listen();
  const tab = openTab();
  await tab.manager.signinCallback(await startLogin(tab));
  await tab.manager.removeUser();
  await tab.manager.signinCallback(await startLogin(tab)); // this code is already used
  expect(tab.visited).toHaveLength(3);
});

test('a callback with an error is reported and does not restart the login', async () => {
  const { manager, visited } = openTab();
  const url = `${origin}/callback?error=access_denied&error_description=No&state=2`;
  await expect(manager.signinCallback(url)).rejects.toMatchObject({ error: 'access_denied', message: 'No' });
  expect(visited).toEqual([]);
});

test('a login returns the state of the app, which is not in the URL of the login page', async () => {
  new FakeUserPool().listen();
  const tab = openTab();
  const state = { returnPath: '/session', saved: { name: 'Ada' } };
  const user = await tab.manager.signinCallback(await startLogin(tab, state));
  expect(tab.visited[0]).not.toContain('Ada');
  expect(user?.state).toEqual(state);
});

test('a login on an insecure page fails with a code', async () => {
  Object.defineProperty(window, 'isSecureContext', { value: false, configurable: true });
  await expect(openTab().manager.signinRedirect()).rejects.toThrow(InsecurePageError);
});

test('a login while the browser is offline fails with a code', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const { manager, visited } = openTab();
  await expect(manager.signinRedirect()).rejects.toMatchObject({ code: 'ERR_OFFLINE' });
  expect(visited).toEqual([]);
});

test('the constructor fails with a code when the browser blocks storage', () => {
  const blocked = vi.spyOn(window, 'sessionStorage', 'get').mockImplementation(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  expect(() => new CognitoUserManager(settings)).toThrow(StorageBlockedError);
  blocked.mockRestore();
});

test('a tab without Web Locks has its own session', async () => {
  new FakeUserPool().listen();
  Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
  const manager = new CognitoUserManager(settings);
  expect(await manager.getUser()).toBe(null);
  const user = userWith();
  delete user.id_token;
  await manager.storeUser(user);
  expect((await manager.signinSilent())?.access_token).toMatch(/^access-/);
  await manager.removeUser();
  expect(await manager.getUser()).toBe(null);
  manager.close();
});

test('concurrent calls of accessToken share one renewal', async () => {
  const pool = new FakeUserPool().listen();
  const { manager } = openTab();
  const user = userWith({}, -5);
  delete user.id_token;
  await manager.storeUser(user);
  const tokens = await Promise.all([manager.accessToken(), manager.accessToken(), manager.accessToken()]);
  expect(new Set(tokens).size).toBe(1);
  expect(pool.grants('refresh_token')).toBe(1);
});

test('accessToken does not renew a valid token', async () => {
  const pool = new FakeUserPool().listen();
  const { manager } = openTab();
  await manager.storeUser(userWith());
  await expect(manager.accessToken()).resolves.toBe(userWith().access_token);
  expect(pool.requests).toEqual([]);
});

test('accessToken returns the token of another tab, and undefined when the user is signed out', async () => {
  const browser = openBrowser();
  const [first, second] = [browser.openTab(), browser.openTab()];
  await expect(second.manager.accessToken()).resolves.toBe(undefined);
  await first.manager.storeUser(userWith());
  await expect(second.manager.accessToken()).resolves.toBe(userWith().access_token);
});

test('a renewal keeps the refresh token and the scopes if the response does not contain them (OC-08)', async () => {
  new FakeUserPool().listen();
  const tab = openTab();
  await tab.manager.signinCallback(await startLogin(tab));
  const renewed = await tab.manager.signinSilent();
  expect(renewed?.refresh_token).toBe('refresh-1');
  expect(renewed?.scopes).toEqual(settings.scope.split(' '));
});

test('signinSilent fails without a refresh token and does not use an iframe (OC-04)', async () => {
  const { manager } = openTab();
  const user = userWith();
  delete user.refresh_token;
  await manager.storeUser(user);
  await expect(manager.signinSilent()).rejects.toMatchObject({ code: 'ERR_NO_REFRESH_TOKEN' });
  expect(document.querySelector('iframe')).toBe(null);
});

test('signinSilent returns null when the user is signed out', async () => {
  await expect(openTab().manager.signinSilent()).resolves.toBe(null);
});

test('signoutRedirect revokes the refresh token, deletes all tokens, and goes to /logout (OC-03, OC-05)', async () => {
  const pool = new FakeUserPool().listen();
  const tab = openTab();
  await tab.manager.storeUser(userWith());
  await tab.manager.signoutRedirect();
  expect(pool.revocations).toEqual(['refresh-1']);
  expect(storedUser(tab)).toBe(undefined);
  expect(tab.visited).toEqual([
    'https://login.example/logout?client_id=client1&logout_uri=https%3A%2F%2Fsite.example%2F',
  ]);
});

test('signoutRedirect also signs out when Cognito cannot be reached', async () => {
  const tab = openTab(); // without a FakeUserPool
  await tab.manager.storeUser(userWith());
  await tab.manager.signoutRedirect();
  expect(storedUser(tab)).toBe(undefined);
  expect(tab.visited).toHaveLength(1);
});

test('signoutRedirect signs out, stays on the page and fails with a code when the browser is offline', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const tab = openTab();
  await tab.manager.storeUser(userWith());
  await expect(tab.manager.signoutRedirect()).rejects.toThrow(OfflineError);
  expect(storedUser(tab)).toBe(undefined);
  expect(tab.visited).toEqual([]);
});

test('stopSilentRenew stops the renewal, and startSilentRenew starts it again', async () => {
  const pool = new FakeUserPool().listen();
  const tab = openTab();
  tab.manager.stopSilentRenew();
  const user = userWith({}, 10);
  delete user.id_token;
  await tab.manager.storeUser(user);
  window.dispatchEvent(new Event('focus'));
  expect(pool.requests).toEqual([]);
  tab.manager.startSilentRenew();
  await vi.waitFor(() => expect(storedUser(tab)?.access_token).toMatch(/^access-/));
});

test('a reload keeps the session', async () => {
  const browser = openBrowser();
  const before = browser.openTab();
  await before.manager.storeUser(userWith());
  before.manager.close();
  const reloaded = browser.openTab(new MemoryStorage(before.storage));
  expect((await reloaded.manager.getUser())?.access_token).toBe(userWith().access_token);
});
