import { Auth, type AuthConfig } from '@auth/core';
import CognitoProvider from '@auth/core/providers/cognito';
import express from 'express';
import openIdConnect from 'express-openid-connect';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OAuth2Strategy from 'passport-oauth2';
import { expect, onTestFinished, test } from 'vitest';
import { locationOf } from '../testing/browser';
import { ADA, type RunningCognito, startCognito } from '../testing/running-cognito';

/** Starts the sample pool with the callback of a server. */
async function startFor(callback: string, client: object = {}): Promise<RunningCognito> {
  const running = await startCognito({ client: { CallbackURLs: [callback], ...client } });
  onTestFinished(() => running.close());
  return running;
}

/** Signs in on the login page. @returns the URL of the callback */
async function signInAt(authorizeUrl: string, { browser }: RunningCognito): Promise<URL> {
  const visitor = browser();
  const login = locationOf(await visitor.fetch(authorizeUrl));
  const back = locationOf(await visitor.submitLogin(login.href, ADA.username, ADA.password));
  return locationOf(await visitor.fetch(back.href));
}

/** Cookies of a browser for one server. */
class Cookies {
  readonly #values = new Map<string, string>();

  keep(response: Response): Response {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#values.set(name, value);
    }
    return response;
  }

  get header(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

test('@auth/core signs in with its Cognito provider (CG-OD-01, CG-TK-01)', async () => {
  const site = 'http://localhost:4300/auth';
  const running = await startFor(`${site}/callback/cognito`);
  const { issuer, clientId } = running;
  const config: AuthConfig = {
    providers: [
      CognitoProvider({
        issuer,
        clientId,
        client: { token_endpoint_auth_method: 'none' },
        checks: ['pkce', 'state', 'nonce'],
      }),
    ],
    secret: 'a secret of the test',
    trustHost: true,
    basePath: '/auth',
    logger: { error: (error) => expect(error).toBeUndefined() },
  };
  const cookies = new Cookies();
  const ask = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const headers = { Cookie: cookies.header };
    const body = form && { method: 'POST', body: new URLSearchParams(form) };
    return cookies.keep(await Auth(new Request(url, { headers, ...body }), config));
  };
  const { csrfToken } = (await (await ask(`${site}/csrf`)).json()) as { csrfToken: string };
  const redirect = await ask(`${site}/signin/cognito`, { csrfToken });
  const callback = await signInAt(redirect.headers.get('location') ?? '', running);
  expect((await ask(callback.href)).status).toBe(302);
  expect(await (await ask(`${site}/session`)).json()).toMatchObject({ user: { email: ADA.email } });
});

test('passport-oauth2 signs in with state and PKCE (CG-TK-01)', async () => {
  const callbackURL = 'http://localhost:4300/callback';
  const running = await startFor(callbackURL);
  const strategy = new OAuth2Strategy(
    {
      authorizationURL: `${running.origin}/oauth2/authorize`,
      tokenURL: `${running.origin}/oauth2/token`,
      clientID: running.clientId,
      clientSecret: '',
      callbackURL,
      scope: ['openid', 'email'],
      state: true,
      pkce: true,
    },
    (
      accessToken: string,
      refreshToken: string,
      { id_token }: { id_token: string },
      _profile: unknown,
      done: (error: null, user: object) => void,
    ) => done(null, { accessToken, refreshToken, idToken: id_token }),
  );
  const session = {};
  /** Runs the strategy for a request, as passport does. */
  const authenticate = (query: object) =>
    new Promise<unknown>((resolve, reject) => {
      const attempt = Object.assign(Object.create(strategy) as OAuth2Strategy, {
        redirect: resolve,
        success: resolve,
        fail: (why: unknown) => reject(new Error(JSON.stringify(why))),
        error: reject,
      });
      attempt.authenticate({ query, session, headers: {} } as never, {});
    });
  const callback = await signInAt(String(await authenticate({})), running);
  const user = await authenticate(Object.fromEntries(callback.searchParams));
  expect(user).toMatchObject({
    accessToken: expect.stringMatching(/^ey/),
    idToken: expect.stringMatching(/^ey/),
  });
});

test('express-openid-connect protects an app of Express, with a client secret (CG-OD-01, CG-TK-01)', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const baseURL = `http://localhost:${(server.address() as AddressInfo).port}`;
  const running = await startFor(`${baseURL}/callback`, { GenerateSecret: true });
  const app = express();
  app.use(
    openIdConnect.auth({
      issuerBaseURL: running.issuer,
      baseURL,
      clientID: running.clientId,
      clientSecret: running.pool.clients[0]?.secret ?? '',
      secret: 'a secret of the test, long enough',
      authorizationParams: { response_type: 'code', scope: 'openid email' },
    }),
  );
  app.get('/', (request, response) => void response.json(request.oidc.user));
  server.on('request', app);
  const cookies = new Cookies();
  const ask = async (url: string): Promise<Response> =>
    cookies.keep(await fetch(url, { redirect: 'manual', headers: { Cookie: cookies.header } }));
  const redirect = await ask(`${baseURL}/`);
  expect(redirect.status).toBe(302);
  const callback = await signInAt(redirect.headers.get('location') ?? '', running);
  expect((await ask(callback.href)).status).toBe(302);
  expect(await (await ask(`${baseURL}/`)).json()).toMatchObject({ email: ADA.email });
});
