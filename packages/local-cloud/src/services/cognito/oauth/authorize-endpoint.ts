import type { ErrorOut, KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import { InvalidClient, InvalidRedirectUri } from 'oidc-provider/lib/helpers/errors.js';
import type { Provider } from 'oidc-provider/lib/provider.js';
import { browserIdOf, CSRF_COOKIE } from '../flows/csrf';
import { errorPageUrl } from '../pages/error-page';
import type { FindClient, HostedClient } from '../pipeline/hosted-pool';
import { PATHS } from '../pipeline/paths';

/** The response mode of every authorization response: Cognito knows no other. */
export const RESPONSE_MODE = 'cognito';

type Query = Readonly<Record<string, string | string[] | undefined>>;
type Middleware = Parameters<Provider['use']>[0];

/** Parameters that Cognito reads; whatever else is in the query has no effect (rows CG-AZ-11 to CG-AZ-14). */
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

/** Row CG-AZ-01: asks oidc-provider in the words it knows, and answers in Cognito's. */
export function authorizeEndpoint(findClient: FindClient, provider: Provider, origin: string): Middleware {
  const login = `${origin}${PATHS.login}?`;
  const forgotten = [provider.cookieName('interaction'), provider.cookieName('resume')];
  return async (ctx, next) => {
    if (ctx.path !== PATHS.authorize) return next();
    ctx.state.query = ctx.querystring;
    const language = single(ctx.query.lang);
    ctx.query = providerQuery(ctx.query, findClient(single(ctx.query.client_id)));
    await next();
    if (ctx.status === 303) ctx.status = 302;
    ctx.set('X-Frame-Options', 'DENY');
    dropCookies(ctx, forgotten);
    if (ctx.status === 302 && ctx.response.get('Location').startsWith(login)) setLoginCookies(ctx, language);
  };
}

/** Cookies the login page will ask for; whoever has them keeps them. */
function setLoginCookies({ cookies }: Parameters<Middleware>[0], language: string | undefined): void {
  const options = { httpOnly: true, sameSite: 'lax', signed: false, overwrite: true } as const;
  const browserId = cookies.get(CSRF_COOKIE, { signed: false });
  cookies.set(CSRF_COOKIE, browserIdOf(browserId), options);
  if (language !== undefined && /^[a-z]{2}(?:-[A-Z]{2})?$/.test(language)) {
    cookies.set('lang', language, options);
  }
}

/** What oidc-provider is asked in place of Cognito's query. */
function providerQuery(query: Query, found: HostedClient | undefined): Record<string, string | string[]> {
  const asked: Record<string, string | string[]> = { response_mode: RESPONSE_MODE };
  for (const name of PARAMETERS) {
    const value = query[name];
    if (value !== undefined) asked[name] = value;
  }
  // No scope means every scope of the client (row CG-AZ-09).
  if (!asked.scope && found) asked.scope = found.client.scopes.join(' ');
  // A nonce goes into an ID token; without `openid` there is none, and no error either.
  if (
    !String(asked.scope ?? '')
      .split(' ')
      .includes('openid')
  )
    delete asked.nonce;
  // The classic hosted UI does not know `prompt` (row CG-AZ-13).
  if (found?.hosted.pool.domain?.managedLogin === false) delete asked.prompt;
  return asked;
}

/** Sends the answer to the client, as `state` and `code` or `error` in the query of its callback. */
export function redirectToCallback(
  ctx: KoaContextWithOIDC,
  redirectUri: string,
  payload: UnknownObject,
): void {
  const url = new URL(redirectUri);
  const answer = typeof payload.error === 'string' ? errorAnswer(ctx, payload) : { code: payload.code };
  for (const [name, value] of Object.entries({ ...answer, state: payload.state })) {
    if (typeof value === 'string') url.searchParams.set(name, value);
  }
  ctx.status = 302;
  ctx.redirect(url.href);
}

function errorAnswer(ctx: KoaContextWithOIDC, payload: UnknownObject): Record<string, unknown> {
  const { error, error_description } = payload;
  const asked = single(ctx.query.response_type);
  // A flow that Cognito knows and the client does not have (row CG-AZ-07); no client here has the implicit flow.
  const flowRefused = asked === 'code' && ctx.oidc.client?.responseTypeAllowed('code') === false;
  if (flowRefused || asked === 'token') return { error: 'unauthorized_client' };
  return error === 'unsupported_response_type'
    ? { error: 'invalid_request', error_description }
    : { error, error_description };
}

/** Where the client cannot be trusted with an answer, the browser goes to the error page (rows CG-AZ-04, CG-AZ-05). */
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

function reason(ctx: KoaContextWithOIDC, error: Error) {
  if (error instanceof InvalidRedirectUri) return 'redirect_mismatch' as const;
  if (error instanceof InvalidClient) return 'client_not_found' as const;
  if (!single(ctx.query.client_id)) return 'client_id_missing' as const;
  return single(ctx.query.redirect_uri) ? ('invalid_request' as const) : ('redirect_uri_missing' as const);
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function dropCookies(ctx: Parameters<Middleware>[0], names: readonly string[]): void {
  const cookies = ctx.res.getHeader('set-cookie');
  if (!Array.isArray(cookies)) return;
  const kept = cookies.filter((cookie) => !names.some((name) => cookie.startsWith(name)));
  if (kept.length > 0) ctx.res.setHeader('set-cookie', kept);
  else ctx.res.removeHeader('set-cookie');
}
