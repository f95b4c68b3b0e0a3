import type { IncomingMessage, ServerResponse } from 'node:http';
import { userPoolsApi } from '../api/user-pools-api';
import { showLogin, submitLogin } from '../flows/login';
import { logout } from '../flows/logout';
import {
  type FormRequest,
  type LoginPages,
  openPage,
  type PageRequest,
  readForm,
  redirectToLogin,
} from '../flows/page-request';
import {
  allowsRecovery,
  resetPassword,
  sendRecoveryCode,
  showForgotPassword,
} from '../flows/password-recovery';
import {
  allowsSignUp,
  confirmSignUp,
  resendConfirmationCode,
  showSignUp,
  submitSignUp,
} from '../flows/sign-up';
import { UserPoolsApiError } from '../errors';
import { createProvider } from '../oauth/provider';
import { errorPage, notEmulatedPage, PAGES_NOT_EMULATED, problemPage } from '../pages/error-page';
import { sendPage } from '../pages/page';
import type { SignInState } from '../state';
import { type HostedPool, indexClients, type OAuthOptions } from './hosted-pool';
import { PATHS, record } from './request';

type Endpoint = (
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
) => void | Promise<void>;

export type Route = Readonly<Record<string, Endpoint>>;

interface RoutesOptions
  extends Omit<OAuthOptions, 'findClient'>, Pick<LoginPages, 'origin' | 'users' | 'log'> {
  readonly state: SignInState;
}

/** Answers a request with the endpoint of its path and method, otherwise with 404 or 405. */
export async function respond(
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const route = routes.get(mark < 0 ? target : target.slice(0, mark));
  if (!route) return notFound(request, response);
  const endpoint = route[request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')];
  if (!endpoint) {
    const allowed = Object.keys(route);
    record(request, 'method.not-allowed', { allowed });
    response.writeHead(405, { Allow: allowed.join(', ') }).end();
    return;
  }
  await endpoint(request, response, new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)));
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  record(request, 'path.not-found', {});
  const page = problemPage('Page not found', undefined, 'The local user pool has no such page.');
  sendPage(response, 404, page);
}

/** All paths of the login pages, the OAuth endpoints and the user pools. */
export function buildRoutes(options: RoutesOptions): ReadonlyMap<string, Route> {
  const { origin, users } = options;
  const findClient = indexClients(options.pools.filter(({ pool }) => pool.domain !== undefined));
  const provider = createProvider({ ...options, findClient });
  const pages: LoginPages = { ...options, findClient, provider };

  const callback = provider.callback();
  const oauth: Endpoint = (request, response) => void callback(request, response);
  const page =
    (
      show: (page: PageRequest) => void | Promise<void>,
      isAllowed: (page: PageRequest) => boolean = () => true,
    ): Endpoint =>
    async (request, response, query) => {
      const opened = openPage(pages, request, response, query);
      if (!opened || !isAllowed(opened)) return;
      try {
        await show(opened);
      } catch (error) {
        // A trigger has failed.
        if (!(error instanceof UserPoolsApiError)) throw error;
        const hint =
          'A trigger of the user pool failed. The log of the local cloud has what its function printed.';
        sendPage(response, 400, problemPage(error.message, undefined, hint));
      }
    };
  const form = (
    submit: (form: FormRequest) => void | Promise<void>,
    isAllowed?: Parameters<typeof page>[1],
  ): Endpoint =>
    page(async (opened) => {
      const submitted = await readForm(opened);
      if (submitted) await submit(submitted);
    }, isAllowed);
  const toLogin: Endpoint = (_request, response, query) => redirectToLogin({ origin, response, query });

  return new Map<string, Route>([
    [
      PATHS.userPoolsApi,
      {
        GET: notFound,
        ...crossOrigin({
          POST: userPoolsApi({ ...options, provider, findClient: indexClients(options.pools) }),
        }),
      },
    ],
    [PATHS.authorize, { GET: oauth }],
    [PATHS.token, crossOrigin({ POST: oauth }, { credentials: true })],
    [PATHS.userInfo, crossOrigin({ GET: oauth })],
    [PATHS.revoke, crossOrigin({ POST: oauth })],
    [PATHS.login, { GET: page(showLogin), POST: form(submitLogin) }],
    [PATHS.signUp, { GET: page(showSignUp, allowsSignUp), POST: form(submitSignUp, allowsSignUp) }],
    [PATHS.confirmSignUp, { GET: toLogin, POST: form(confirmSignUp, allowsSignUp) }],
    [PATHS.resendCode, { GET: toLogin, POST: form(resendConfirmationCode, allowsSignUp) }],
    [
      PATHS.forgotPassword,
      { GET: page(showForgotPassword, allowsRecovery), POST: form(sendRecoveryCode, allowsRecovery) },
    ],
    [
      PATHS.confirmForgotPassword,
      { GET: page(showForgotPassword, allowsRecovery), POST: form(resetPassword, allowsRecovery) },
    ],
    [PATHS.logout, { GET: (request, response, query) => logout(pages, request, response, query) }],
    [
      PATHS.error,
      { GET: (_request, response, query) => sendPage(response, 400, errorPage(query.get('error'))) },
    ],
    ...Object.keys(PAGES_NOT_EMULATED).map((path): [string, Route] => [
      path,
      notEmulated(path, users.source),
    ]),
    ...options.pools.flatMap((pool) => documentsOf(pool, origin)),
  ]);
}

function notEmulated(page: string, usersSource: string): Route {
  const endpoint: Endpoint = (request, response) => {
    record(request, 'page.not-emulated', { page });
    const why = PAGES_NOT_EMULATED[page] ?? '';
    const contents = notEmulatedPage('This page is not part of the local cloud', why, usersSource);
    sendPage(response, 404, contents);
  };
  return { GET: endpoint, POST: endpoint };
}

function documentsOf({ pool, issuer, keys }: HostedPool, origin: string): [string, Route][] {
  const configuration = openIdConfiguration(issuer, pool.domain && origin);
  return [
    [`/${pool.id}/.well-known/openid-configuration`, jsonDocument(() => configuration, 'discovery.served')],
    [`/${pool.id}/.well-known/jwks.json`, jsonDocument(() => keys().jwks, 'jwks.served')],
  ];
}

function jsonDocument(content: () => object, event: 'discovery.served' | 'jwks.served'): Route {
  return crossOrigin({
    GET: (request, response) => {
      record(request, event, {});
      response
        .writeHead(200, { 'Content-Type': 'application/json;charset=UTF-8' })
        .end(JSON.stringify(content()));
    },
  });
}

/**
 * Adds CORS for every origin, including the preflight, which allows all headers that are asked for (rows CG-JW-02, CG-TK-13).
 * The token endpoint allows credentials, and so names the origin.
 */
function crossOrigin(route: Route, { credentials = false } = {}): Route {
  const open = (request: IncomingMessage, response: ServerResponse): void => {
    const { origin } = request.headers;
    response.setHeader('Access-Control-Allow-Origin', (credentials && origin) || '*');
    if (!credentials || origin === undefined) return;
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Vary', 'Origin');
  };
  const opened = Object.entries(route).map(([method, endpoint]): [string, Endpoint] => [
    method,
    (request, response, query) => {
      open(request, response);
      return endpoint(request, response, query);
    },
  ]);
  const preflight: Endpoint = (request, response) => {
    open(request, response);
    const requested = request.headers['access-control-request-headers'];
    response
      .writeHead(200, {
        'Access-Control-Allow-Headers': requested ?? 'Authorization, Content-Type',
        'Access-Control-Allow-Methods': Object.keys(route).join(', '),
        'Access-Control-Max-Age': '3600',
        'Content-Length': '0',
      })
      .end();
  };
  return { ...Object.fromEntries(opened), OPTIONS: preflight };
}

/**
 * OpenID configuration with Cognito's keys in its order (rows CG-OD-01, CG-OD-02). `domain`: origin of the login pages;
 * without one, the endpoints are below the issuer, and do not exist (row CG-OD-04).
 */
export function openIdConfiguration(issuer: string, domain: string | undefined): Record<string, unknown> {
  const oauth2 = domain === undefined ? issuer : `${domain}/oauth2`;
  return {
    authorization_endpoint: `${oauth2}/authorize`,
    end_session_endpoint: `${domain ?? issuer}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${oauth2}/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${oauth2}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${oauth2}/userInfo`,
  };
}
