import type { ErrorOut, KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import {
  InvalidClient,
  InvalidRedirectUri,
  type Middleware,
  type Provider,
} from '../../../adapters/oidc-provider';
import type { CognitoPageError } from '../../../trace/cognito-events';
import { browserIdOf, CSRF_COOKIE } from '../flows/page-request';
import { errorPageUrl } from '../pages/error-page';
import type { FindClient, HostedClient } from '../pipeline/hosted-pool';
import { PATHS } from '../pipeline/request';

/** Response mode of every authorization response: Cognito has one only. */
export const RESPONSE_MODE = 'cognito';

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
  return parameters;
}

/** Redirects to the callback of the client, with `state` and `code` or `error` in the query. */
export function redirectToCallback(
  ctx: KoaContextWithOIDC,
  redirectUri: string,
  payload: UnknownObject,
): void {
  const url = new URL(redirectUri);
  const result = typeof payload.error === 'string' ? errorOf(ctx, payload) : { code: payload.code };
  for (const [name, value] of Object.entries({ ...result, state: payload.state })) {
    if (typeof value === 'string') url.searchParams.set(name, value);
  }
  ctx.status = 302;
  ctx.redirect(url.href);
}

function errorOf(ctx: KoaContextWithOIDC, payload: UnknownObject): Record<string, unknown> {
  const { error, error_description } = payload;
  const responseType = single(ctx.query.response_type);
  // A flow that the client may not use (row CG-AZ-07); no client here has the implicit flow.
  const flowNotAllowed = responseType === 'code' && ctx.oidc.client?.responseTypeAllowed('code') === false;
  if (flowNotAllowed || responseType === 'token') return { error: 'unauthorized_client' };
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
