import { afterEach, expect, test, vi } from 'vitest';
import { payloadOf } from '../testing/payload';
import { ADA, startCognito, type RunningCognito } from '../testing/running-cognito';

afterEach(() => vi.useRealTimers());

async function tokens(running: RunningCognito, scope?: string) {
  const visitor = running.browser();
  const answer = await visitor.signIn(ADA, scope === undefined ? {} : { scope });
  return (await visitor.redeem(answer.get('code'))).body;
}

function userInfo({ origin }: RunningCognito, authorization?: string): Promise<Response> {
  return fetch(`${origin}/oauth2/userInfo`, {
    headers: authorization === undefined ? {} : { authorization },
  });
}

test('userInfo returns attributes, username, and email_verified as a string [CG-JT-05]', async () => {
  const running = await startCognito();
  const { access_token } = await tokens(running);
  const response = await userInfo(running, `Bearer ${String(access_token)}`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    sub: payloadOf(access_token).sub,
    email_verified: 'true',
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    username: 'ada',
  });
  await running.close();
});

test('userInfo rejects a token without openid [CG-JT-05]', async () => {
  const running = await startCognito();
  const { access_token } = await tokens(running, 'greetings/read');
  const response = await userInfo(running, `Bearer ${String(access_token)}`);
  expect(response.status).toBe(403);
  expect(await response.text()).not.toContain('ada@example.com');
  await running.close();
});

test('userInfo rejects an ID token, a changed token and a bare token id [CG-JT-05]', async () => {
  const running = await startCognito();
  const { access_token, id_token } = await tokens(running);
  const [header, , signature] = String(access_token).split('.');
  const forged = { ...payloadOf(access_token), sub: 'another-user' };
  const body = Buffer.from(JSON.stringify(forged)).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const token of [
    id_token,
    `${header}.${body}.${signature}`,
    `${none}.${String(access_token).split('.')[1]}.`,
    payloadOf(access_token).jti,
    'nonsense',
  ]) {
    const response = await userInfo(running, `Bearer ${String(token)}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^error="invalid_token", error_description=/);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  }
  await running.close();
});

test('userInfo rejects an expired token [CG-JT-05]', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const running = await startCognito();
  const { access_token } = await tokens(running);
  vi.setSystemTime(Date.now() + 3_601_000);
  expect((await userInfo(running, `Bearer ${String(access_token)}`)).status).toBe(401);
  await running.close();
});

test('userInfo answers a malformed Authorization header with 400 [CG-JT-05]', async () => {
  const running = await startCognito();
  const response = await userInfo(running, 'Basic abc');
  expect(response.status).toBe(400);
  expect(response.headers.get('www-authenticate')).toMatch(/^error="invalid_request"/);
  await running.close();
});

test('userInfo answers a request without a token with 401', async () => {
  const running = await startCognito();
  expect((await userInfo(running)).status).toBe(401);
  await running.close();
});
