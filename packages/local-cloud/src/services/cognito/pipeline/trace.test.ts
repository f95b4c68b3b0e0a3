import { expect, test } from 'vitest';
import type { Hop } from '../../../trace/trace';
import { ADA, startCognito } from '../testing/running-cognito';
import { SIGNED_OUT } from '../testing/template';

interface Traced {
  method: string;
  path: string;
  status: number;
  events: Pick<Hop, 'event' | 'data'>[];
}

async function traced(changes: Parameters<typeof startCognito>[0] = {}) {
  const requests: Traced[] = [];
  const texts: string[] = [];
  const running = await startCognito(changes, {
    onAnswered: ({ method = '', url = '' }, status, { hops }) => {
      const [path = ''] = url.split('?');
      requests.push({ method, path, status, events: hops.map(({ event, data }) => ({ event, data })) });
      texts.push(JSON.stringify(hops));
    },
  });
  /** Polls: the client has the response a moment before the server has recorded it. */
  const last = () => expect.poll(() => requests.at(-1));
  return { ...running, requests, texts, last };
}

test('a sign-in records an event per step', async () => {
  const { browser, clientId, last, requests, close } = await traced();
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  await visitor.redeem(code);
  const grant = { grant: 'authorization_code', client: clientId, rotated: false };
  await last().toEqual({
    method: 'POST',
    path: '/oauth2/token',
    status: 200,
    events: [
      { event: 'token.granted', data: grant },
      { event: 'token.issued', data: { use: 'access' } },
      { event: 'token.issued', data: { use: 'id' } },
    ],
  });
  expect(
    requests.map(({ method, path, status, events }) => [
      `${method} ${path} ${status}`,
      ...events.map(({ event }) => event),
    ]),
  ).toEqual([
    ['GET /oauth2/authorize 302', 'authorize.login-required'],
    ['GET /login 200', 'login.page-shown'],
    ['POST /login 302', 'login.succeeded'],
    ['GET /oauth2/authorize 302', 'authorize.code-issued'],
    ['POST /oauth2/token 200', 'token.granted', 'token.issued', 'token.issued'],
  ]);
  expect(requests[0]?.events).toEqual([{ event: 'authorize.login-required', data: { hasSession: false } }]);
  await close();
});

test('a rejected request records an event with its reason', async () => {
  const { browser, clientId, origin, last, close } = await traced();
  const visitor = browser();
  const lastEvent = (event: Hop['event'], data: object, status?: number) =>
    last().toMatchObject({ ...(status && { status }), events: [{ event, data }] });
  const code = (await visitor.signIn(ADA)).get('code');
  await visitor.redeem(code);
  await visitor.redeem(code);
  await lastEvent('oauth.rejected', { endpoint: 'token', error: 'invalid_grant' });
  for (const failures of [1, 2, 3, 4]) {
    await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'wrong');
    await lastEvent('login.failed', { reason: 'wrong-password', failures });
  }
  await visitor.submitLogin(`/login?${visitor.query()}`, 'unknown', 'wrong');
  await lastEvent('login.failed', { reason: 'unknown-user', failures: 1 });
  await visitor.authorize({ scope: 'openid greetings/write' });
  await lastEvent('oauth.rejected', { endpoint: 'authorize', error: 'invalid_scope' });
  await visitor.authorize({ redirect_uri: 'https://evil.example/' });
  await lastEvent('oauth.rejected', {
    endpoint: 'authorize',
    error: 'invalid_redirect_uri',
    detail: expect.stringMatching(/registered redirect_uris: http:\/\/localhost:4300\/callback/),
  });
  await fetch(`${origin}/oauth2/userInfo`, { headers: { authorization: 'Bearer nonsense' } });
  await lastEvent('user-info.token-rejected', { reason: 'not-a-token' }, 401);
  const signOut = (logout_uri: string) =>
    visitor.fetch(`/logout?${new URLSearchParams({ client_id: clientId, logout_uri })}`);
  await signOut('https://evil.example/');
  await lastEvent('logout.rejected', { reason: 'logout_mismatch' });
  await signOut(SIGNED_OUT);
  await lastEvent('logout.succeeded', {});
  await fetch(`${origin}/nowhere`);
  await lastEvent('path.not-found', {}, 404);
  await fetch(`${origin}/login`, { method: 'DELETE' });
  await lastEvent('method.not-allowed', { allowed: ['GET', 'POST'] }, 405);
  await close();
});

test('events have decoded tokens, but no codes, tokens, passwords or queries', async () => {
  const { browser, texts, requests, last, close } = await traced();
  const visitor = browser();
  await visitor.submitLogin(`/login?${visitor.query()}`, 'a-typed-name', 'a-typed-password');
  const code = (await visitor.signIn(ADA)).get('code') ?? '';
  const { body } = await visitor.redeem(code);
  await last().toMatchObject({ path: '/oauth2/token' });
  const text = texts.join() + JSON.stringify(requests);
  expect(text).toContain('"token_use":"access"');
  for (const secret of [
    code,
    ADA.password,
    'a-typed-name',
    'a-typed-password',
    'a-state',
    ...visitor.cookies.values(),
    ...Object.values(body).map(String),
  ]) {
    if (secret !== 'Bearer' && secret !== '3600') expect(text).not.toContain(secret);
  }
  await close();
});
