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

test('CG-TK-01: a code is answered with exactly the members of Cognito', async () => {
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

test('CG-TK-02: a code is good once, and a second use takes the tokens of the first back', async () => {
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

test('CG-TK-02: of two requests that race with one code, one wins', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  const answers = await Promise.all([visitor.redeem(code), visitor.redeem(code), visitor.redeem(code)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400]);
  await close();
});

test('CG-TK-02: a code expires after five minutes', async () => {
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
  ['made up', { code: '00000000-0000-4000-8000-000000000000' }],
  ['redeemed with another redirect_uri', { redirect_uri: 'http://localhost:4300/other' }],
  ['redeemed with a wrong verifier', { code_verifier: VERIFIER.replace('0', '1') }],
  ['redeemed without the verifier', { code_verifier: undefined }],
  ['redeemed with the challenge as verifier', { code_verifier: CHALLENGE }],
])('CG-TK-02, CG-TK-03: a code that is %s is an invalid grant', async (_case, changes) => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { status, body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'), changes);
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'invalid_grant' });
  await close();
});

test('CG-TK-02: a code of another client is an invalid grant, and stays good for its own', async () => {
  const { browser, pool, close } = await startCognito({ more: SECOND_CLIENT });
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  const thief = pool.clients.find(({ logicalId }) => logicalId === 'OtherClient');
  expect((await visitor.redeem(code, { client_id: thief?.id })).body).toEqual({ error: 'invalid_grant' });
  expect((await visitor.redeem(code)).status).toBe(200);
  await close();
});

test('a verifier without a challenge is an invalid grant: somebody took the challenge out of the request', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const answer = await visitor.signIn(ADA, { code_challenge: undefined, code_challenge_method: undefined });
  expect((await visitor.redeem(answer.get('code'))).body).toEqual({ error: 'invalid_grant' });
  await close();
});

test.each([
  ['an unknown client', { client_id: 'nobody' }],
  ['a secret for a public client', { client_secret: 'hunter2' }],
])('CG-TK-04: %s is an invalid client', async (_case, changes) => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { status, body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'), changes);
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'invalid_client' });
  await close();
});

test('CG-TK-04: a public client that authenticates with Basic is an invalid client', async () => {
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

test('CG-TK-04: a client with a secret may show it in the header or in the form', async () => {
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

test('CG-TK-04: a wrong secret, none, or that of another client is an invalid client', async () => {
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
    await post(form, asBasic('nobody', secret)),
  ]) {
    expect(answer).toEqual({ status: 400, body: { error: 'invalid_client' } });
  }
  expect((await post(form, asBasic(clientId, secret))).status).toBe(200);
  await close();
});

test('CG-TK-05: a client with client_credentials gets an access token of its own, with its custom scopes', async () => {
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

test('CG-TK-12: a client that may not read what a granted scope shows gets no tokens', async () => {
  const { browser, close } = await startCognito({ client: { ReadAttributes: ['email', 'name'] } });
  const visitor = browser();
  const refused = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const openid = await visitor.redeem((await browser().signIn(ADA, { scope: 'openid' })).get('code'));
  expect(openid.status).toBe(200);
  await close();
});

test('CG-TK-05: a client without the flow client_credentials is unauthorized', async () => {
  const { browser, close } = await startCognito();
  const { status, body } = await browser().redeem('any', { grant_type: 'client_credentials' });
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'unauthorized_client' });
  await close();
});

test('CG-TK-05: a client without the code flow is unauthorized', async () => {
  const { browser, close } = await startCognito({ client: { AllowedOAuthFlowsUserPoolClient: false } });
  const { status, body } = await browser().redeem('any');
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'unauthorized_client' });
  await close();
});

test.each(['password', 'implicit', 'made-up'])(
  'CG-TK-06: the grant type %s is unsupported',
  async (grant_type) => {
    const { browser, close } = await startCognito();
    const { status, body } = await browser().redeem('any', { grant_type });
    expect(status).toBe(400);
    expect(body).toEqual({ error: 'unsupported_grant_type' });
    await close();
  },
);

test('CG-TK-07: a parameter given twice is an invalid request', async () => {
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
  'CG-TK-07: a request without %s is invalid',
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
])(
  'CG-TK-07, CG-TK-09: a body of %s is an invalid request, said without a description',
  async (type, body) => {
    const { origin, close } = await startCognito();
    const headers = { 'content-type': type, accept: 'text/html' };
    const response = await fetch(`${origin}/oauth2/token`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'invalid_request' });
    await close();
  },
);

test('a body larger than any token request is refused', async () => {
  const { browser, close } = await startCognito();
  const { status, body } = await browser().redeem('x'.repeat(200_000));
  expect(status).toBe(400);
  expect(body).toEqual({ error: 'invalid_request' });
  await close();
});

test('CG-TK-08: the token endpoint takes no GET', async () => {
  const { origin, browser, close } = await startCognito();
  const response = await fetch(`${origin}/oauth2/token?${browser().query()}`);
  expect(response.status).toBe(405);
  await close();
});

test('CG-TK-10: a refresh gives new tokens of the same sign-in and no new refresh token', async () => {
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

test('CG-TK-10: a refresh cannot widen the scope', async () => {
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

test('CG-TK-10: a refresh token ends with its lifetime, and is nothing to another client', async () => {
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

test('CG-TK-11: with rotation each refresh token is good once, and the next one lives as long as the first would', async () => {
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

test('CG-TK-11: with rotation an old refresh token is refused, and takes its successors with it', async () => {
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

test('CG-TK-11: within the grace period an old refresh token is good again', async () => {
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
