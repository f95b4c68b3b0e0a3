import type { AppDependencies } from '../src/app';
import { serveIssuer } from './issuer';
import { serveApp } from './serve-app';

/** Serves the app with token verification, and the user pool that issues the tokens. */
export async function serveVerifyingApp(dependencies: Partial<AppDependencies> = {}) {
  const issuer = await serveIssuer();
  const app = await serveApp({ ...dependencies, tokens: issuer.expected });
  /** Sends a request with a token of this user. */
  const callAs = async (sub: string, path: string, init: RequestInit = {}) =>
    app.call(`Bearer ${await issuer.token({ sub })}`, path, init);
  return { ...app, issuer, callAs };
}
