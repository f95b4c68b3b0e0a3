import { IssuerKeys } from '../src/access/issuer-keys';
import { AccessTokenVerifier } from '../src/access/token-verifier';
import { serveIssuer } from './issuer';
import { serveApp } from './serve-app';

/** Serves the app with token verification, and the user pool that issues the tokens. */
export async function serveVerifyingApp() {
  const issuer = await serveIssuer();
  const keys = new IssuerKeys(issuer.expected.issuer, { warn: () => undefined }, Date.now, 500);
  const app = await serveApp({ tokens: new AccessTokenVerifier(issuer.expected, keys) });
  /** Sends a request with this `Authorization` header, or without one. */
  const call = (authorization: string | undefined, path = '/api/greeting', init: RequestInit = {}) =>
    fetch(`${app.url}${path}`, {
      ...init,
      headers: { ...init.headers, ...(authorization === undefined ? {} : { authorization }) },
    });
  /** Sends a request with a token of this user. */
  const callAs = async (sub: string, path: string, init: RequestInit = {}) =>
    call(`Bearer ${await issuer.token({ sub })}`, path, init);
  return { ...app, issuer, call, callAs };
}
