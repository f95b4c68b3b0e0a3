import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { ClientMetadata, Configuration, JWK, KoaContextWithOIDC } from 'oidc-provider';
import { InvalidClientAuth, InvalidRequest, InvalidScope } from 'oidc-provider/lib/helpers/errors.js';
import { base, Check, Prompt } from 'oidc-provider/lib/helpers/interaction_policy/index.js';
import { Provider } from 'oidc-provider/lib/provider.js';
import type { Logger } from 'pino';
import {
  authorizeEndpoint,
  redirectToCallback,
  renderAuthorizeError,
  RESPONSE_MODE,
} from './authorize-endpoint';
import { describeFailure, isBrokenOff } from '../failure';
import type { FindClient, HostedClient, HostedPool } from '../pipeline/hosted-pool';
import { PATHS } from '../pipeline/paths';
import type { SignInControls } from '../controls';
import { note } from '../pipeline/request-trace';
import type { SignInState } from '../state';
import { createProviderStorage } from './provider-storage';
import { revokeEndpoint } from './revoke-endpoint';
import { tokenEndpoint } from './token-endpoint';
import { STANDARD_SCOPES } from '../model/user-pool-client';
import { userInfoEndpoint } from './user-info-endpoint';

/** Cognito's session cookie lasts an hour from sign-in, however often it is used (row CG-AZ-02). */
export const SESSION_SECONDS = 3_600;

/** A code lives five minutes (row CG-AZ-16). */
const CODE_SECONDS = 300;

/** What the provider is made of. */
export interface ProviderOptions {
  readonly pools: readonly HostedPool[];
  readonly findClient: FindClient;
  readonly origin: string;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly state: Pick<SignInState, 'cookieKey' | 'records'>;
  readonly expiredBefore: SignInControls['expiredBefore'];
}

/**
 * oidc-provider, set up to decide as Cognito does, with a thin layer around it that speaks as Cognito does.
 *
 * One provider serves the clients of all pools. Its own access tokens are handles: what leaves the house are tokens
 * signed with the keys of the client's pool, whose `jti` is the handle.
 */
export function createProvider(options: ProviderOptions): Provider {
  const provider = new Provider(options.origin, configuration(options));
  provider.registerResponseMode(RESPONSE_MODE, redirectToCallback);
  nameRecordsByUuid(provider);
  reportTo(options.log, provider);
  provider.use(authorizeEndpoint(options.findClient, provider, options.origin));
  provider.use(tokenEndpoint(options));
  provider.use(userInfoEndpoint(options));
  provider.use(revokeEndpoint(options.findClient));
  return provider;
}

function configuration({ pools, findClient, origin, state, now }: ProviderOptions): Configuration {
  const clientOf = (clientId: string | undefined): HostedClient => {
    const found = findClient(clientId);
    if (!found) throw new TypeError(`No user pool has the client ${clientId ?? ''}.`);
    return found;
  };
  return {
    adapter: createProviderStorage(state.records, {
      graceSeconds: (clientId) => findClient(clientId)?.client.rotationGraceSeconds ?? 0,
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
      idp_identifier: refuseIdentityProvider,
      identity_provider: refuseIdentityProvider,
      resource: refuseResource,
      scope: refuseForeignScopes,
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
      return user && { accountId: user.sub, claims: () => ({ sub: user.sub }) };
    },
    interactions: {
      policy: interactionPolicy(),
      url: (ctx) => `${origin}${PATHS.login}?${String(ctx.state.query)}`,
    },
    issueRefreshToken: () => true,
    jwks: { keys: [throwawayKey()] },
    loadExistingGrant: grantWhatIsAsked,
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
      // From the code on; the refresh token that ends it is issued when the code is redeemed.
      Grant: (_ctx, grant) => clientOf(grant.clientId).client.refreshTokenSeconds + CODE_SECONDS,
      IdToken: SESSION_SECONDS,
      Interaction: 1,
      // A token that comes of rotation ends when the first one would have (row CG-TK-11).
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
    // With a secret, both ways of showing it are accepted (row CG-TK-04).
    ...(client.secret === undefined
      ? { token_endpoint_auth_method: 'none' }
      : { token_endpoint_auth_method: 'client_secret_basic', client_secret: client.secret }),
    id_token_signed_response_alg: 'ES256',
  };
}

/** oidc-provider signs an ID token of its own, which never leaves the house: a key that is cheap to make will do. */
function throwawayKey(): JWK {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
}

/** Nobody is asked for consent: a pool's client gets what it is allowed. Every sign-in is a grant of its own. */
async function grantWhatIsAsked(ctx: KoaContextWithOIDC) {
  const { client, params, provider, session } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope(String(params?.scope ?? ''));
  // The grant is where the refresh token finds it again (row CG-AZ-14).
  if (typeof params?.resource === 'string') grant.addResourceScope(params.resource, 'granted');
  await grant.save();
  return grant;
}

/** A scope the client does not have is refused, also one that nobody has (row CG-AZ-08). */
function refuseForeignScopes(ctx: KoaContextWithOIDC): void {
  const asked = String(ctx.query.scope ?? '').split(' ');
  const allowed = ctx.oidc.client?.scope?.split(' ') ?? [];
  const foreign = asked.find((scope) => !allowed.includes(scope));
  if (foreign !== undefined) throw new InvalidScope('requested scope is not allowed', foreign);
  const openid = asked.includes('openid');
  const dependent = asked.find((scope) => ['email', 'phone', 'profile'].includes(scope));
  if (!openid && dependent) throw new InvalidScope('requested scope needs openid', dependent);
}

/** `resource` is a URL: https, a local one, or an app's own scheme (row CG-AZ-14). */
function refuseResource(_ctx: KoaContextWithOIDC, resource: unknown): void {
  if (resource === undefined) return;
  const text = String(resource);
  if (!URL.canParse(text) || /^http:(?!\/\/localhost(?:[:/]|$))/i.test(text) || text.includes('#')) {
    throw new InvalidRequest('resource must be a URL of https, http://localhost or a custom scheme');
  }
}

/** The pool's own users are the only identity provider here (row CG-AZ-14). */
function refuseIdentityProvider(_ctx: KoaContextWithOIDC, provider: unknown): void {
  if (provider !== undefined && provider !== 'COGNITO') {
    throw new InvalidRequest('the client has no such identity provider');
  }
}

/** Only refresh tokens can be revoked, and only by the client they were issued to (rows CG-RV-02, CG-RV-03). */
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

function interactionPolicy() {
  const policy = base();
  policy.remove('consent');
  policy.get('login')?.checks.add(
    new Check('foreign_session', 'the session belongs to a user of another pool', 'login_required', (ctx) => {
      const { session, account } = ctx.oidc;
      return session?.accountId !== undefined && account === undefined;
    }),
  );
  policy.add(new Prompt({ name: 'select_account', requestable: true }));
  return policy;
}

/** Codes and token ids look like Cognito's; a grant's id becomes `origin_jti`. */
function nameRecordsByUuid(provider: Provider): void {
  for (const { prototype } of [
    provider.AuthorizationCode,
    provider.AccessToken,
    provider.ClientCredentials,
    provider.Grant,
  ]) {
    const { generateTokenId } = prototype as unknown as { generateTokenId(): string };
    Object.defineProperty(prototype, 'generateTokenId', {
      value: function uuid(this: unknown): string {
        // An access token also settles its format on this occasion.
        generateTokenId.call(this);
        return randomUUID();
      },
    });
  }
}

interface ReportedError {
  readonly message: string;
  readonly error_description?: string | undefined;
  readonly error_detail?: string | undefined;
}

/** Says why a request was refused; neither parameters nor tokens are in it. */
function reportTo(log: Logger, provider: Provider): void {
  const refused = (endpoint: string) => (ctx: KoaContextWithOIDC, error: ReportedError) => {
    const detail = error.error_detail ?? error.error_description;
    note(ctx.req, `refused: ${error.message}${detail === undefined ? '' : `: ${detail}`}`);
    log.info(
      { endpoint, clientId: ctx.oidc.client?.clientId, error: error.message, detail },
      'request refused',
    );
  };
  provider.on('authorization.error', refused('authorize'));
  provider.on('grant.error', refused('token'));
  provider.on('userinfo.error', refused('userInfo'));
  provider.on('revocation.error', refused('revoke'));
  provider.on('authorization.success', (ctx: KoaContextWithOIDC) => {
    const client = ctx.oidc.client?.clientName ?? ctx.oidc.client?.clientId ?? '';
    note(ctx.req, `session found: back to client ${client} with a code, good once and for five minutes`);
  });
  provider.on('interaction.started', (ctx: KoaContextWithOIDC) => {
    note(
      ctx.req,
      ctx.oidc.session?.accountId === undefined ? 'no session: to the login page' : 'to the login page',
    );
  });
  provider.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    log.error({ path: ctx.path, ...describeFailure(error) }, 'the user pool failed to answer');
  });
  // What Koa itself meets, such as a browser that hangs up; without a listener it goes to the console.
  const koa: EventEmitter = provider;
  koa.on('error', (error: Error) => {
    if (isBrokenOff(error)) log.info(describeFailure(error), 'request broken off');
    else log.error(describeFailure(error), 'the user pool failed to answer');
  });
}
