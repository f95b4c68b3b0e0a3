import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { locationOf } from './testing/browser';
import { payloadOf } from './testing/payload';
import { ADA, startCognito } from './testing/running-cognito';

async function signedIn(options: Parameters<typeof startCognito>[1] = {}) {
  const running = await startCognito({}, options);
  const visitor = running.browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refresh = () =>
    visitor.token({
      grant_type: 'refresh_token',
      client_id: running.clientId,
      refresh_token: String(body.refresh_token),
    });
  const userInfo = async (token: unknown) => {
    const headers = { authorization: `Bearer ${String(token)}` };
    return (await fetch(`${running.origin}/oauth2/userInfo`, { headers })).status;
  };
  return { ...running, visitor, body, refresh, userInfo };
}

test('expireTokens makes userInfo reject tokens, and a refresh in the same second returns valid ones', async () => {
  const time = Date.parse('2026-11-22T10:00:00.300Z');
  const { cognito, body, refresh, userInfo, close } = await signedIn({ now: () => time });
  expect(cognito.controls.expiredBefore()).toBe(0);
  cognito.controls.expireTokens();
  expect(cognito.controls.expiredBefore()).toBe(time);
  expect(Number(payloadOf(body.access_token).iat) * 1_000).toBeLessThanOrEqual(time);
  expect(await userInfo(body.access_token)).toBe(401);
  const second = (await refresh()).body;
  for (const token of [second.access_token, second.id_token]) {
    expect(Number(payloadOf(token).iat) * 1_000).toBeGreaterThan(time);
  }
  expect(await userInfo(second.access_token)).toBe(200);
  await close();
});

test('expireTokens works repeatedly', async () => {
  let time = Date.now();
  const { cognito, refresh, userInfo, close } = await signedIn({ now: () => time });
  cognito.controls.expireTokens();
  const { access_token } = (await refresh()).body;
  time += 5_000;
  cognito.controls.expireTokens();
  expect(await userInfo(access_token)).toBe(401);
  await close();
});

test('revokeTokens ends refresh tokens, sessions, codes and userInfo, while signatures still verify [CG-RV-04]', async () => {
  const { cognito, pool, visitor, body, refresh, userInfo, close } = await signedIn();
  const code = locationOf(await visitor.authorize()).searchParams.get('code');
  cognito.controls.revokeTokens();
  expect((await refresh()).body).toEqual({ error: 'invalid_grant' });
  expect((await visitor.redeem(code)).body).toEqual({ error: 'invalid_grant' });
  expect(await userInfo(body.access_token)).toBe(401);
  expect(locationOf(await visitor.authorize()).pathname).toBe('/login');
  const keys = createLocalJWKSet(cognito.jwks(pool.id));
  await expect(jwtVerify(String(body.access_token), keys)).resolves.toBeDefined();
  await close();
});

test('rotateSigningKeys replaces both keys; old tokens no longer verify, and a refresh returns ones that do [CG-JW-01]', async () => {
  const { cognito, pool, issuer, body, refresh, userInfo, close } = await signedIn();
  const before = cognito.jwks(pool.id);
  expect(cognito.jwks(pool.id)).toBe(before);
  await cognito.controls.rotateSigningKeys();
  const after = cognito.jwks(pool.id);
  expect(after).not.toBe(before);
  expect(after.keys).toHaveLength(2);
  const kids = (set: typeof after) => set.keys.map(({ kid }) => kid);
  expect(kids(after).filter((kid) => kids(before).includes(kid))).toEqual([]);
  expect(await (await fetch(`${issuer}/.well-known/jwks.json`)).json()).toEqual(after);
  const keys = createLocalJWKSet(after);
  await expect(jwtVerify(String(body.id_token), keys)).rejects.toThrow('no applicable key found');
  expect(await userInfo(body.access_token)).toBe(401);
  const { access_token } = (await refresh()).body;
  await expect(jwtVerify(String(access_token), keys)).resolves.toBeDefined();
  expect(await userInfo(access_token)).toBe(200);
  await close();
});

test('resetUsers undoes changed passwords and locks', async () => {
  const startedAt = Date.now(); // the clock stands still, so that the lock does not end
  const users = [{ ...ADA, temporaryPassword: true }];
  const { cognito, browser, close } = await startCognito({}, { users, now: () => startedAt });
  const visitor = browser();
  const login = (password: string) => visitor.submitLogin(`/login?${visitor.query()}`, 'ada', password);
  const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  expect((await visitor.submitForm(await login(ADA.password), own)).status).toBe(302);
  for (let i = 1; i <= 8; i++) await login('wrong');
  expect(await (await login('My-own-word-2')).text()).toContain('Password attempts exceeded');
  cognito.controls.resetUsers();
  expect(await (await login('My-own-word-2')).text()).toContain('Incorrect username or password.');
  expect(await (await login(ADA.password)).text()).toContain('Choose your password');
  await close();
});
