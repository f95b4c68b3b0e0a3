import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Provider } from 'oidc-provider/lib/provider.js';
import type { FindClient } from '../pipeline/hosted-pool';
import { PATHS } from '../pipeline/paths';
import { note } from '../pipeline/request-trace';

type Middleware = Parameters<Provider['use']>[0];

/** Rows CG-RV-01 to CG-RV-03: 200 and nothing, or an error and nothing beside it. */
export function revokeEndpoint(findClient: FindClient): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== PATHS.revoke) return next();
    await next();
    const { oidc } = ctx as unknown as KoaContextWithOIDC;
    const client = findClient(oidc.client?.clientId)?.client;
    if (ctx.status === 200 && client?.tokenRevocation !== false) {
      // Nothing has no type: oidc-client-ts takes any type but JSON for a failure.
      ctx.remove('Content-Type');
      note(ctx.req, 'the refresh token, if it was a good one, is revoked, with all tokens of its sign-in');
      return;
    }
    if (client?.tokenRevocation === false) {
      note(ctx.req, `refused: client ${client.name ?? client.id} has EnableTokenRevocation off`);
    }
    const status = ctx.status === 200 ? 400 : ctx.status;
    const { error = 'invalid_request' } = (ctx.body || {}) as { error?: string };
    ctx.body = { error };
    ctx.status = status;
    ctx.set('Content-Type', 'application/json;charset=UTF-8');
    ctx.remove('WWW-Authenticate');
  };
}
