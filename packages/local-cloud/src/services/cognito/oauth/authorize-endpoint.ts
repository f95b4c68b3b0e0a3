import type { ErrorOut, KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import {
  InvalidClient,
  InvalidRedirectUri,
  InvalidRequest,
  type Middleware,
  type Provider,
} from '../../../adapters/oidc-provider';
import type { CognitoPageError } from '../../../trace/cognito-events';
import { UnexpectedProviderStateError, UserPoolsApiError } from '../errors';
import { browserIdOf, CSRF_COOKIE } from '../flows/page-request';
import { errorPageUrl } from '../pages/error-page';
import { type FindClient, type HostedClient, nameOf } from '../pipeline/hosted-pool';
import { PATHS, record, traceOf } from '../pipeline/request';
import type { SignInState } from '../state';
import { changesOfUserTokens } from '../triggers/pre-token-generation';

/** Response mode of every authorization response: Cognito has one only. */
export const RESPONSE_MODE = 'cognito';

interface RedirectOptions {
  readonly findClient: FindClient;
  readonly state: Pick<SignInState, 'tokenChanges'>;
}

type Query = Readonly<Record<string, string | string[] | undefined>>;

/** Parameters that Cognito reads; it ignores all others (rows CG-AZ-11 to CG-AZ-14). */
const PARAMETERS = [
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'identity_provider',
  'idp_identifier',
  'login_hint',
  'nonce',
  'prompt',
  'redirect_uri',
  'resource',
  'response_type',
  'scope',
  'state',
] as const;

/** Translates between Cognito's authorization requests and responses and those of oidc-provider (row CG-AZ-01). */
export function authorizeEndpoint(findClient: FindClient, provider: Provider, origin: string): Middleware {
  const login = `${origin}${PATHS.login}?`;
  const unusedCookies = [provider.cookieName('interaction'), provider.cookieName('resume')];
  return async (ctx, next) => {
    if (ctx.path !== PATHS.authorize) return next();
    ctx.state.query = ctx.querystring;
    if (isEmbedded(ctx)) removeSession(ctx, provider.cookieName('session'));
    const language = single(ctx.query.lang);
    ctx.query = providerQuery(ctx.query, findClient(single(ctx.query.client_id)));
    await next();
    if (ctx.status === 303) ctx.status = 302;
    ctx.set('X-Frame-Options', 'DENY');
    removeCookies(ctx, unusedCookies);
    if (ctx.status === 302 && ctx.response.get('Location').startsWith(login)) setLoginCookies(ctx, language);
  };
}

/** Sets the cookies of the login page; an existing CSRF cookie keeps its value. */
function setLoginCookies({ cookies }: Parameters<Middleware>[0], language: string | undefined): void {
  const options = { httpOnly: true, sameSite: 'lax', signed: false, overwrite: true } as const;
  const browserId = cookies.get(CSRF_COOKIE, { signed: false });
  cookies.set(CSRF_COOKIE, browserIdOf(browserId), options);
  if (language !== undefined && /^[a-z]{2}(?:-[A-Z]{2})?$/.test(language)) {
    cookies.set('lang', language, options);
  }
}

function providerQuery(query: Query, found: HostedClient | undefined): Record<string, string | string[]> {
  const parameters: Record<string, string | string[]> = { response_mode: RESPONSE_MODE };
  for (const name of PARAMETERS) {
    const value = query[name];
    if (value !== undefined) parameters[name] = value;
  }
  // No scope means every scope of the client (row CG-AZ-09).
  if (!parameters.scope && found) parameters.scope = found.client.scopes.join(' ');
  // Without `openid` there is no ID token for the nonce; Cognito ignores it.
  const scopes = String(parameters.scope ?? '').split(' ');
  if (!scopes.includes('openid')) delete parameters.nonce;
  // The classic hosted UI ignores `prompt` (row CG-AZ-13).
  if (found?.hosted.pool.domain?.managedLogin === false) delete parameters.prompt;
  if (typeof parameters.prompt === 'string') {
    // Without effect on users of the pool itself (row CG-AZ-17).
    const prompts = parameters.prompt.split(' ').filter((each) => !/^(select_account|consent)$/.test(each));
    if (prompts.length > 0) parameters.prompt = prompts.join(' ');
    else delete parameters.prompt;
  }
  return parameters;
}

/**
 * Returns whether a browser requests the page in a frame or by a script. The domain of a user pool is another site than the
 * app, so browsers send it no `SameSite=Lax` cookie then; here, all ports of localhost are the same site (row CG-AZ-18).
 */
function isEmbedded({ req }: Parameters<Middleware>[0]): boolean {
  const destination = req.headers['sec-fetch-dest'];
  return destination !== undefined && destination !== 'document';
}

function removeSession({ req }: Parameters<Middleware>[0], cookie: string): void {
  const names = [cookie, `${cookie}.sig`];
  const kept = req.headers.cookie
    ?.split(/; */)
    .filter((pair) => !names.includes(pair.split('=', 1)[0] ?? ''));
  req.headers.cookie = kept?.join('; ');
}

/**
 * Returns the response mode that redirects to the callback of the client. It adds `code` or `error`, and `state`, to the
 * query of the callback, which stays as it is (row CG-AZ-19).
 */
export function redirectToCallback({ findClient, state }: RedirectOptions) {
  return async (ctx: KoaContextWithOIDC, redirectUri: string, payload: UnknownObject): Promise<void> => {
    if (typeof payload.error !== 'string') await prepareTokens(ctx, findClient, state);
    const result =
      typeof payload.error === 'string' ? errorOf(ctx, payload, findClient) : { code: payload.code };
    const added = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...result, state: payload.state })) {
      if (typeof value === 'string') added.set(name, value);
    }
    ctx.status = 302;
    ctx.set('Location', `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${added.toString()}`);
  };
}

/** Runs the trigger before token generation for the code that is issued. @throws InvalidRequest with the trigger's message */
async function prepareTokens(
  ctx: KoaContextWithOIDC,
  findClient: FindClient,
  { tokenChanges }: RedirectOptions['state'],
): Promise<void> {
  const code = ctx.oidc.entities.AuthorizationCode;
  const found = findClient(ctx.oidc.client?.clientId);
  const user = found?.hosted.users.bySub(code?.accountId ?? '');
  if (!code || !found || !user) throw new UnexpectedProviderStateError('issued a code without a user');
  const scopes = String(code.scope ?? '').split(' ');
  const source = 'TokenGeneration_HostedAuth';
  try {
    const changes = await changesOfUserTokens(found, { user, scopes, source }, traceOf(ctx.req));
    if (changes) tokenChanges.set(code.jti, changes);
  } catch (error) {
    await code.destroy();
    throw error instanceof UserPoolsApiError ? new InvalidRequest(error.message) : error;
  }
  record(ctx.req, 'authorize.code-issued', { client: nameOf(found.client) });
}

/** Why a client that may use the implicit flow gets no tokens (row CG-AZ-20). */
const IMPLICIT_FLOW =
  'The local cloud does not support the implicit flow, which puts tokens into URLs. Use response_type=code with PKCE.';

function errorOf(
  ctx: KoaContextWithOIDC,
  payload: UnknownObject,
  findClient: FindClient,
): Record<string, unknown> {
  const { error, error_description } = payload;
  const responseType = single(ctx.query.response_type);
  // A flow that the client may not use (row CG-AZ-07).
  const flowNotAllowed = responseType === 'code' && ctx.oidc.client?.responseTypeAllowed('code') === false;
  if (flowNotAllowed) return { error: 'unauthorized_client' };
  if (responseType === 'token') {
    const client = findClient(ctx.oidc.client?.clientId)?.client;
    if (client?.implicitFlow !== true) return { error: 'unauthorized_client' };
    record(ctx.req, 'authorize.implicit-flow-refused', { client: nameOf(client) });
    return { error: 'unauthorized_client', error_description: IMPLICIT_FLOW };
  }
  return error === 'unsupported_response_type'
    ? { error: 'invalid_request', error_description }
    : { error, error_description };
}

/** Redirects to the error page when client or callback are not valid (rows CG-AZ-04, CG-AZ-05). */
export function renderAuthorizeError(origin: string) {
  return (ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): void => {
    if (ctx.path !== PATHS.authorize) {
      ctx.body = out;
      return;
    }
    ctx.status = 302;
    ctx.redirect(errorPageUrl(origin, reason(ctx, error), single(ctx.query.client_id)));
  };
}

function reason(ctx: KoaContextWithOIDC, error: Error): CognitoPageError {
  if (error instanceof InvalidRedirectUri) return 'redirect_mismatch';
  if (error instanceof InvalidClient) return 'client_not_found';
  if (!single(ctx.query.client_id)) return 'client_id_missing';
  return single(ctx.query.redirect_uri) ? 'invalid_request' : 'redirect_uri_missing';
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function removeCookies(ctx: Parameters<Middleware>[0], names: readonly string[]): void {
  const cookies = ctx.res.getHeader('set-cookie');
  if (!Array.isArray(cookies)) return;
  const kept = cookies.filter((cookie) => !names.some((name) => cookie.startsWith(name)));
  if (kept.length > 0) ctx.res.setHeader('set-cookie', kept);
  else ctx.res.removeHeader('set-cookie');
}
