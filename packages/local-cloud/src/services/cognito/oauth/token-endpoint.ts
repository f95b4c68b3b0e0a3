import type { KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import { type Middleware, oidcContext } from '../../../adapters/oidc-provider';
import { UnexpectedProviderStateError, UserPoolsApiError } from '../errors';
import { type HostedClient, nameOf, type OAuthOptions } from '../pipeline/hosted-pool';
import { PATHS, record, traceOf } from '../pipeline/request';
import type { SignInState } from '../state';
import { issueTime, recordToken, signTokens } from '../tokens/sign-tokens';
import { signClientToken, unreadableAttributes } from '../tokens/tokens';
import { changesOfClientToken, changesOfUserTokens } from '../triggers/pre-token-generation';

interface TokenEndpointOptions extends OAuthOptions {
  readonly state: Pick<SignInState, 'tokenChanges'>;
}

/** Grant types of Cognito; a client that may not use one gets `unauthorized_client` (rows CG-TK-05, CG-TK-06). */
const GRANT_TYPES = ['authorization_code', 'client_credentials', 'refresh_token'];

/**
 * Answers `/oauth2/token`: with tokens signed by the client's user pool if oidc-provider has accepted the grant (row
 * CG-TK-01), otherwise with Cognito's error and nothing else (row CG-TK-09).
 */
export function tokenEndpoint(options: TokenEndpointOptions): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== PATHS.token) return next();
    await next();
    const oidc = oidcContext(ctx);
    if (ctx.status === 200) await respond(oidc, options).catch((error: unknown) => rejectFailed(oidc, error));
    else reject(oidc);
    ctx.set('Content-Type', 'application/json;charset=UTF-8');
  };
}

async function respond(ctx: KoaContextWithOIDC, options: TokenEndpointOptions): Promise<void> {
  const found = options.findClient(ctx.oidc.client?.clientId);
  if (!found) throw new UnexpectedProviderStateError('accepted a grant without a client');
  const { ClientCredentials, AccessToken } = ctx.oidc.entities;
  if (ClientCredentials) return respondToClient(ctx, found, options);
  const attributes = unreadableAttributes(found.client, AccessToken?.scope?.split(' ') ?? []);
  if (attributes.length > 0) {
    record(ctx.req, 'token.attributes-unreadable', { client: nameOf(found.client), attributes });
    ctx.status = 400;
    ctx.body = { error: 'invalid_grant' };
    return;
  }
  ctx.body = await tokenResponse(ctx, found, options);
}

async function tokenResponse(
  ctx: KoaContextWithOIDC,
  { client, hosted }: HostedClient,
  options: TokenEndpointOptions,
): Promise<UnknownObject> {
  const { AccessToken, AuthorizationCode, Grant, RefreshToken, RotatedRefreshToken } = ctx.oidc.entities;
  const source = AuthorizationCode ?? RefreshToken;
  const user = hosted.users.bySub(AccessToken?.accountId ?? '');
  if (!AccessToken?.scope || source?.authTime === undefined || !user) {
    throw new UnexpectedProviderStateError('accepted a grant without a user, a scope or a time of sign-in');
  }
  // A refresh returns a refresh token only with rotation (rows CG-TK-10, CG-TK-11).
  const rotated = RotatedRefreshToken !== undefined;
  record(ctx.req, 'token.granted', {
    grant: AuthorizationCode ? 'authorization_code' : 'refresh_token',
    client: nameOf(client),
    rotated,
  });
  // The trigger ran when the code was issued (row CG-TR-04).
  const changes = AuthorizationCode
    ? options.state.tokenChanges.get(AuthorizationCode.jti)
    : await changesOfUserTokens(
        { client, hosted },
        { user, scopes: AccessToken.scope.split(' '), source: 'TokenGeneration_RefreshTokens' },
        traceOf(ctx.req),
      );
  if (AuthorizationCode) options.state.tokenChanges.delete(AuthorizationCode.jti);
  const { accessToken, idToken } = await signTokens(
    {
      client,
      hosted,
      user,
      accessToken: AccessToken,
      authTime: source.authTime,
      nonce: AuthorizationCode?.nonce,
      audience: Object.keys((Grant as { resources?: object } | undefined)?.resources ?? {})[0],
      changes,
    },
    ctx.req,
    options,
  );
  const { refresh_token } = ctx.body as UnknownObject;
  return {
    ...(idToken === undefined ? {} : { id_token: idToken }),
    access_token: accessToken,
    ...(AuthorizationCode || rotated ? { refresh_token } : {}),
    expires_in: client.accessTokenSeconds,
    token_type: 'Bearer',
  };
}

/** Client credentials: scopes of resource servers only; without `scope`, all of them that the client has. */
async function respondToClient(
  ctx: KoaContextWithOIDC,
  { client, hosted }: HostedClient,
  options: TokenEndpointOptions,
): Promise<void> {
  const allowed = client.scopes.filter((scope) => hosted.pool.customScopes.includes(scope));
  // The raw parameter: oidc-provider has removed scopes that the client does not have from its own.
  const { scope } = (ctx.oidc.body ?? {}) as { scope?: unknown };
  const scopes = typeof scope === 'string' && scope !== '' ? scope.split(' ') : allowed;
  if (scopes.some((each) => !allowed.includes(each))) {
    record(ctx.req, 'token.scope-not-allowed', { client: nameOf(client) });
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
      changes: await changesOfClientToken({ client, hosted }, scopes, traceOf(ctx.req)),
    },
    hosted.keys(),
  );
  record(ctx.req, 'token.granted', { grant: 'client_credentials', client: nameOf(client), rotated: false });
  recordToken(ctx.req, 'access', accessToken);
  ctx.body = { access_token: accessToken, expires_in: client.accessTokenSeconds, token_type: 'Bearer' };
}

/** Answers with the message of a trigger that failed (row CG-TR-08). */
function rejectFailed(ctx: KoaContextWithOIDC, error: unknown): void {
  if (!(error instanceof UserPoolsApiError)) throw error;
  ctx.status = 400;
  ctx.body = { error: 'invalid_request', error_description: error.message };
}

function reject(ctx: KoaContextWithOIDC): void {
  const { error = 'invalid_request' } = (ctx.body ?? {}) as { error?: string };
  const grantType = ctx.oidc.params?.grant_type;
  const isUnauthorized =
    typeof grantType === 'string' &&
    GRANT_TYPES.includes(grantType) &&
    ctx.oidc.client?.grantTypeAllowed(grantType) === false;
  const status = ctx.status;
  ctx.body = { error: isUnauthorized ? 'unauthorized_client' : error };
  ctx.status = status === 401 ? 400 : status;
  ctx.remove('WWW-Authenticate');
}
