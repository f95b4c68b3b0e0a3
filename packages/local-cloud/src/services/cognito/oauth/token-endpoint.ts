import type { KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import type { Provider } from 'oidc-provider/lib/provider.js';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { derivedUuid } from '@spa-on-aws/cloudformation';
import type { SignInControls } from '../controls';
import type { FindClient, HostedClient } from '../pipeline/hosted-pool';
import { PATHS } from '../pipeline/paths';
import { ProviderClock } from '../../../adapters/oidc-provider';
import { note } from '../pipeline/request-trace';
import { issueTokens, signClientToken, unreadableAttributes } from '../tokens/tokens';

type Middleware = Parameters<Provider['use']>[0];

/** Grants that Cognito knows; of another client's, it says `unauthorized_client` (rows CG-TK-05, CG-TK-06). */
const GRANT_TYPES = ['authorization_code', 'client_credentials', 'refresh_token'];

/** What the endpoint needs beside oidc-provider. */
export interface TokenEndpointOptions {
  readonly findClient: FindClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly expiredBefore: SignInControls['expiredBefore'];
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
    if (ctx.status === 200) await answer(oidc, options);
    else refuse(oidc);
    ctx.set('Content-Type', 'application/json;charset=UTF-8');
  };
}

async function answer(ctx: KoaContextWithOIDC, options: TokenEndpointOptions): Promise<void> {
  const found = options.findClient(ctx.oidc.client?.clientId);
  if (!found) throw new TypeError('oidc-provider accepted a grant without a client.');
  const { ClientCredentials, AccessToken } = ctx.oidc.entities;
  if (ClientCredentials) return answerClient(ctx, found, options);
  const unreadable = unreadableAttributes(found.client, AccessToken?.scope?.split(' ') ?? []);
  if (unreadable.length > 0) {
    note(
      ctx.req,
      `refused: invalid_grant: ReadAttributes of client ${nameOf(found)} lacks ${unreadable.join(', ')}, which the granted scopes show`,
    );
    ctx.status = 400;
    ctx.body = { error: 'invalid_grant' };
    return;
  }
  ctx.body = await tokenResponse(ctx, found, options);
}

async function tokenResponse(
  ctx: KoaContextWithOIDC,
  found: HostedClient,
  options: TokenEndpointOptions,
): Promise<UnknownObject> {
  const { AccessToken, AuthorizationCode, Grant, RefreshToken, RotatedRefreshToken } = ctx.oidc.entities;
  const source = AuthorizationCode ?? RefreshToken;
  const user = found.hosted.users.bySub(AccessToken?.accountId ?? '');
  if (!AccessToken?.grantId || !AccessToken.scope || source?.authTime === undefined || !user) {
    throw new TypeError('oidc-provider accepted a grant without a user, scope or time of sign-in.');
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
      authTime: new ProviderClock(options.now).toInjected(source.authTime),
      issuedAt: issueTime(options),
      nonce: AuthorizationCode?.nonce,
      audience: Object.keys((Grant as { resources?: object } | undefined)?.resources ?? {})[0],
    },
    found.hosted.keys(),
  );
  const { refresh_token } = ctx.body as UnknownObject;
  // A refresh gives no refresh token unless it rotates (rows CG-TK-10, CG-TK-11).
  const showsRefreshToken = AuthorizationCode !== undefined || RotatedRefreshToken !== undefined;
  const what = AuthorizationCode ? 'code' : 'refresh token';
  const how = RotatedRefreshToken ? ', the refresh token among them: rotation is on' : '';
  note(ctx.req, `${what} exchanged for tokens of client ${nameOf(found)}${how}`);
  noteToken(ctx, 'access token issued', accessToken);
  if (idToken !== undefined) noteToken(ctx, 'ID token issued', idToken);
  return {
    ...(idToken === undefined ? {} : { id_token: idToken }),
    access_token: accessToken,
    ...(showsRefreshToken ? { refresh_token } : {}),
    expires_in: found.client.accessTokenSeconds,
    token_type: 'Bearer',
  };
}

/** A client without a user gets scopes of resource servers only; all it may have, if it names none. */
async function answerClient(
  ctx: KoaContextWithOIDC,
  found: HostedClient,
  options: TokenEndpointOptions,
): Promise<void> {
  const { client, hosted } = found;
  const custom = client.scopes.filter((scope) => hosted.pool.customScopes.includes(scope));
  // As sent: oidc-provider has taken out of its parameters what the client may not have.
  const { scope: asked } = (ctx.oidc.body ?? {}) as { scope?: unknown };
  const scopes = typeof asked === 'string' && asked !== '' ? asked.split(' ') : custom;
  const foreign = scopes.find((scope) => !custom.includes(scope));
  if (foreign !== undefined) {
    note(ctx.req, `refused: invalid_scope: client ${nameOf(found)} has no such scope of a resource server`);
    ctx.status = 400;
    ctx.body = { error: 'invalid_scope' };
    return;
  }
  const accessToken = await signClientToken(
    {
      issuer: hosted.issuer,
      client,
      scopes,
      accessTokenId: ctx.oidc.entities.ClientCredentials?.jti ?? '',
      issuedAt: issueTime(options),
    },
    hosted.keys(),
  );
  note(ctx.req, `client ${nameOf(found)} got a token in its own name`);
  noteToken(ctx, 'access token issued', accessToken);
  ctx.body = { access_token: accessToken, expires_in: client.accessTokenSeconds, token_type: 'Bearer' };
}

/** In seconds; a token issued within the second in which the others were made to expire is dated the next one. */
function issueTime({ now, expiredBefore }: TokenEndpointOptions): number {
  return Math.max(Math.floor(now() / 1_000), Math.floor(expiredBefore() / 1_000) + 1);
}

function noteToken({ req }: KoaContextWithOIDC, sentence: string, token: string): void {
  note(req, sentence, { token: { header: decodeProtectedHeader(token), claims: decodeJwt(token) } });
}

function nameOf({ client }: HostedClient): string {
  return client.name ?? client.id;
}

function refuse(ctx: KoaContextWithOIDC): void {
  const { error = 'invalid_request' } = (ctx.body ?? {}) as { error?: string };
  const grantType = ctx.oidc.params?.grant_type;
  const flowRefused =
    typeof grantType === 'string' &&
    GRANT_TYPES.includes(grantType) &&
    ctx.oidc.client?.grantTypeAllowed(grantType) === false;
  const status = ctx.status;
  ctx.body = { error: flowRefused ? 'unauthorized_client' : error };
  ctx.status = status === 401 ? 400 : status;
  ctx.remove('WWW-Authenticate');
}
