import { expect, test } from 'vitest';
import { locationOf } from '../testing/browser';
import { ADA, startCognito } from '../testing/running-cognito';
import { CALLBACK, SIGNED_OUT } from '../testing/template';

async function signedIn() {
  const running = await startCognito();
  const visitor = running.browser();
  const code = (await visitor.signIn(ADA)).get('code');
  const leave = (query: Record<string, string>) => visitor.fetch(`/logout?${new URLSearchParams(query)}`);
  const isSignedIn = async () => locationOf(await visitor.authorize()).searchParams.has('code');
  return { ...running, visitor, code, leave, isSignedIn };
}

test('logout ends the session and redirects to the sign-out URL [CG-LO-01]', async () => {
  const { clientId, leave, isSignedIn, visitor, close } = await signedIn();
  const cookies = new Map(visitor.cookies);
  const response = await leave({ client_id: clientId, logout_uri: SIGNED_OUT });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe(SIGNED_OUT);
  expect(visitor.cookies.has('cognito')).toBe(false);
  for (const [name, value] of cookies) visitor.cookies.set(name, value);
  expect(await isSignedIn()).toBe(false);
  await close();
});

test('logout redirects without a session, too [CG-LO-01]', async () => {
  const { clientId, browser, close } = await startCognito();
  const query = new URLSearchParams({ client_id: clientId, logout_uri: SIGNED_OUT });
  const response = await browser().fetch(`/logout?${query}`);
  expect(response.headers.get('location')).toBe(SIGNED_OUT);
  await close();
});

test('logout with redirect_uri redirects to the login page with the same parameters [CG-LO-02]', async () => {
  const { clientId, leave, isSignedIn, visitor, origin, close } = await signedIn();
  const query = {
    client_id: clientId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid',
    state: 's',
  };
  const response = await leave(query);
  expect(response.headers.get('location')).toBe(`${origin}/login?${new URLSearchParams(query)}`);
  expect(await isSignedIn()).toBe(false);
  const back = await visitor.submitLogin(locationOf(response).href, ADA.username, ADA.password);
  const callback = locationOf(await visitor.fetch(locationOf(back).href));
  expect(callback.searchParams.has('code')).toBe(true);
  await close();
});

test.each([
  [
    'a client alone [CG-LO-03]',
    (client_id: string) => ({ client_id }),
    "Required String parameter 'redirect_uri' is not present",
  ],
  [
    'OpenID Connect’s parameters [CG-LO-03]',
    () => ({ id_token_hint: 'a.b.c', post_logout_redirect_uri: SIGNED_OUT }),
    'Missing required parameter client_id in request URL',
  ],
  [
    'OpenID Connect’s parameters and a client [CG-LO-03]',
    (client_id: string) => ({ client_id, post_logout_redirect_uri: SIGNED_OUT }),
    "Required String parameter 'redirect_uri' is not present",
  ],
  [
    'an unregistered sign-out URL [CG-LO-04]',
    (client_id: string) => ({ client_id, logout_uri: 'https://evil.example/' }),
    'Invalid logout_uri',
  ],
  [
    'a sign-out URL with a suffix [CG-LO-04]',
    (client_id: string) => ({ client_id, logout_uri: `${SIGNED_OUT}/evil` }),
    'Invalid logout_uri',
  ],
  [
    'an unregistered callback [CG-LO-02]',
    (client_id: string) => ({ client_id, redirect_uri: 'https://evil.example/', response_type: 'code' }),
    'redirect_mismatch',
  ],
  [
    'an unknown client [CG-LO-03]',
    () => ({ client_id: 'unknown', logout_uri: SIGNED_OUT }),
    'Client does not exist.',
  ],
])('logout redirects to the error page and keeps the session for %s', async (_case, query, error) => {
  const { clientId, leave, isSignedIn, visitor, close } = await signedIn();
  const location = locationOf(await leave(query(clientId)));
  expect(location.pathname).toBe('/error');
  expect(location.searchParams.get('error')).toBe(error);
  const page = await visitor.fetch(location.href);
  expect(page.status).toBe(400);
  expect(await isSignedIn()).toBe(true);
  await close();
});

test('logout keeps tokens valid, including refresh tokens [CG-LO-05]', async () => {
  const { clientId, visitor, code, leave, close } = await signedIn();
  const { body } = await visitor.redeem(code);
  await leave({ client_id: clientId, logout_uri: SIGNED_OUT });
  const refresh = {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(body.refresh_token),
  };
  expect((await visitor.token(refresh)).status).toBe(200);
  await close();
});

test('the end_session_endpoint does not support OpenID Connect logout [CG-OD-03]', async () => {
  const { issuer, visitor, clientId, isSignedIn, close } = await signedIn();
  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { end_session_endpoint } = (await discovery.json()) as Record<string, string>;
  const query = new URLSearchParams({
    client_id: clientId,
    id_token_hint: 'any',
    post_logout_redirect_uri: SIGNED_OUT,
  });
  const location = locationOf(await visitor.fetch(`${end_session_endpoint}?${query}`));
  expect(location.pathname).toBe('/error');
  expect(await isSignedIn()).toBe(true);
  await close();
});
