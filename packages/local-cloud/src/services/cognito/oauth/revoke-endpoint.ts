import { type Middleware, oidcContext } from '../../../adapters/oidc-provider';
import { type FindClient, nameOf } from '../pipeline/hosted-pool';
import { PATHS } from '../pipeline/paths';
import { record } from '../pipeline/request-trace';

/** Answers `/oauth2/revoke` with 200 and no body, or with an error and nothing else (rows CG-RV-01 to CG-RV-03). */
export function revokeEndpoint(findClient: FindClient): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== PATHS.revoke) return next();
    await next();
    const client = findClient(oidcContext(ctx).oidc.client?.clientId)?.client;
    if (ctx.status === 200 && client?.tokenRevocation !== false) {
      // oidc-client-ts treats an empty body of any type but JSON as an error, unless it has no type.
      ctx.remove('Content-Type');
      record(ctx.req, 'revoke.succeeded', {});
      return;
    }
    if (client?.tokenRevocation === false) record(ctx.req, 'revoke.disabled', { client: nameOf(client) });
    const status = ctx.status === 200 ? 400 : ctx.status;
    const { error = 'invalid_request' } = (ctx.body || {}) as { error?: string };
    ctx.body = { error };
    ctx.status = status;
    ctx.set('Content-Type', 'application/json;charset=UTF-8');
    ctx.remove('WWW-Authenticate');
  };
}
