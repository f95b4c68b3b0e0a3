import { afterEach, expect, test, vi } from 'vitest';
import { locationOf } from '../testing/browser';
import { payloadOf } from '../testing/payload';
import { ADA, startCognito } from '../testing/running-cognito';
import { CALLBACK } from '../testing/template';

afterEach(() => vi.useRealTimers());

test('authorize redirects to the login page with the same parameters when there is no session [CG-AZ-01]', async () => {
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

test('cookies are Secure over HTTPS [CG-AZ-01, CG-AZ-02]', async () => {
  const { browser, close } = await startCognito({}, { https: true });
  const visitor = browser();
  const toLogin = await visitor.authorize();
  const signedIn = await visitor.submitLogin(locationOf(toLogin).href, ADA.username, ADA.password);
  const cookies = [...toLogin.headers.getSetCookie(), ...signedIn.headers.getSetCookie()];
  expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['XSRF-TOKEN', 'cognito', 'cognito.sig']);
  for (const cookie of cookies) expect(cookie).toMatch(/; secure/i);
  await close();
});

test('authorize redirects to the callback with a code when there is a session [CG-AZ-02]', async () => {
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

test('a session lasts an hour from sign-in, also when it is used [CG-AZ-02]', async () => {
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

test('a forged session cookie is ignored', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  visitor.cookies.set('cognito', 'made-up');
  visitor.cookies.set('cognito.sig', 'made-up');
  expect(locationOf(await visitor.authorize()).pathname).toBe('/login');
  await close();
});

test('the authorization response has a code that is a UUID, the state and no issuer [CG-AZ-03, CG-AZ-16]', async () => {
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
  'authorize redirects to the error page for the unregistered callback %s [CG-AZ-04]',
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

test('authorize never redirects to an unregistered callback, also with another error [CG-AZ-04]', async () => {
  const { browser, close } = await startCognito();
  const response = await browser().authorize({
    redirect_uri: 'https://evil.example/',
    response_type: 'nonsense',
  });
  expect(locationOf(response).searchParams.get('error')).toBe('redirect_mismatch');
  await close();
});

test.each([
  ['unknown', { client_id: 'unknown' }, 'Client does not exist.'],
  ['missing', { client_id: undefined }, 'Missing required parameter client_id in request URL'],
])(
  'authorize redirects to the error page for a client that is %s [CG-AZ-05]',
  async (_case, changes, error) => {
    const { browser, close } = await startCognito();
    const location = locationOf(await browser().authorize(changes));
    expect(location.pathname).toBe('/error');
    expect(location.searchParams.get('error')).toBe(error);
    await close();
  },
);

test('authorize redirects to the error page without redirect_uri', async () => {
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
])('authorize sends invalid_request to the callback for %s [CG-AZ-06]', async (_case, changes) => {
  const { browser, close } = await startCognito();
  const location = locationOf(await browser().authorize(changes));
  expect(location.origin + location.pathname).toBe(CALLBACK);
  expect(location.searchParams.get('error')).toBe('invalid_request');
  expect(location.searchParams.get('state')).toBe('a-state');
  expect(location.searchParams.has('iss')).toBe(false);
  await close();
});

test('authorize sends invalid_request for a repeated parameter', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const response = await visitor.fetch(`/oauth2/authorize?${visitor.query()}&nonce=another`);
  expect(locationOf(response).searchParams.get('error')).toBe('invalid_request');
  await close();
});

test('authorize rejects the implicit flow when the client does not have it [CG-AZ-07]', async () => {
  const { browser, close } = await startCognito();
  const location = locationOf(await browser().authorize({ response_type: 'token' }));
  expect(location.searchParams.get('error')).toBe('unauthorized_client');
  await close();
});

test('authorize explains that it refuses the implicit flow when the client has it [CG-AZ-20]', async () => {
  const { browser, close } = await startCognito({ client: { AllowedOAuthFlows: ['code', 'implicit'] } });
  const location = locationOf(await browser().authorize({ response_type: 'token' }));
  expect(location.searchParams.get('error')).toBe('unauthorized_client');
  expect(location.searchParams.get('error_description')).toContain('Use response_type=code with PKCE');
  expect((await browser().signIn(ADA)).has('code')).toBe(true);
  await close();
});

test('authorize rejects a client without OAuth flows [CG-AZ-07]', async () => {
  const { browser, close } = await startCognito({ client: { AllowedOAuthFlowsUserPoolClient: false } });
  const location = locationOf(await browser().authorize());
  expect(location.origin + location.pathname).toBe(CALLBACK);
  expect(location.searchParams.get('error')).toBe('unauthorized_client');
  await close();
});

test.each(['openid phone', 'openid greetings/write', 'openid made-up', 'email', 'openid  email'])(
  'authorize rejects the scope "%s" [CG-AZ-08]',
  async (scope) => {
    const { browser, close } = await startCognito();
    const location = locationOf(await browser().authorize({ scope }));
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect(location.searchParams.get('error')).toBe('invalid_scope');
    await close();
  },
);

test('authorize grants every scope of the client when the request has none [CG-AZ-09]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA, { scope: undefined })).get('code'));
  const payload = payloadOf(body.access_token);
  expect(payload.scope).toBe('openid email profile greetings/read');
  await close();
});

test('there is no ID token without openid, and a nonce is ignored [CG-AZ-09]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { status, body } = await visitor.redeem(
    (await visitor.signIn(ADA, { scope: 'greetings/read' })).get('code'),
  );
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['access_token', 'refresh_token', 'expires_in', 'token_type']);
  await close();
});

test('PKCE is optional [CG-AZ-10]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const answer = await visitor.signIn(ADA, { code_challenge: undefined, code_challenge_method: undefined });
  const { status } = await visitor.redeem(answer.get('code'), { code_verifier: undefined });
  expect(status).toBe(200);
  await close();
});

test('authorize returns the state unchanged [CG-AZ-11]', async () => {
  const { browser, close } = await startCognito();
  const state = 'a b+c/d=?&#ä"<>\'%20';
  expect((await browser().signIn(ADA, { state })).get('state')).toBe(state);
  await close();
});

test('prompt=none without a session gets login_required [CG-AZ-13]', async () => {
  const { browser, close } = await startCognito();
  const location = locationOf(await browser().authorize({ prompt: 'none' }));
  expect(location.origin + location.pathname).toBe(CALLBACK);
  expect(location.searchParams.get('error')).toBe('login_required');
  expect(location.searchParams.get('state')).toBe('a-state');
  await close();
});

test('prompt=none with a session gets a code [CG-AZ-13]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  await visitor.signIn(ADA);
  expect(locationOf(await visitor.authorize({ prompt: 'none' })).searchParams.has('code')).toBe(true);
  await close();
});

test.each(['login', 'login consent', 'select_account login'])(
  'prompt=%s shows the login page once despite a session [CG-AZ-13]',
  async (prompt) => {
    const { browser, close } = await startCognito();
    const visitor = browser();
    await visitor.signIn(ADA);
    expect(locationOf(await visitor.authorize({ prompt })).pathname).toBe('/login');
    expect((await visitor.signIn(ADA, { prompt })).has('code')).toBe(true);
    await close();
  },
);

test.each(['select_account', 'consent', 'select_account consent'])(
  'prompt=%s has no effect on users of the pool [CG-AZ-17]',
  async (prompt) => {
    const { browser, close } = await startCognito();
    const visitor = browser();
    expect(locationOf(await visitor.authorize({ prompt })).pathname).toBe('/login');
    await visitor.signIn(ADA);
    expect(locationOf(await visitor.authorize({ prompt })).searchParams.has('code')).toBe(true);
    await close();
  },
);

test('authorize finds no session in a frame or for a script [CG-AZ-18]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  await visitor.signIn(ADA);
  const answer = async (destination: string, prompt?: string) => {
    const headers = { 'sec-fetch-dest': destination };
    return locationOf(await visitor.fetch(`/oauth2/authorize?${visitor.query({ prompt })}`, { headers }));
  };
  expect((await answer('iframe', 'none')).searchParams.get('error')).toBe('login_required');
  expect((await answer('empty', 'none')).searchParams.get('error')).toBe('login_required');
  expect((await answer('iframe')).pathname).toBe('/login');
  expect((await answer('document', 'none')).searchParams.has('code')).toBe(true);
  await close();
});

test('the query of a registered redirect URI stays byte for byte [CG-AZ-19]', async () => {
  const callback = "http://localhost:4300/callback?next=/a%2fb&flag&it's=a+b";
  const { browser, close } = await startCognito({ client: { CallbackURLs: [callback] } });
  const visitor = browser();
  const { href } = locationOf(await visitor.authorize({ redirect_uri: callback }));
  const back = locationOf(await visitor.submitLogin(href, ADA.username, ADA.password));
  const location = (await visitor.fetch(back.href)).headers.get('location') ?? '';
  expect(location.startsWith(`${callback}&code=`)).toBe(true);
  const refused = await visitor.authorize({ redirect_uri: callback, response_type: 'x' });
  expect(refused.headers.get('location')?.startsWith(`${callback}&error=invalid_request`)).toBe(true);
  await close();
});

test('the classic hosted UI ignores prompt [CG-AZ-13]', async () => {
  const { browser, close } = await startCognito({ domain: { ManagedLoginVersion: 1 } });
  expect(locationOf(await browser().authorize({ prompt: 'none' })).pathname).toBe('/login');
  await close();
});

test('authorize ignores parameters that Cognito ignores', async () => {
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

test('resource becomes the audience of access tokens, also after a refresh [CG-AZ-14]', async () => {
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
  'authorize rejects the resource %s [CG-AZ-14]',
  async (resource) => {
    const { browser, close } = await startCognito();
    const location = locationOf(await browser().authorize({ resource }));
    expect(location.searchParams.get('error')).toBe('invalid_request');
    await close();
  },
);

test('authorize accepts the identity provider COGNITO only [CG-AZ-14]', async () => {
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

test('lang is stored in a cookie [CG-AZ-14]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  await visitor.authorize({ lang: 'de' });
  expect(visitor.cookies.get('lang')).toBe('de');
  await visitor.authorize({ lang: 'de; Domain=evil.example' });
  expect(visitor.cookies.get('lang')).toBe('de');
  await close();
});

test('the nonce is in the ID token [CG-AZ-12]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA, { nonce: 'n-0S6_WzA2Mj' })).get('code'));
  expect(payloadOf(body.id_token).nonce).toBe('n-0S6_WzA2Mj');
  expect(payloadOf(body.access_token)).not.toHaveProperty('nonce');
  await close();
});

test('authorize accepts GET only [CG-AZ-15]', async () => {
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

test('a session of one user pool is not valid in another', async () => {
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
