import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Provider } from 'oidc-provider/lib/provider.js';
import type { SignInControls } from '../controls';
import type { FindClient, HostedPool } from '../pipeline/hosted-pool';
import { PATHS } from '../pipeline/paths';
import { note } from '../pipeline/request-trace';
import { userInfo } from '../tokens/tokens';

type Middleware = Parameters<Provider['use']>[0];

/** What the endpoint needs beside oidc-provider. */
export interface UserInfoEndpointOptions {
  readonly pools: readonly HostedPool[];
  readonly findClient: FindClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly expiredBefore: SignInControls['expiredBefore'];
}

const INVALID_TOKEN =
  'error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."';
const INVALID_REQUEST =
  'error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"';

/**
 * Row CG-JT-05: the access token must be one of ours, intact and alive; then oidc-provider decides by the handle in it,
 * which is gone once the grant was revoked (row CG-RV-04).
 */
export function userInfoEndpoint(options: UserInfoEndpointOptions): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== PATHS.userInfo) return next();
    const [, token] = /^Bearer (\S+)$/i.exec(ctx.get('Authorization')) ?? [];
    if (token !== undefined) {
      const judged = await judge(token, options);
      if (judged.handle === undefined) {
        note(ctx.req, `refused: invalid_token: ${judged.fault}`);
        return refuse(ctx, 401, 'invalid_token', INVALID_TOKEN);
      }
      ctx.req.headers.authorization = `Bearer ${judged.handle}`;
    }
    await next();
    const oidc = ctx as unknown as KoaContextWithOIDC;
    if (ctx.status === 200) ctx.body = answer(oidc, options.findClient);
    else if (ctx.status === 401) refuse(ctx, 401, 'invalid_token', INVALID_TOKEN);
    else if (ctx.status === 400) refuse(ctx, 400, 'invalid_request', INVALID_REQUEST);
    ctx.set('Content-Type', 'application/json;charset=UTF-8');
  };
}

function answer(ctx: KoaContextWithOIDC, findClient: FindClient): Record<string, unknown> {
  const { accessToken } = ctx.oidc;
  const found = findClient(ctx.oidc.client?.clientId);
  const user = found?.hosted.users.bySub(accessToken?.accountId ?? '');
  if (!found || !user) throw new TypeError('oidc-provider accepted a token without a client or user.');
  note(ctx.req, `attributes of the user shown to client ${found.client.name ?? found.client.id}`);
  return userInfo(user, found.client, [...(accessToken?.scopes ?? [])]);
}

function refuse(ctx: Parameters<Middleware>[0], status: number, error: string, challenge: string): void {
  ctx.status = status;
  ctx.set('WWW-Authenticate', challenge);
  ctx.body = { error };
}

/** The handle in a token that was signed with a pool's key for access tokens and is alive; otherwise what is wrong. */
async function judge(
  token: string,
  { pools, now, expiredBefore }: UserInfoEndpointOptions,
): Promise<{ handle: string } | { handle: undefined; fault: string }> {
  const fault = (text: string): { handle: undefined; fault: string } => ({ handle: undefined, fault: text });
  try {
    const { kid } = decodeProtectedHeader(token);
    const pool = pools.find(({ keys }) => keys().access.kid === kid);
    if (!pool) return fault('no pool signs access tokens with that key: an ID token, or an old key');
    const keys = createLocalJWKSet({ keys: [pool.keys().access.publicJwk] });
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: pool.issuer,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'iat', 'jti'],
    });
    if ((payload.iat ?? 0) * 1_000 <= expiredBefore()) return fault('the token has been made to expire');
    return { handle: payload.jti ?? '' };
  } catch (error) {
    // Whatever is wrong with it, it is no access token of ours.
    return fault(error instanceof errors.JOSEError ? error.message : 'it is no token');
  }
}
