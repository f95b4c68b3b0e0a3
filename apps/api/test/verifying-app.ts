import { IssuerKeys } from '../src/access/issuer-keys';
import { AccessTokenVerifier } from '../src/access/token-verifier';
import type { AppDependencies } from '../src/app';
import { serveIssuer } from './issuer';
import { serveApp } from './serve-app';

/** Serves the app with tokens verified, and the user pool whose tokens it takes. */
export async function serveVerifyingApp(dependencies: Partial<AppDependencies> = {}) {
  const issuer = await serveIssuer();
  const logger = { warn: () => undefined };
  const keys = new IssuerKeys(issuer.expected.issuer, { logger, fetchLimitMs: 500 });
  const app = await serveApp({ tokens: new AccessTokenVerifier(issuer.expected, { keys }), ...dependencies });
  /** Asks with an `Authorization` header, or none. */
  const ask = (authorization: string | undefined, path = '/api/greeting', init: RequestInit = {}) =>
    fetch(`${app.url}${path}`, {
      ...init,
      headers: { ...init.headers, ...(authorization === undefined ? {} : { authorization }) },
    });
  /** Asks as somebody. */
  const askAs = async (sub: string, path: string, init: RequestInit = {}) =>
    ask(`Bearer ${await issuer.token({ sub })}`, path, init);
  return { ...app, issuer, ask, askAs };
}
