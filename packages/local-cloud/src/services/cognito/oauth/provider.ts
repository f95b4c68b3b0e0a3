import { generateKeyPairSync } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientMetadata, Configuration, errors, KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from 'pino';
import {
  interactionPolicy,
  InvalidClientAuth,
  InvalidRequest,
  InvalidScope,
  type Middleware,
  oidcContext,
  Provider,
  useUuids,
} from '../../../adapters/oidc-provider';
import { isDisconnect, loggable, UnknownClientError } from '../errors';
import {
  type FindClient,
  type HostedClient,
  indexClients,
  nameOf,
  type OAuthOptions,
} from '../pipeline/hosted-pool';
import { PATHS, record } from '../pipeline/request';
import type { CognitoEvents } from '../../../trace/cognito-events';
import type { SignInState } from '../state';
import { STANDARD_SCOPES } from '../model/user-pool-client';
import {
  authorizeEndpoint,
  redirectToCallback,
  renderAuthorizeError,
  RESPONSE_MODE,
} from './authorize-endpoint';
import { createProviderStorage } from './provider-storage';
import { tokenEndpoint } from './token-endpoint';
import { userInfoEndpoint } from './user-info-endpoint';

/** Cognito's session cookie expires an hour after sign-in, also when it is used (row CG-AZ-02). */
const SESSION_SECONDS = 3_600;

/** A code expires after five minutes (row CG-AZ-16). */
const CODE_SECONDS = 300;

interface ProviderOptions extends OAuthOptions {
  readonly origin: string;
  readonly log: Logger;
  readonly state: Pick<SignInState, 'cookieKey' | 'records' | 'tokenChanges'>;
}

/**
 * Creates oidc-provider, configured to decide as Cognito does; middleware translates requests and responses.
 *
 * One provider serves the clients of all pools. Its own access tokens never leave it: clients get tokens signed with the keys
 * of their pool, whose `jti` is the id of oidc-provider's token.
 */
export function createProvider(options: ProviderOptions): Provider {
  const provider = new Provider(options.origin, configuration(options));
  provider.registerResponseMode(RESPONSE_MODE, redirectToCallback(options));
  useUuids(provider);
  recordEvents(options, provider);
  provider.use(authorizeEndpoint(options.findClient, provider, options.origin));
  provider.use(tokenEndpoint(options));
  provider.use(userInfoEndpoint(options));
  provider.use(revokeEndpoint(options.findClient));
  return provider;
}

function configuration({ pools, findClient, origin, state, now }: ProviderOptions): Configuration {
  const findAnyClient = indexClients(pools);
  const clientOf = (clientId: string | undefined): HostedClient => {
    const found = findClient(clientId);
    if (!found) throw new UnknownClientError(clientId ?? '');
    return found;
  };
  return {
    adapter: createProviderStorage(state.records, {
      graceSeconds: (clientId) => findAnyClient(clientId)?.client.rotationGraceSeconds ?? 0,
      now,
    }),
    allowOmittingSingleRegisteredRedirectUri: false,
    claims: { openid: ['sub'] },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    clientBasedCORS: () => true,
    clients: pools.flatMap(({ pool }) => (pool.domain ? pool.clients : [])).map(clientMetadata),
    clockTolerance: 0,
    cookies: {
      keys: [state.cookieKey],
      names: { session: 'cognito', interaction: 'cognito-interaction', resume: 'cognito-resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    expiresWithSession: () => false,
    extraParams: {
      idp_identifier: checkIdentityProvider,
      identity_provider: checkIdentityProvider,
      resource: checkResource,
      scope: checkScopes,
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true, allowedPolicy: mayRevoke(findClient) },
      rpInitiatedLogout: { enabled: false },
    },
    findAccount: (ctx, sub) => {
      const user = findClient(ctx.oidc.client?.clientId)?.hosted.users.bySub(sub);
      return user?.enabled === true ? { accountId: user.sub, claims: () => ({ sub: user.sub }) } : undefined;
    },
    interactions: {
      policy: cognitoPolicy(),
      url: (ctx) => `${origin}${PATHS.login}?${String(ctx.state.query)}`,
    },
    issueRefreshToken: () => true,
    // For the ID tokens of oidc-provider, which never leave it: elliptic, because that is fast to generate.
    jwks: { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })] },
    loadExistingGrant: grantRequestedScopes,
    pkce: { required: () => false },
    renderError: renderAuthorizeError(origin),
    responseTypes: ['code'],
    rotateRefreshToken: (ctx) =>
      clientOf(ctx.oidc.client?.clientId).client.rotationGraceSeconds !== undefined,
    routes: {
      authorization: PATHS.authorize,
      token: PATHS.token,
      userinfo: PATHS.userInfo,
      revocation: PATHS.revoke,
    },
    scopes: [...STANDARD_SCOPES, ...pools.flatMap(({ pool }) => pool.customScopes)],
    ttl: {
      AccessToken: (_ctx, token) => clientOf(token.clientId).client.accessTokenSeconds,
      AuthorizationCode: CODE_SECONDS,
      ClientCredentials: (_ctx, token) => clientOf(token.clientId).client.accessTokenSeconds,
      // Starts with the code, and must outlive the refresh token, which is issued when the code is redeemed.
      Grant: (_ctx, grant) => clientOf(grant.clientId).client.refreshTokenSeconds + CODE_SECONDS,
      IdToken: SESSION_SECONDS,
      Interaction: 1,
      // Rotation does not extend the lifetime of the first refresh token (row CG-TK-11).
      RefreshToken: (ctx, token) =>
        ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ??
        clientOf(token.clientId).client.refreshTokenSeconds,
      Session: (_ctx, session) =>
        session.loginTs === undefined
          ? SESSION_SECONDS
          : Math.max(1, session.loginTs + SESSION_SECONDS - Math.floor(Date.now() / 1_000)),
    },
  };
}

function clientMetadata(client: HostedClient['client']): ClientMetadata {
  return {
    client_id: client.id,
    redirect_uris: client.callbackUrls,
    response_types: client.codeFlow ? ['code'] : [],
    grant_types: [
      ...(client.codeFlow ? ['authorization_code', 'refresh_token'] : []),
      ...(client.clientCredentialsFlow ? ['client_credentials'] : []),
    ],
    scope: client.scopes.join(' '),
    // A client with a secret may use client_secret_post, too (row CG-TK-04).
    ...(client.secret === undefined
      ? { token_endpoint_auth_method: 'none' }
      : { token_endpoint_auth_method: 'client_secret_basic', client_secret: client.secret }),
    id_token_signed_response_alg: 'ES256',
  };
}

/** Grants without consent what a client of the pool may have. Every sign-in is a separate grant. */
async function grantRequestedScopes(ctx: KoaContextWithOIDC) {
  const { client, params, provider, session } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope(String(params?.scope ?? ''));
  // For tokens that are refreshed later (row CG-AZ-14).
  if (typeof params?.resource === 'string') grant.addResourceScope(params.resource, 'granted');
  await grant.save();
  return grant;
}

/** Rejects scopes that the client does not have, unknown ones too (row CG-AZ-08). */
function checkScopes(ctx: KoaContextWithOIDC): void {
  const requested = String(ctx.query.scope ?? '').split(' ');
  const allowed = ctx.oidc.client?.scope?.split(' ') ?? [];
  const foreign = requested.find((scope) => !allowed.includes(scope));
  if (foreign !== undefined) throw new InvalidScope('requested scope is not allowed', foreign);
  const openid = requested.includes('openid');
  const dependent = requested.find((scope) => ['email', 'phone', 'profile'].includes(scope));
  if (!openid && dependent) throw new InvalidScope('requested scope requires openid', dependent);
}

/** Rejects a `resource` that is not a URL of https, http://localhost or a custom scheme (row CG-AZ-14). */
function checkResource(_ctx: KoaContextWithOIDC, resource: unknown): void {
  if (resource === undefined) return;
  const text = String(resource);
  if (!URL.canParse(text) || /^http:(?!\/\/localhost(?:[:/]|$))/i.test(text) || text.includes('#')) {
    throw new InvalidRequest('resource must be a URL of https, http://localhost or a custom scheme');
  }
}

/** Rejects all identity providers but the user pool itself (row CG-AZ-14). */
function checkIdentityProvider(_ctx: KoaContextWithOIDC, provider: unknown): void {
  if (provider !== undefined && provider !== 'COGNITO') {
    throw new InvalidRequest('the client has no such identity provider');
  }
}

/** Allows a client to revoke its own refresh tokens only (rows CG-RV-02, CG-RV-03). */
function mayRevoke(findClient: FindClient) {
  return (
    _ctx: KoaContextWithOIDC,
    client: { clientId: string },
    token: { kind: string; clientId?: string | undefined },
  ): boolean => {
    if (findClient(client.clientId)?.client.tokenRevocation !== true || token.kind !== 'RefreshToken')
      return false;
    if (token.clientId !== client.clientId) throw new InvalidClientAuth('refresh token of another client');
    return true;
  };
}

function cognitoPolicy() {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'foreign_session',
        'the session belongs to a user of another pool',
        'login_required',
        ({ oidc: { session, account } }) => session?.accountId !== undefined && account === undefined,
      ),
    );
  return policy;
}

/** Records and logs what oidc-provider decided, without parameters and tokens. */
function recordEvents({ log }: ProviderOptions, provider: Provider): void {
  const rejectedAt =
    (endpoint: CognitoEvents['oauth.rejected']['endpoint']) =>
    (
      ctx: KoaContextWithOIDC,
      { message: error, error_detail, error_description }: errors.OIDCProviderError,
    ) => {
      const urls = error === 'invalid_redirect_uri' ? `: ${ctx.oidc.client?.redirectUris?.join(', ')}` : '';
      const detail = `${error_detail ?? error_description ?? ''}${urls}` || undefined;
      record(ctx.req, 'oauth.rejected', { endpoint, error, detail });
      log.info({ endpoint, clientId: ctx.oidc.client?.clientId, error, detail }, 'request rejected');
    };
  provider.on('authorization.error', rejectedAt('authorize'));
  provider.on('grant.error', rejectedAt('token'));
  provider.on('userinfo.error', rejectedAt('userInfo'));
  provider.on('revocation.error', rejectedAt('revoke'));
  provider.on('interaction.started', (ctx: KoaContextWithOIDC) => {
    record(ctx.req, 'authorize.login-required', { hasSession: ctx.oidc.session?.accountId !== undefined });
  });
  provider.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    log.error({ path: ctx.path, ...loggable(error) }, 'request to the user pool failed');
  });
  // Errors of Koa, such as a disconnected browser; without a listener, Koa prints them to the console.
  const koa: EventEmitter = provider;
  koa.on('error', (error: Error) => {
    if (isDisconnect(error)) log.info(loggable(error), 'request aborted');
    else log.error(loggable(error), 'request to the user pool failed');
  });
}

/** Answers `/oauth2/revoke` with 200 and no body, or with an error and nothing else (rows CG-RV-01 to CG-RV-03). */
function revokeEndpoint(findClient: FindClient): Middleware {
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

/** Starts a session in the cookie `cognito`; ends the former session of the browser. */
export async function startSession(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  accountId: string,
): Promise<void> {
  const { Session } = provider;
  const context = provider.createContext(request, response);
  await (await Session.get(context)).destroy();
  const session = new Session();
  session.loginAccount({ accountId });
  await session.save(SESSION_SECONDS);
  context.cookies.set(provider.cookieName('session'), session.jti, {
    httpOnly: true,
    maxAge: SESSION_SECONDS * 1_000,
    sameSite: 'lax',
    signed: true,
  });
}

/** Ends the session of the browser. Tokens stay valid (row CG-LO-05). */
export async function endSession(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const context = provider.createContext(request, response);
  await (await provider.Session.get(context)).destroy();
  context.cookies.set(provider.cookieName('session'), null, { signed: true });
}
