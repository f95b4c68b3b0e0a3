import { JwtRsaVerifier } from 'aws-jwt-verify';
import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts';
import * as openid from 'openid-client';
import { afterEach, expect, test, vi } from 'vitest';
import { locationOf } from '../testing/browser';
import { ADA, type RunningCognito, startCognito } from '../testing/running-cognito';
import { CALLBACK } from '../testing/template';

afterEach(() => vi.unstubAllGlobals());

/** Signs in on the login page. @returns the URL of the callback */
async function signInAt(authorizeUrl: string, { browser }: RunningCognito): Promise<URL> {
  const visitor = browser();
  const login = locationOf(await visitor.fetch(authorizeUrl));
  const back = locationOf(await visitor.submitLogin(login.href, ADA.username, ADA.password));
  return locationOf(await visitor.fetch(back.href));
}

test('aws-amplify signs in by redirect (CG-TK-01, CG-TK-13)', async () => {
  const running = await startCognito();
  const { origin, pool, clientId } = running;
  // aws-amplify always uses https for the domain.
  const { fetch } = globalThis;
  const requests: string[] = [];
  vi.stubGlobal('fetch', (input: string | URL | Request, init?: RequestInit) => {
    const url = input instanceof Request ? input.url : String(input);
    requests.push(url);
    return fetch(url.replace('https://localhost', 'http://localhost'), init);
  });
  const page = pageAt('http://localhost:4300/');
  const { location } = page;
  vi.stubGlobal('document', page.document);
  vi.stubGlobal('window', page);
  const { Amplify, Hub } = await import('@aws-amplify/core');
  const { fetchAuthSession, signInWithRedirect } = await import('@aws-amplify/auth');
  const { cognitoUserPoolsTokenProvider } = await import('@aws-amplify/auth/cognito');
  await import('@aws-amplify/auth/enable-oauth-listener');
  const domain = new URL(origin).host;
  const Cognito = {
    userPoolId: pool.id,
    userPoolClientId: clientId,
    loginWith: {
      oauth: {
        domain,
        scopes: ['openid', 'email', 'profile'],
        redirectSignIn: [CALLBACK],
        redirectSignOut: ['http://localhost:4300/'],
        responseType: 'code' as const,
      },
    },
  };
  const configure = () => {
    cognitoUserPoolsTokenProvider.setAuthConfig({ Cognito });
    Amplify.configure({ Auth: { Cognito } }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });
  };
  configure();
  await signInWithRedirect();
  expect(location.href).toMatch(`https://${domain}/oauth2/authorize?`);
  location.href = (await signInAt(location.href.replace('https:', 'http:'), running)).href;
  const signedIn = new Promise<void>((resolve, reject) => {
    Hub.listen('auth', ({ payload }) => {
      if (payload.event === 'signInWithRedirect') resolve();
      if (payload.event === 'signInWithRedirect_failure')
        reject(payload.data.error ?? new Error(payload.event));
    });
  });
  configure();
  await signedIn;
  expect((await fetchAuthSession()).tokens?.idToken?.payload['email']).toBe(ADA.email);
  expect(requests).toContain(`https://${domain}/oauth2/token`);
  await running.close();
});

/** Parts of a page that aws-amplify uses. */
function pageAt(href: string) {
  const localStorage = new InMemoryWebStorage();
  const location = {
    href,
    get origin() {
      return new URL(this.href).origin;
    },
    get pathname() {
      return new URL(this.href).pathname;
    },
    get hostname() {
      return new URL(this.href).hostname;
    },
  };
  const document = Object.assign(new EventTarget(), {
    querySelector: () => null,
    querySelectorAll: () => [],
  });
  const history = { replaceState: () => undefined };
  const parts = {
    document,
    history,
    localStorage,
    sessionStorage: localStorage,
    location,
  };
  return Object.assign(new EventTarget(), parts, { atob, btoa, crypto });
}

test('oidc-client-ts signs in with issuer and client id (CG-OD-01, CG-TK-01)', async () => {
  const running = await startCognito();
  const client = new OidcClient({
    authority: running.issuer,
    client_id: running.clientId,
    redirect_uri: CALLBACK,
    scope: 'openid email',
    stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  });
  const { url } = await client.createSigninRequest({});
  const callback = await signInAt(url, running);
  const { profile } = await client.processSigninResponse(callback.href);
  expect(profile).toMatchObject({ email: ADA.email, token_use: 'id' });
  await running.close();
});

test('openid-client signs in, refreshes, reads the user and revokes (CG-OD-01, CG-RV-01)', async () => {
  const running = await startCognito();
  const config = await openid.discovery(new URL(running.issuer), running.clientId, undefined, openid.None(), {
    execute: [openid.allowInsecureRequests],
  });
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  });
  const callback = await signInAt(url.href, running);
  const tokens = await openid.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  const sub = tokens.claims()?.sub ?? '';
  expect(await openid.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({ email: ADA.email });
  const refreshToken = tokens.refresh_token ?? '';
  expect((await openid.refreshTokenGrant(config, refreshToken)).claims()?.sub).toBe(sub);
  await openid.tokenRevocation(config, refreshToken);
  await expect(openid.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  await running.close();
});

test('aws-jwt-verify verifies tokens, with the issuer and the keys of this machine (CG-JW-01)', async () => {
  const running = await startCognito();
  const { browser, clientId, issuer } = running;
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const verifier = JwtRsaVerifier.create({
    issuer,
    audience: null,
    customJwtCheck: ({ payload }) => validateCognitoJwtFields(payload, { tokenUse: 'access', clientId }),
  });
  // The library reads keys over HTTPS only.
  verifier.cacheJwks((await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as Jwks);
  await expect(verifier.verify(String(body['id_token']))).rejects.toThrow('Token use not allowed: id');
  expect(await verifier.verify(String(body['access_token']))).toMatchObject({ username: 'ada' });
  await running.close();
});
