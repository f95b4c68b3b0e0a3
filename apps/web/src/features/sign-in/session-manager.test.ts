import { expect, test, vi } from 'vitest';
import { config, FakeUserPool, origin } from '../../../test/fake-user-pool';
import { userWith } from '../../../test/user';
import { readLoginState } from './login-state';
import { createSignIn, signInExpected } from './sign-in';
import { SessionManager } from './session-manager';

/** Where a login comes back to, for a login that was really started. */
async function startLogin(manager: SessionManager, returnPath = '/'): Promise<string> {
  void manager.signinRedirect({ state: { returnPath } });
  const state = await vi.waitFor(() => {
    const key = Object.keys(sessionStorage).find((key) => /^oidc\.(?!user:)/.test(key));
    if (key === undefined) throw new Error('The login has not stored its state yet.');
    return key.slice('oidc.'.length);
  });
  return `${origin}/callback?code=code-1&state=${state}`;
}

test('a login asks the issuer for a code with PKCE, for the scopes of the configuration (OC-01, OC-02, OC-07)', async () => {
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

test('nothing of a login or a session is in localStorage, where the library would keep half of it (OC-06, OC-11)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.signinCallback(await startLogin(manager));
  expect(Object.keys(sessionStorage)).toEqual([`oidc.user:${config.issuer}:client1`]);
  expect(localStorage).toHaveLength(0);
});

test('a callback takes the code out of the address bar before it redeems it', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const url = await startLogin(manager, '/session');
  window.history.replaceState(null, '', url);
  const signedIn = manager.signinCallback();
  expect(window.location.href).toBe('https://site.example/callback');
  expect(pool.grants('authorization_code')).toBe(0);
  await expect(signedIn).resolves.toMatchObject({ state: { returnPath: '/session' } });
});

test('a repeated callback leaves the session alone and redeems nothing', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const url = await startLogin(manager);
  const first = await manager.signinCallback(url);
  const second = await manager.signinCallback(url);
  expect(second?.access_token).toBe(first?.access_token);
  expect(pool.grants('authorization_code')).toBe(1);
});

test('a stale callback starts the login over, once: the second is told (P13)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const restarted = vi.spyOn(manager, 'signinRedirect').mockResolvedValue();
  const stale = `${origin}/callback?code=1&state=2`;
  void manager.signinCallback(stale);
  await vi.waitFor(() => expect(restarted).toHaveBeenCalledTimes(1));
  await expect(manager.signinCallback(stale)).rejects.toThrow('No matching state');
  expect(restarted).toHaveBeenCalledTimes(1);
});

test('a login that works makes the next stale callback start over again', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  sessionStorage.setItem('login-restarted', 'yes');
  await manager.signinCallback(await startLogin(manager));
  expect(sessionStorage.getItem('login-restarted')).toBe(null);
});

test('a code that is refused starts the login over, once', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const url = await startLogin(manager);
  await manager.signinCallback(url);
  await manager.removeUser();
  const again = (await startLogin(manager)).replace(/state=.*/, '');
  const state = Object.keys(sessionStorage).find((key) => /^oidc\.(?!user:)/.test(key));
  const restarted = vi.spyOn(manager, 'signinRedirect').mockResolvedValue();
  void manager.signinCallback(`${again}state=${state?.slice('oidc.'.length)}`); // the pool knows the code as used
  await vi.waitFor(() => expect(restarted).toHaveBeenCalledTimes(1));
});

test('a callback that says no is told, and not tried again', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const restarted = vi.spyOn(manager, 'signinRedirect').mockResolvedValue();
  const url = `${origin}/callback?error=access_denied&error_description=No&state=2`;
  await expect(manager.signinCallback(url)).rejects.toMatchObject({ error: 'access_denied', message: 'No' });
  expect(restarted).not.toHaveBeenCalled();
});

test('a login comes back with what was kept, of which the address of the login page knows nothing (P14)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const assigned: string[] = [];
  vi.spyOn(manager, 'signinRedirect').mockImplementation(async (args) => {
    const { url } = await manager['_client'].createSigninRequest({ request_type: 'si:r', ...args });
    assigned.push(url);
  });
  await manager.signinRedirect({ state: { returnPath: '/session', kept: { name: 'Ada' } } });
  const state = new URL(assigned[0] ?? '').searchParams.get('state');
  expect(assigned[0]).not.toContain('Ada');
  const user = await manager.signinCallback(`${origin}/callback?code=code-1&state=${state}`);
  expect(readLoginState(user?.state, origin)).toEqual({ returnPath: '/session', kept: { name: 'Ada' } });
});

test('everybody who needs a new token at the same time gets the same one', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith({ id_token: undefined as unknown as string }, -5));
  const tokens = await Promise.all([manager.accessToken(), manager.accessToken(), manager.accessToken()]);
  expect(new Set(tokens).size).toBe(1);
  expect(pool.grants('refresh_token')).toBe(1);
});

test('a renewal keeps the refresh token and the scopes that the answer does not name (OC-08)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.signinCallback(await startLogin(manager));
  const renewed = await manager.signinSilent();
  expect(renewed?.refresh_token).toBe('refresh-1');
  expect(renewed?.scopes).toEqual(config.scopes);
});

test('a valid token is not renewed', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith());
  await expect(manager.accessToken()).resolves.toBe(userWith().access_token);
  expect(pool.requests).toEqual([]);
});

test('renewing without a refresh token fails instead of trying a hidden frame (OC-04, P17)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const user = userWith();
  delete user.refresh_token;
  await manager.storeUser(user);
  await expect(manager.signinSilent()).rejects.toThrow();
  expect(document.querySelector('iframe')).toBe(null);
});

test('signing out revokes the refresh token, drops all tokens, and leaves through /logout (OC-03, OC-05, P12)', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith());
  const left: string[] = [];
  await manager.signOut((url) => left.push(url));
  const revocation = pool.requests.find(({ path }) => path === 'revoke');
  expect(revocation?.form.get('token')).toBe('refresh-1');
  expect(revocation?.form.get('client_id')).toBe('client1');
  expect(sessionStorage).toHaveLength(0);
  expect(left).toEqual([
    'https://login.example/logout?client_id=client1&logout_uri=https%3A%2F%2Fsite.example%2F',
  ]);
});

test('who wants to be signed out is, even when nothing can be revoked', async () => {
  const manager = new SessionManager(config, origin); // and no user pool listens
  await manager.storeUser(userWith());
  const left: string[] = [];
  await manager.signOut((url) => left.push(url));
  expect(sessionStorage).toHaveLength(0);
  expect(left).toHaveLength(1);
});

test('a stored session is seen without the code of sign-in, a guest gets no token', async () => {
  const manager = new SessionManager(config, origin);
  await expect(signInExpected()).resolves.toBe(false);
  await expect(createSignIn(config, origin).accessToken()).resolves.toBe(undefined);
  await manager.storeUser(userWith());
  await expect(signInExpected()).resolves.toBe(true);
  await expect(createSignIn(config, origin).accessToken()).resolves.toBe(userWith().access_token);
});
