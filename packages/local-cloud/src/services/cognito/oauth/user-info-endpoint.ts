import type { KoaContextWithOIDC } from 'oidc-provider';
import { type Middleware, oidcContext } from '../../../adapters/oidc-provider';
import { UnexpectedProviderStateError } from '../errors';
import { type FindClient, nameOf, type OAuthOptions } from '../pipeline/hosted-pool';
import { PATHS, record } from '../pipeline/request';
import { userInfo } from '../tokens/tokens';
import { verifyAccessToken } from '../tokens/verify-access-token';

const INVALID_TOKEN =
  'error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."';
const INVALID_REQUEST =
  'error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"';

/**
 * Answers `/oauth2/userInfo` (row CG-JT-05). The access token must be signed by a user pool and not expired. Then
 * oidc-provider looks for its `jti`, which is deleted when the grant is revoked (row CG-RV-04).
 */
export function userInfoEndpoint(options: OAuthOptions): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== PATHS.userInfo) return next();
    const [, token] = /^Bearer (\S+)$/i.exec(ctx.get('Authorization')) ?? [];
    if (token !== undefined) {
      const verified = await verifyAccessToken(token, options);
      if ('fault' in verified) {
        record(ctx.req, 'user-info.token-rejected', verified.fault);
        return reject(ctx, 401, 'invalid_token', INVALID_TOKEN);
      }
      ctx.req.headers.authorization = `Bearer ${verified.tokenId}`;
    }
    await next();
    if (ctx.status === 200) ctx.body = attributesFor(oidcContext(ctx), options.findClient);
    else if (ctx.status === 401) reject(ctx, 401, 'invalid_token', INVALID_TOKEN);
    else if (ctx.status === 400) reject(ctx, 400, 'invalid_request', INVALID_REQUEST);
    ctx.set('Content-Type', 'application/json;charset=UTF-8');
  };
}

function attributesFor(ctx: KoaContextWithOIDC, findClient: FindClient): Record<string, unknown> {
  const { accessToken } = ctx.oidc;
  const found = findClient(ctx.oidc.client?.clientId);
  const user = found?.hosted.users.bySub(accessToken?.accountId ?? '');
  if (!found || !user) throw new UnexpectedProviderStateError('accepted a token without a client or user');
  record(ctx.req, 'user-info.answered', { client: nameOf(found.client) });
  return userInfo(user, found.client, [...(accessToken?.scopes ?? [])]);
}

function reject(ctx: Parameters<Middleware>[0], status: number, error: string, challenge: string): void {
  ctx.status = status;
  ctx.set('WWW-Authenticate', challenge);
  ctx.body = { error };
}
