import { afterEach, expect, test, vi } from 'vitest';
import { CHALLENGE, VERIFIER } from '../testing/browser';
import { payloadOf } from '../testing/payload';
import { ADA, startCognito } from '../testing/running-cognito';
import { CALLBACK } from '../testing/template';

afterEach(() => vi.useRealTimers());

const SECOND_CLIENT = {
  OtherClient: {
    Type: 'AWS::Cognito::UserPoolClient',
    Properties: {
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: [CALLBACK],
      SupportedIdentityProviders: ['COGNITO'],
      UserPoolId: { Ref: 'Pool' },
    },
  },
};

test('the response to a code has exactly the members of Cognito [CG-TK-01]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { status, headers, body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual([
    'id_token',
    'access_token',
    'refresh_token',
    'expires_in',
    'token_type',
  ]);
  expect(body).toMatchObject({ expires_in: 3600, token_type: 'Bearer' });
  expect(headers.get('content-type')).toBe('application/json;charset=UTF-8');
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('cache-control')).toBe('no-store');
  await close();
});

test('a code is valid once; a second use revokes the tokens of the first [CG-TK-02]', async () => {
  const { browser, clientId, close } = await startCognito();
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  const first = await visitor.redeem(code);
  const second = await visitor.redeem(code);
  expect(second.status).toBe(400);
  expect(second.body).toEqual({ error: 'invalid_grant' });
  const refresh = await visitor.token({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(first.body.refresh_token),
  });
  expect(refresh.body).toEqual({ error: 'invalid_grant' });
  await close();
});

test('one of two concurrent requests with the same code gets tokens [CG-TK-02]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  const answers = await Promise.all([visitor.redeem(code), visitor.redeem(code), visitor.redeem(code)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400]);
  await close();
});

test('a code expires after five minutes [CG-TK-02]', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { browser, close } = await startCognito();
  const visitor = browser();
  const early = (await visitor.signIn(ADA)).get('code');
  const late = (await visitor.signIn(ADA, { prompt: 'login' })).get('code');
  vi.setSystemTime(Date.now() + 298_000);
  expect((await visitor.redeem(early)).status).toBe(200);
  vi.setSystemTime(Date.now() + 3_000);
  expect((await visitor.redeem(late)).body).toEqual({ error: 'invalid_grant' });
  await close();
});

test.each([
  ['forged', { code: '00000000-0000-4000-8000-000000000000' }],
  ['redeemed with another redirect_uri', { redirect_uri: 'http://localhost:4300/other' }],
  ['redeemed with a wrong verifier', { code_verifier: VERIFIER.replace('0', '1') }],
  ['redeemed without the verifier', { code_verifier: undefined }],
  ['redeemed with the challenge as verifier', { code_verifier: CHALLENGE }],
])('a code that is %s gets invalid_grant [CG-TK-02, CG-TK-03]', async (_case, changes) => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { status, body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'), changes);
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'invalid_grant' });
  await close();
});

test('a code of another client gets invalid_grant and stays valid for its own client [CG-TK-02]', async () => {
  const { browser, pool, close } = await startCognito({ more: SECOND_CLIENT });
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  const thief = pool.clients.find(({ logicalId }) => logicalId === 'OtherClient');
  expect((await visitor.redeem(code, { client_id: thief?.id })).body).toEqual({ error: 'invalid_grant' });
  expect((await visitor.redeem(code)).status).toBe(200);
  await close();
});

test('a code_verifier gets invalid_grant when the authorization request had no code_challenge', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const answer = await visitor.signIn(ADA, { code_challenge: undefined, code_challenge_method: undefined });
  expect((await visitor.redeem(answer.get('code'))).body).toEqual({ error: 'invalid_grant' });
  await close();
});

test.each([
  ['an unknown client', { client_id: 'unknown' }],
  ['a secret for a public client', { client_secret: 'hunter2' }],
])('%s gets invalid_client [CG-TK-04]', async (_case, changes) => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { status, body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'), changes);
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'invalid_client' });
  await close();
});

test('a public client with Basic authentication gets invalid_client [CG-TK-04]', async () => {
  const { origin, clientId, close } = await startCognito();
  const response = await fetch(`${origin}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:secret`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: 'any', redirect_uri: CALLBACK }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'invalid_client' });
  expect(response.headers.get('www-authenticate')).toBeNull();
  await close();
});

const asBasic = (clientId: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
});

async function withSecret(client: Record<string, unknown> = {}) {
  const running = await startCognito({ client: { GenerateSecret: true, ...client } });
  const post = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams(form);
    const response = await fetch(`${running.origin}/oauth2/token`, { method: 'POST', headers, body });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ...running, secret: running.pool.clients[0]?.secret ?? '', post };
}

test('a client secret is accepted in the header or in the form [CG-TK-04]', async () => {
  const { browser, clientId, secret, post, close } = await withSecret();
  const form = (code: string | null) => ({
    grant_type: 'authorization_code',
    client_id: clientId,
    code: code ?? '',
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });
  const byForm = await post({ ...form((await browser().signIn(ADA)).get('code')), client_secret: secret });
  expect(byForm.status).toBe(200);
  const byHeader = await post(form((await browser().signIn(ADA)).get('code')), asBasic(clientId, secret));
  expect(byHeader.status).toBe(200);
  const refresh = { grant_type: 'refresh_token', refresh_token: String(byHeader.body.refresh_token) };
  expect((await post(refresh, asBasic(clientId, secret))).status).toBe(200);
  expect((await post({ ...refresh, client_id: clientId })).body).toEqual({ error: 'invalid_client' });
  await close();
});

test('a wrong secret, a missing one and that of another client get invalid_client [CG-TK-04]', async () => {
  const { browser, clientId, secret, post, close } = await withSecret();
  const code = (await browser().signIn(ADA)).get('code') ?? '';
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  };
  for (const answer of [
    await post({ ...form, client_id: clientId }),
    await post({ ...form, client_id: clientId, client_secret: 'wrong' }),
    await post(form, asBasic(clientId, `${secret}x`)),
    await post(form, asBasic('unknown', secret)),
  ]) {
    expect(answer).toEqual({ status: 400, body: { error: 'invalid_client' } });
  }
  expect((await post(form, asBasic(clientId, secret))).status).toBe(200);
  await close();
});

test('client_credentials gets an access token with the custom scopes of the client [CG-TK-05]', async () => {
  const { clientId, secret, post, issuer, close } = await withSecret({
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: [{ 'Fn::Sub': '${Server}/read' }],
    CallbackURLs: [],
  });
  const { status, body } = await post({ grant_type: 'client_credentials' }, asBasic(clientId, secret));
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['access_token', 'expires_in', 'token_type']);
  const payload = payloadOf(body.access_token);
  expect(payload).toMatchObject({
    sub: clientId,
    client_id: clientId,
    token_use: 'access',
    scope: 'greetings/read',
    iss: issuer,
    version: 2,
  });
  expect(payload).not.toHaveProperty('username');
  const foreign = { grant_type: 'client_credentials', scope: 'greetings/write' };
  expect(await post(foreign, asBasic(clientId, secret))).toEqual({
    status: 400,
    body: { error: 'invalid_scope' },
  });
  await close();
});

test('a client that cannot read attributes of a granted scope gets no tokens [CG-TK-12]', async () => {
  const { browser, close } = await startCognito({ client: { ReadAttributes: ['email', 'name'] } });
  const visitor = browser();
  const refused = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const openid = await visitor.redeem((await browser().signIn(ADA, { scope: 'openid' })).get('code'));
  expect(openid.status).toBe(200);
  await close();
});

test('a client without the flow client_credentials gets unauthorized_client [CG-TK-05]', async () => {
  const { browser, close } = await startCognito();
  const { status, body } = await browser().redeem('any', { grant_type: 'client_credentials' });
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'unauthorized_client' });
  await close();
});

test('a client without the code flow gets unauthorized_client [CG-TK-05]', async () => {
  const { browser, close } = await startCognito({ client: { AllowedOAuthFlowsUserPoolClient: false } });
  const { status, body } = await browser().redeem('any');
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'unauthorized_client' });
  await close();
});

test.each(['password', 'implicit', 'unknown'])(
  'the grant type %s gets unsupported_grant_type [CG-TK-06]',
  async (grant_type) => {
    const { browser, close } = await startCognito();
    const { status, body } = await browser().redeem('any', { grant_type });
    expect(status).toBe(400);
    expect(body).toEqual({ error: 'unsupported_grant_type' });
    await close();
  },
);

test('a repeated parameter gets invalid_request [CG-TK-07]', async () => {
  const { origin, clientId, close } = await startCognito();
  const once = `client_id=${clientId}&redirect_uri=${encodeURIComponent(CALLBACK)}&code=any`;
  for (const twice of ['grant_type=authorization_code', 'code=another', `client_id=${clientId}`]) {
    const response = await fetch(`${origin}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=authorization_code&${once}&${twice}`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'invalid_request' });
  }
  await close();
});

test.each(['grant_type', 'client_id', 'code', 'redirect_uri'])(
  'a request without %s gets an error [CG-TK-07]',
  async (parameter) => {
    const { browser, close } = await startCognito();
    const { status, body } = await browser().redeem('any', { [parameter]: undefined });
    expect(status).toBe(400);
    expect(body).toEqual({ error: 'invalid_request' });
    await close();
  },
);

test.each([
  ['application/json', JSON.stringify({ grant_type: 'authorization_code' })],
  ['text/plain', 'grant_type=authorization_code'],
  ['multipart/form-data; boundary=x', '--x--'],
])('a body of %s gets invalid_request without a description [CG-TK-07, CG-TK-09]', async (type, body) => {
  const { origin, close } = await startCognito();
  const headers = { 'content-type': type, accept: 'text/html' };
  const response = await fetch(`${origin}/oauth2/token`, { method: 'POST', headers, body });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'invalid_request' });
  await close();
});

test('a body that is too large is rejected', async () => {
  const { browser, close } = await startCognito();
  const { status, body } = await browser().redeem('x'.repeat(200_000));
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'invalid_request' });
  await close();
});

test('the token endpoint rejects GET [CG-TK-08]', async () => {
  const { origin, browser, close } = await startCognito();
  const response = await fetch(`${origin}/oauth2/token?${browser().query()}`);
  expect(response.status).toBe(405);
  await close();
});

test('a refresh returns new tokens of the same sign-in and no refresh token [CG-TK-10]', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { browser, clientId, close } = await startCognito();
  const visitor = browser();
  const first = (await visitor.redeem((await visitor.signIn(ADA)).get('code'))).body;
  vi.setSystemTime(Date.now() + 90_000);
  const refresh = {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(first.refresh_token),
  };
  const second = await visitor.token(refresh);
  expect(second.status).toBe(200);
  expect(Object.keys(second.body)).toEqual(['id_token', 'access_token', 'expires_in', 'token_type']);
  for (const kind of ['id_token', 'access_token']) {
    const [before, after] = [payloadOf(first[kind]), payloadOf(second.body[kind])];
    for (const same of ['sub', 'auth_time', 'origin_jti', 'event_id', 'scope', 'aud']) {
      expect(after[same]).toBe(before[same]);
    }
    expect(after.jti).not.toBe(before.jti);
    expect(after.iat).toBe(Number(before.iat) + 90);
    expect(after.exp).toBe(Number(before.exp) + 90);
  }
  expect(payloadOf(second.body.id_token)).not.toHaveProperty('nonce');
  expect((await visitor.token(refresh)).status).toBe(200);
  await close();
});

test('a refresh cannot add scopes [CG-TK-10]', async () => {
  const { browser, clientId, close } = await startCognito();
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA, { scope: 'openid email' })).get('code'));
  const refresh = {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(body.refresh_token),
  };
  const wider = await visitor.token({ ...refresh, scope: 'openid email greetings/read' });
  expect(wider).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  const narrower = await visitor.token({ ...refresh, scope: 'openid' });
  expect(payloadOf(narrower.body.access_token).scope).toBe('openid');
  await close();
});

test('a refresh token expires, and is not valid for another client [CG-TK-10]', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { browser, clientId, pool, close } = await startCognito({
    client: { RefreshTokenValidity: 1, TokenValidityUnits: { RefreshToken: 'hours' } },
    more: SECOND_CLIENT,
  });
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  vi.setSystemTime(Date.now() + 200_000);
  const { body } = await visitor.redeem(code);
  const refresh = {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(body.refresh_token),
  };
  const thief = pool.clients.find(({ logicalId }) => logicalId === 'OtherClient')?.id;
  expect((await visitor.token({ ...refresh, client_id: thief })).body).toEqual({ error: 'invalid_grant' });
  vi.setSystemTime(Date.now() + 3_599_000);
  expect((await visitor.token(refresh)).status).toBe(200);
  vi.setSystemTime(Date.now() + 2_000);
  expect(await visitor.token(refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  await close();
});

test('a rotated refresh token is valid once, and its successor expires when it would have [CG-TK-11]', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { browser, clientId, close } = await startCognito({
    client: {
      RefreshTokenRotation: { Feature: 'ENABLED' },
      RefreshTokenValidity: 1,
      TokenValidityUnits: { RefreshToken: 'hours' },
    },
  });
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refresh = (token: unknown) =>
    visitor.token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: String(token) });
  vi.setSystemTime(Date.now() + 1_800_000);
  const second = await refresh(body.refresh_token);
  expect(second.body.refresh_token).toEqual(expect.any(String));
  expect(second.body.refresh_token).not.toBe(body.refresh_token);
  vi.setSystemTime(Date.now() + 1_700_000);
  const third = await refresh(second.body.refresh_token);
  expect(third.status).toBe(200);
  vi.setSystemTime(Date.now() + 101_000);
  expect((await refresh(third.body.refresh_token)).body).toEqual({ error: 'invalid_grant' });
  await close();
});

test('a rotated refresh token is rejected when used again, and its successors are revoked [CG-TK-11]', async () => {
  const { browser, clientId, close } = await startCognito({
    client: { RefreshTokenRotation: { Feature: 'ENABLED' } },
  });
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refresh = (token: unknown) =>
    visitor.token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: String(token) });
  const second = await refresh(body.refresh_token);
  expect((await refresh(body.refresh_token)).body).toEqual({ error: 'invalid_grant' });
  expect((await refresh(second.body.refresh_token)).body).toEqual({ error: 'invalid_grant' });
  await close();
});

test('a rotated refresh token stays valid in the grace period [CG-TK-11]', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { browser, clientId, close } = await startCognito({
    client: { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 20 } },
  });
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refresh = (token: unknown) =>
    visitor.token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: String(token) });
  const answers = await Promise.all([refresh(body.refresh_token), refresh(body.refresh_token)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  vi.setSystemTime(Date.now() + 19_000);
  expect((await refresh(body.refresh_token)).status).toBe(200);
  vi.setSystemTime(Date.now() + 2_000);
  expect((await refresh(body.refresh_token)).status).toBe(400);
  await close();
});
