import type { KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import type { Provider } from 'oidc-provider/lib/provider.js';
import { derivedUuid } from '../template/stack';
import type { FindClient } from './hosted-pool';
import { PATHS } from './paths';
import { issueTokens } from './tokens';

type Middleware = Parameters<Provider['use']>[0];

/** What the endpoint needs beside oidc-provider. */
export interface TokenEndpointOptions {
  readonly findClient: FindClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Once oidc-provider has accepted the grant, answers with the tokens of the client's pool (row CG-TK-01); when it has
 * refused, with Cognito's error and nothing beside it (row CG-TK-09).
 */
export function tokenEndpoint(options: TokenEndpointOptions): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== PATHS.token) return next();
    await next();
    const oidc = ctx as unknown as KoaContextWithOIDC;
    if (ctx.status === 200) ctx.body = await tokenResponse(oidc, options);
    else refuse(oidc);
    ctx.set('Content-Type', 'application/json;charset=UTF-8');
  };
}

async function tokenResponse(ctx: KoaContextWithOIDC, options: TokenEndpointOptions): Promise<UnknownObject> {
  const { AccessToken, AuthorizationCode, RefreshToken, RotatedRefreshToken } = ctx.oidc.entities;
  const source = AuthorizationCode ?? RefreshToken;
  const found = options.findClient(ctx.oidc.client?.clientId);
  const user = found?.hosted.users.bySub(AccessToken?.accountId ?? '');
  if (!AccessToken?.grantId || !AccessToken.scope || source?.authTime === undefined || !found || !user) {
    throw new TypeError('oidc-provider accepted a grant without a client, user, scope or time of sign-in.');
  }
  const { accessToken, idToken } = await issueTokens(
    {
      issuer: found.hosted.issuer,
      client: found.client,
      user,
      scopes: AccessToken.scope.split(' '),
      accessTokenId: AccessToken.jti,
      originId: AccessToken.grantId,
      eventId: derivedUuid(`event of ${AccessToken.grantId}`),
      authTime: source.authTime,
      issuedAt: Math.floor(options.now() / 1_000),
      nonce: AuthorizationCode?.nonce,
    },
    found.hosted.keys,
  );
  const { refresh_token } = ctx.body as UnknownObject;
  // A refresh gives no refresh token unless it rotates (rows CG-TK-10, CG-TK-11).
  const showsRefreshToken = AuthorizationCode !== undefined || RotatedRefreshToken !== undefined;
  return {
    ...(idToken === undefined ? {} : { id_token: idToken }),
    access_token: accessToken,
    ...(showsRefreshToken ? { refresh_token } : {}),
    expires_in: found.client.accessTokenSeconds,
    token_type: 'Bearer',
  };
}

function refuse(ctx: KoaContextWithOIDC): void {
  const { error = 'invalid_request' } = (ctx.body ?? {}) as { error?: string };
  const grantType = ctx.oidc.params?.grant_type;
  const flows = ['authorization_code', 'refresh_token'];
  const flowRefused =
    typeof grantType === 'string' &&
    flows.includes(grantType) &&
    ctx.oidc.client?.grantTypeAllowed(grantType) === false;
  const status = ctx.status;
  ctx.body = { error: flowRefused ? 'unauthorized_client' : error };
  ctx.status = status === 401 ? 400 : status;
  ctx.remove('WWW-Authenticate');
}
