import { afterEach, expect, test, vi } from 'vitest';
import { locationOf } from '../testing/browser';
import { payloadOf } from '../testing/payload';
import { ADA, startCognito } from '../testing/running-cognito';
import { CALLBACK } from '../testing/template';

afterEach(() => vi.useRealTimers());

test('CG-AZ-01: without a session the browser goes to the login page with the same parameters', async () => {
  const { origin, browser, close } = await startCognito();
  const visitor = browser();
  const response = await visitor.authorize();
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe(`${origin}/login?${visitor.query()}`);
  expect(response.headers.get('x-frame-options')).toBe('DENY');
  const [cookie, ...more] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^XSRF-TOKEN=[\w-]{43}; path=\/; samesite=lax; httponly$/i);
  expect(more).toEqual([]);
  await close();
});

test('CG-AZ-01, CG-AZ-02: served over HTTPS, the cookies are for HTTPS only', async () => {
  const { browser, close } = await startCognito({}, { https: true });
  const visitor = browser();
  const toLogin = await visitor.authorize();
  const signedIn = await visitor.submitLogin(locationOf(toLogin).href, ADA.username, ADA.password);
  const cookies = [...toLogin.headers.getSetCookie(), ...signedIn.headers.getSetCookie()];
  expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['XSRF-TOKEN', 'cognito', 'cognito.sig']);
  for (const cookie of cookies) expect(cookie).toMatch(/; secure/i);
  await close();
});

test('CG-AZ-02: with a session the browser goes straight back with a code', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  await visitor.signIn(ADA);
  const response = await visitor.authorize({ state: 'again' });
  expect(response.status).toBe(302);
  const location = locationOf(response);
  expect(location.origin + location.pathname).toBe(CALLBACK);
  expect(location.searchParams.get('state')).toBe('again');
  await close();
});

test('CG-AZ-02: the session cookie is for this browser alone and lasts an hour from sign-in, not from the last use', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { browser, close } = await startCognito();
  const visitor = browser();
  const login = locationOf(await visitor.authorize());
  const cookie = (await visitor.submitLogin(login.href, ADA.username, ADA.password)).headers
    .getSetCookie()
    .find((line) => line.startsWith('cognito='));
  expect(cookie).toMatch(/; path=\/; .*; httponly/i);
  expect(cookie).toMatch(/; samesite=lax/i);
  expect(cookie).not.toMatch(/; secure/i);
  vi.setSystemTime(Date.now() + 50 * 60_000);
  expect(locationOf(await visitor.authorize()).searchParams.has('code')).toBe(true);
  vi.setSystemTime(Date.now() + 11 * 60_000);
  visitor.cookies.set('cognito', /cognito=([^;]*)/.exec(cookie ?? '')?.[1] ?? '');
  expect(locationOf(await visitor.authorize()).pathname).toBe('/login');
  await close();
});

test('a session cookie that somebody made up is no session', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  visitor.cookies.set('cognito', 'made-up');
  visitor.cookies.set('cognito.sig', 'made-up');
  expect(locationOf(await visitor.authorize()).pathname).toBe('/login');
  await close();
});

test('CG-AZ-03, CG-AZ-16: the answer is a code that looks like a UUID and the state, and no issuer', async () => {
  const { browser, close } = await startCognito();
  const answer = await browser().signIn(ADA);
  expect([...answer.keys()]).toEqual(['code', 'state']);
  expect(answer.get('code')).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  await close();
});

test.each([
  'http://localhost:4300/callback/',
  'http://localhost:4300/Callback',
  'http://localhost:4300/callback?next=/',
  'http://localhost:4301/callback',
  'https://evil.example/callback',
  'http://localhost:4300@evil.example/callback',
])(
  'CG-AZ-04: %s is not the registered callback, so the browser ends on the error page',
  async (redirectUri) => {
    const { browser, clientId, origin, close } = await startCognito();
    const visitor = browser();
    const response = await visitor.authorize({ redirect_uri: redirectUri });
    expect(response.status).toBe(302);
    const location = locationOf(response);
    expect(location.href).toBe(`${origin}/error?error=redirect_mismatch&client_id=${clientId}`);
    const page = await visitor.fetch(location.href);
    expect(page.status).toBe(400);
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(await page.text()).toContain('An error was encountered with the requested page.');
    await close();
  },
);

test('CG-AZ-04: another fault of the request does not send the browser to an unregistered callback either', async () => {
  const { browser, close } = await startCognito();
  const response = await browser().authorize({
    redirect_uri: 'https://evil.example/',
    response_type: 'nonsense',
  });
  expect(locationOf(response).searchParams.get('error')).toBe('redirect_mismatch');
  await close();
});

test.each([
  ['unknown', { client_id: 'nobody' }, 'Client does not exist.'],
  ['missing', { client_id: undefined }, 'Missing required parameter client_id in request URL'],
])('CG-AZ-05: a client that is %s ends on the error page', async (_case, changes, error) => {
  const { browser, close } = await startCognito();
  const location = locationOf(await browser().authorize(changes));
  expect(location.pathname).toBe('/error');
  expect(location.searchParams.get('error')).toBe(error);
  await close();
});

test('a missing redirect_uri ends on the error page', async () => {
  const { browser, close } = await startCognito();
  const location = locationOf(await browser().authorize({ redirect_uri: undefined }));
  expect(location.pathname).toBe('/error');
  expect(location.searchParams.get('error')).toBe("Required String parameter 'redirect_uri' is not present");
  await close();
});

test.each([
  ['no response_type', { response_type: undefined }],
  ['an unknown response_type', { response_type: 'id_token' }],
  ['a challenge without a method', { code_challenge_method: undefined }],
  ['the plain challenge method', { code_challenge_method: 'plain' }],
  ['a method without a challenge', { code_challenge: undefined }],
])('CG-AZ-06: %s is an invalid request, told to the client', async (_case, changes) => {
  const { browser, close } = await startCognito();
  const location = locationOf(await browser().authorize(changes));
  expect(location.origin + location.pathname).toBe(CALLBACK);
  expect(location.searchParams.get('error')).toBe('invalid_request');
  expect(location.searchParams.get('state')).toBe('a-state');
  expect(location.searchParams.has('iss')).toBe(false);
  await close();
});

test('a parameter given twice is an invalid request', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const response = await visitor.fetch(`/oauth2/authorize?${visitor.query()}&nonce=another`);
  expect(locationOf(response).searchParams.get('error')).toBe('invalid_request');
  await close();
});

test('CG-AZ-07: the implicit flow is refused to a client that does not have it', async () => {
  const { browser, close } = await startCognito();
  const location = locationOf(await browser().authorize({ response_type: 'token' }));
  expect(location.searchParams.get('error')).toBe('unauthorized_client');
  await close();
});

test('CG-AZ-07: a client that may not use OAuth at all is refused', async () => {
  const { browser, close } = await startCognito({ client: { AllowedOAuthFlowsUserPoolClient: false } });
  const location = locationOf(await browser().authorize());
  expect(location.origin + location.pathname).toBe(CALLBACK);
  expect(location.searchParams.get('error')).toBe('unauthorized_client');
  await close();
});

test.each(['openid phone', 'openid greetings/write', 'openid made-up', 'email', 'openid  email'])(
  'CG-AZ-08: the scope "%s" is not one the client can have',
  async (scope) => {
    const { browser, close } = await startCognito();
    const location = locationOf(await browser().authorize({ scope }));
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect(location.searchParams.get('error')).toBe('invalid_scope');
    await close();
  },
);

test('CG-AZ-09: no scope means every scope of the client', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA, { scope: undefined })).get('code'));
  const payload = payloadOf(body.access_token);
  expect(payload.scope).toBe('openid email profile greetings/read');
  await close();
});

test('CG-AZ-09: without openid there is no ID token, and a nonce is no error', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { status, body } = await visitor.redeem(
    (await visitor.signIn(ADA, { scope: 'greetings/read' })).get('code'),
  );
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['access_token', 'refresh_token', 'expires_in', 'token_type']);
  await close();
});

test('CG-AZ-10: PKCE is optional', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const answer = await visitor.signIn(ADA, { code_challenge: undefined, code_challenge_method: undefined });
  const { status } = await visitor.redeem(answer.get('code'), { code_verifier: undefined });
  expect(status).toBe(200);
  await close();
});

test('CG-AZ-11: the state comes back as it was, whatever is in it', async () => {
  const { browser, close } = await startCognito();
  const state = 'a b+c/d=?&#ä"<>\'%20';
  expect((await browser().signIn(ADA, { state })).get('state')).toBe(state);
  await close();
});

test('CG-AZ-13: prompt=none without a session is answered with login_required', async () => {
  const { browser, close } = await startCognito();
  const location = locationOf(await browser().authorize({ prompt: 'none' }));
  expect(location.origin + location.pathname).toBe(CALLBACK);
  expect(location.searchParams.get('error')).toBe('login_required');
  expect(location.searchParams.get('state')).toBe('a-state');
  await close();
});

test('CG-AZ-13: prompt=none with a session is answered with a code', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  await visitor.signIn(ADA);
  expect(locationOf(await visitor.authorize({ prompt: 'none' })).searchParams.has('code')).toBe(true);
  await close();
});

test.each(['login', 'select_account'])(
  'CG-AZ-13: prompt=%s shows the login page in spite of a session, and only once',
  async (prompt) => {
    const { browser, close } = await startCognito();
    const visitor = browser();
    await visitor.signIn(ADA);
    expect(locationOf(await visitor.authorize({ prompt })).pathname).toBe('/login');
    expect((await visitor.signIn(ADA, { prompt })).has('code')).toBe(true);
    await close();
  },
);

test('CG-AZ-13: the classic hosted UI does not know prompt', async () => {
  const { browser, close } = await startCognito({ domain: { ManagedLoginVersion: 1 } });
  expect(locationOf(await browser().authorize({ prompt: 'none' })).pathname).toBe('/login');
  await close();
});

test('parameters that Cognito does not know change nothing', async () => {
  const { browser, close } = await startCognito();
  const answer = await browser().signIn(ADA, {
    response_mode: 'form_post',
    request: 'eyJhbGciOiJub25lIn0.e30.',
    max_age: '0',
    claims: '{}',
    registration: '{}',
  });
  expect([...answer.keys()]).toEqual(['code', 'state']);
  await close();
});

test('CG-AZ-14: the resource that was asked for is the audience of the access token, after a refresh too', async () => {
  const { browser, clientId, close } = await startCognito();
  const visitor = browser();
  const resource = 'https://api.example/greetings';
  const { body } = await visitor.redeem((await visitor.signIn(ADA, { resource })).get('code'));
  expect(payloadOf(body.access_token).aud).toBe(resource);
  expect(payloadOf(body.id_token).aud).toBe(clientId);
  const refreshed = await visitor.token({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(body.refresh_token),
  });
  expect(payloadOf(refreshed.body.access_token).aud).toBe(resource);
  await close();
});

test.each(['greetings', 'http://api.example/', 'https://api.example/#part'])(
  'CG-AZ-14: %s is no resource',
  async (resource) => {
    const { browser, close } = await startCognito();
    const location = locationOf(await browser().authorize({ resource }));
    expect(location.searchParams.get('error')).toBe('invalid_request');
    await close();
  },
);

test('CG-AZ-14: the identity provider COGNITO is the login page, and there is no other', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  expect(locationOf(await visitor.authorize({ identity_provider: 'COGNITO' })).pathname).toBe('/login');
  for (const other of [{ identity_provider: 'Google' }, { idp_identifier: 'example.com' }]) {
    const location = locationOf(await visitor.authorize(other));
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect(location.searchParams.get('error')).toBe('invalid_request');
  }
  await close();
});

test('CG-AZ-14: the language that was asked for is remembered in a cookie', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  await visitor.authorize({ lang: 'de' });
  expect(visitor.cookies.get('lang')).toBe('de');
  await visitor.authorize({ lang: 'de; Domain=evil.example' });
  expect(visitor.cookies.get('lang')).toBe('de');
  await close();
});

test('CG-AZ-12: the nonce is in the ID token', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA, { nonce: 'n-0S6_WzA2Mj' })).get('code'));
  expect(payloadOf(body.id_token).nonce).toBe('n-0S6_WzA2Mj');
  expect(payloadOf(body.access_token)).not.toHaveProperty('nonce');
  await close();
});

test('CG-AZ-15: authorization requests are GET only', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const response = await visitor.fetch('/oauth2/authorize', {
    method: 'POST',
    body: new URLSearchParams(visitor.query()),
  });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET');
  await close();
});

test('a session in one user pool is none in another', async () => {
  const otherPool = { Ref: 'OtherPool' };
  const running = await startCognito({
    more: {
      OtherPool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
      OtherDomain: {
        Type: 'AWS::Cognito::UserPoolDomain',
        Properties: { Domain: 'other', UserPoolId: otherPool },
      },
      OtherClient: {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: {
          AllowedOAuthFlows: ['code'],
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthScopes: ['openid'],
          CallbackURLs: [CALLBACK],
          SupportedIdentityProviders: ['COGNITO'],
          UserPoolId: otherPool,
        },
      },
    },
  });
  const visitor = running.browser();
  await visitor.signIn(ADA);
  const other = { client_id: running.pools[1]?.clients[0]?.id, scope: 'openid' };
  expect(locationOf(await visitor.authorize(other)).pathname).toBe('/login');
  const answer = await visitor.signIn(ADA, other);
  const { body } = await visitor.redeem(answer.get('code'), { client_id: other.client_id });
  const payload = payloadOf(body.id_token);
  expect(payload.iss).toBe(running.cognito.issuer(running.pools[1]?.id ?? ''));
  await running.close();
});
