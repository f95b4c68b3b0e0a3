import { expect, test } from 'vitest';
import { locationOf } from './testing/browser';
import { payloadOf } from './testing/payload';
import { ADA, startCognito } from './testing/running-cognito';

const MINUTE = 60_000;

test('a code expires by the injected clock [CG-AZ-16, CG-TK-02]', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito({}, { now: () => time });
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  time += 6 * MINUTE;
  expect(await visitor.redeem(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  time -= 6 * MINUTE;
  expect((await visitor.redeem(code)).status).toBe(200);
  await close();
});

test('a session expires by the injected clock, also when it is used [CG-AZ-02]', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito({}, { now: () => time });
  const visitor = browser();
  await visitor.signIn(ADA);
  time += 59 * MINUTE;
  expect(locationOf(await visitor.authorize()).searchParams.has('code')).toBe(true);
  time += 2 * MINUTE;
  expect(locationOf(await visitor.authorize()).pathname).toBe('/login');
  await close();
});

test('a refresh token expires by the injected clock [CG-JT-02, CG-TK-10]', async () => {
  let time = Date.now();
  const client = { RefreshTokenValidity: 2, TokenValidityUnits: { RefreshToken: 'days' } };
  const { browser, clientId, close } = await startCognito({ client }, { now: () => time });
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refresh = () =>
    visitor.token({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: String(body.refresh_token),
    });
  time += 2 * 24 * 60 * MINUTE - 1_000;
  const refreshed = await refresh();
  expect(refreshed.status).toBe(200);
  expect(payloadOf(refreshed.body.access_token).iat).toBe(Math.floor(time / 1_000));
  expect(payloadOf(refreshed.body.id_token).auth_time).toBe(payloadOf(body.id_token).auth_time);
  time += 1_000;
  expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  await close();
});

test('rotation and its grace period use the injected clock [CG-TK-11]', async () => {
  let time = Date.now();
  const client = { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 20 } };
  const { browser, clientId, close } = await startCognito({ client }, { now: () => time });
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refresh = (token: unknown) =>
    visitor.token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: String(token) });
  expect((await refresh(body.refresh_token)).status).toBe(200);
  time += 19_000;
  expect((await refresh(body.refresh_token)).status).toBe(200);
  time += 2_000;
  expect((await refresh(body.refresh_token)).status).toBe(400);
  await close();
});

test('an access token expires at userInfo by the injected clock [CG-JT-02, CG-JT-05]', async () => {
  let time = Date.now();
  const { browser, origin, close } = await startCognito({}, { now: () => time });
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const headers = { authorization: `Bearer ${String(body.access_token)}` };
  const ask = async () => (await fetch(`${origin}/oauth2/userInfo`, { headers })).status;
  time += 59 * MINUTE;
  expect(await ask()).toBe(200);
  time += MINUTE;
  expect(await ask()).toBe(401);
  await close();
});

test('a login form expires after five minutes by the injected clock [CG-AZ-16]', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito({}, { now: () => time });
  const visitor = browser();
  const form = await (await visitor.fetch(`/login?${visitor.query()}`)).text();
  const signIn = { username: ADA.username, password: ADA.password };
  time += 5 * MINUTE + 1;
  expect((await visitor.submitForm(form, signIn)).status).toBe(403);
  time -= 1;
  expect((await visitor.submitForm(form, signIn)).status).toBe(302);
  await close();
});

test('sessions, codes and tokens work with a clock years away from the machine’s', async () => {
  const { browser, close } = await startCognito({}, { now: () => Date.parse('2001-01-01T00:00:00.700Z') });
  const visitor = browser();
  const { status, body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  expect(status).toBe(200);
  expect(payloadOf(body.access_token).iat).toBe(Date.parse('2001-01-01T00:00:00Z') / 1_000);
  expect(locationOf(await visitor.authorize()).searchParams.has('code')).toBe(true);
  await close();
});
