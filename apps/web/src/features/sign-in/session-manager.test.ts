import { expect, test, vi } from 'vitest';
import { config, FakeUserPool, origin } from '../../../test/fake-user-pool';
import { userWith } from '../../../test/user';
import { readLoginState } from './login-state';
import { createSignIn, signInNeeded } from './sign-in';
import { SessionManager } from './session-manager';

/** Starts a login and returns its callback URL. */
async function startLogin(manager: SessionManager, returnPath = '/'): Promise<string> {
  void manager.signinRedirect({ state: { returnPath } });
  const state = await vi.waitFor(() => {
    const key = Object.keys(sessionStorage).find((key) => /^oidc\.(?!user:)/.test(key));
    if (key === undefined) throw new Error('The login has not stored its state yet.');
    return key.slice('oidc.'.length);
  });
  return `${origin}/callback?code=code-1&state=${state}`;
}

test('the manager uses the code flow with PKCE and the scopes of the configuration (OC-01, OC-02, OC-07)', async () => {
  new FakeUserPool().listen();
  const { settings } = new SessionManager(config, origin);
  expect(settings).toMatchObject({
    authority: config.issuer,
    client_id: 'client1',
    redirect_uri: 'https://site.example/callback',
    response_type: 'code',
    scope: 'openid profile greetings/read',
    disablePKCE: false,
    loadUserInfo: false,
    revokeTokenTypes: ['refresh_token'],
  });
});

test('a login stores nothing in localStorage (OC-06, OC-11)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.signinCallback(await startLogin(manager));
  expect(Object.keys(sessionStorage)).toEqual([`oidc.user:${config.issuer}:client1`]);
  expect(localStorage).toHaveLength(0);
});

test('signinCallback removes the code from the address bar before it redeems the code', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const url = await startLogin(manager, '/session');
  window.history.replaceState(null, '', url);
  const signedIn = manager.signinCallback();
  expect(window.location.href).toBe('https://site.example/callback');
  expect(pool.grants('authorization_code')).toBe(0);
  await expect(signedIn).resolves.toMatchObject({ state: { returnPath: '/session' } });
});

test('a repeated callback keeps the session and redeems nothing', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const url = await startLogin(manager);
  const first = await manager.signinCallback(url);
  const second = await manager.signinCallback(url);
  expect(second?.access_token).toBe(first?.access_token);
  expect(pool.grants('authorization_code')).toBe(1);
});

test('a stale callback restarts the login once; the second one is an error', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const restart = vi.spyOn(manager, 'signinRedirect').mockResolvedValue();
  const stale = `${origin}/callback?code=1&state=2`;
  void manager.signinCallback(stale);
  await vi.waitFor(() => expect(restart).toHaveBeenCalledTimes(1));
  await expect(manager.signinCallback(stale)).rejects.toThrow('No matching state');
  expect(restart).toHaveBeenCalledTimes(1);
});

test('a stale callback restarts the login again after a successful login', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  sessionStorage.setItem('login-restarted', 'yes');
  await manager.signinCallback(await startLogin(manager));
  expect(sessionStorage.getItem('login-restarted')).toBe(null);
});

test('a code that Cognito rejects restarts the login once', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const url = await startLogin(manager);
  await manager.signinCallback(url);
  await manager.removeUser();
  const again = (await startLogin(manager)).replace(/state=.*/, '');
  const state = Object.keys(sessionStorage).find((key) => /^oidc\.(?!user:)/.test(key));
  const restart = vi.spyOn(manager, 'signinRedirect').mockResolvedValue();
  void manager.signinCallback(`${again}state=${state?.slice('oidc.'.length)}`); // this code is already used
  await vi.waitFor(() => expect(restart).toHaveBeenCalledTimes(1));
});

test('a callback with an error is reported and does not restart the login', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const restart = vi.spyOn(manager, 'signinRedirect').mockResolvedValue();
  const url = `${origin}/callback?error=access_denied&error_description=No&state=2`;
  await expect(manager.signinCallback(url)).rejects.toMatchObject({ error: 'access_denied', message: 'No' });
  expect(restart).not.toHaveBeenCalled();
});

test('a login returns the saved page state, which is not in the URL of the login page', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const loginUrls: string[] = [];
  vi.spyOn(manager, 'signinRedirect').mockImplementation(async (args) => {
    const { url } = await manager['_client'].createSigninRequest({ request_type: 'si:r', ...args });
    loginUrls.push(url);
  });
  await manager.signinRedirect({ state: { returnPath: '/session', saved: { name: 'Ada' } } });
  const state = new URL(loginUrls[0] ?? '').searchParams.get('state');
  expect(loginUrls[0]).not.toContain('Ada');
  const user = await manager.signinCallback(`${origin}/callback?code=code-1&state=${state}`);
  expect(readLoginState(user?.state, origin)).toEqual({ returnPath: '/session', saved: { name: 'Ada' } });
});

test('concurrent calls of accessToken share one renewal', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith({ id_token: undefined as unknown as string }, -5));
  const tokens = await Promise.all([manager.accessToken(), manager.accessToken(), manager.accessToken()]);
  expect(new Set(tokens).size).toBe(1);
  expect(pool.grants('refresh_token')).toBe(1);
});

test('a renewal keeps the refresh token and the scopes if the response does not contain them (OC-08)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.signinCallback(await startLogin(manager));
  const renewed = await manager.signinSilent();
  expect(renewed?.refresh_token).toBe('refresh-1');
  expect(renewed?.scopes).toEqual(config.scopes);
});

test('accessToken does not renew a valid token', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith());
  await expect(manager.accessToken()).resolves.toBe(userWith().access_token);
  expect(pool.requests).toEqual([]);
});

test('signinSilent fails without a refresh token and does not use an iframe (OC-04)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const user = userWith();
  delete user.refresh_token;
  await manager.storeUser(user);
  await expect(manager.signinSilent()).rejects.toThrow();
  expect(document.querySelector('iframe')).toBe(null);
});

test('signOut revokes the refresh token, deletes all tokens, and goes to /logout (OC-03, OC-05)', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith());
  const visited: string[] = [];
  await manager.signOut((url) => visited.push(url));
  const revocation = pool.requests.find(({ path }) => path === 'revoke');
  expect(revocation?.form.get('token')).toBe('refresh-1');
  expect(revocation?.form.get('client_id')).toBe('client1');
  expect(sessionStorage).toHaveLength(0);
  expect(visited).toEqual([
    'https://login.example/logout?client_id=client1&logout_uri=https%3A%2F%2Fsite.example%2F',
  ]);
});

test('signOut also deletes all tokens when Cognito cannot be reached', async () => {
  const manager = new SessionManager(config, origin); // without a FakeUserPool
  await manager.storeUser(userWith());
  const visited: string[] = [];
  await manager.signOut((url) => visited.push(url));
  expect(sessionStorage).toHaveLength(0);
  expect(visited).toHaveLength(1);
});

test('createSignIn and signInNeeded find a stored session; a signed-out user has no access token', async () => {
  const manager = new SessionManager(config, origin);
  await expect(signInNeeded()).resolves.toBe(false);
  await expect(createSignIn(config, origin).accessToken()).resolves.toBe(undefined);
  await manager.storeUser(userWith());
  await expect(signInNeeded()).resolves.toBe(true);
  await expect(createSignIn(config, origin).accessToken()).resolves.toBe(userWith().access_token);
});
