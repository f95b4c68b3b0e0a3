import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { ABSENT_PAGES, absentPage } from '../pages/absent-pages';
import type { SignInControls } from '../controls';
import { openIdConfiguration } from '../oauth/discovery';
import { errorPage, problemPage } from '../pages/error-page';
import { type HostedPool, indexClients } from './hosted-pool';
import { Login } from '../flows/login';
import { logout } from '../flows/logout';
import { sendPage } from '../pages/page';
import { PasswordRecovery } from '../flows/password-recovery';
import { PATHS } from './paths';
import { createProvider, SESSION_SECONDS } from '../oauth/provider';
import { note } from './request-trace';
import { Sessions } from '../flows/sessions';
import type { SignInState } from '../state';
import { SignUp } from '../flows/sign-up';
import { redirect, Visits } from '../flows/visits';

/** Answers one method of a path. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
) => void | Promise<void>;

/** Handlers of a path, by method. */
export type Route = Readonly<Record<string, Handler>>;

/** What the pages and endpoints need. */
export interface RoutesOptions {
  readonly pools: readonly HostedPool[];
  readonly origin: string;
  readonly usersSource: string;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly state: SignInState;
  readonly expiredBefore: SignInControls['expiredBefore'];
}

/** Answers a request with the route of its path; a path or method that is not there is 404 or 405. */
export async function answer(
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const route = routes.get(path);
  if (!route) {
    note(request, 'refused: there is no such page');
    sendPage(
      response,
      404,
      problemPage('Page not found', undefined, 'The local user pool has no such page.'),
    );
    return;
  }
  const handler = route[request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')];
  if (!handler) {
    note(request, `refused: only ${Object.keys(route).join(', ')} is allowed here`);
    response.writeHead(405, { Allow: Object.keys(route).join(', ') }).end();
    return;
  }
  await handler(request, response, new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)));
}

/** Every path of the login domain and of the pools' own hosts. */
export function buildRoutes(options: RoutesOptions): ReadonlyMap<string, Route> {
  const { pools, origin, usersSource, log, now, state, expiredBefore } = options;
  const findClient = indexClients(pools);
  const provider = createProvider({ pools, findClient, origin, log, now, state, expiredBefore });
  const sessions = new Sessions(provider, SESSION_SECONDS);
  const visits = new Visits({ provider, findClient, state, origin, usersSource, now });
  const signUp = new SignUp({ visits, state, origin, usersSource, log, now });
  const login = new Login({ visits, sessions, signUp, state, origin, log, now });
  const recovery = new PasswordRecovery({ visits, state, origin, log, now });
  const callback = provider.callback();
  const protocol: Handler = (request, response) => void callback(request, response);
  // A page with a form that only another form leads to.
  const toLogin: Handler = (_request, response, query) => {
    redirect(response, `${origin}${PATHS.login}?${query.toString()}`);
  };
  const routes = new Map<string, Route>([
    [PATHS.authorize, { GET: protocol }],
    [PATHS.token, crossOrigin({ POST: protocol })],
    [PATHS.userInfo, crossOrigin({ GET: protocol })],
    [PATHS.revoke, crossOrigin({ POST: protocol })],
    [
      PATHS.login,
      {
        GET: (request, response, query) => login.show(request, response, query),
        POST: (request, response, query) => login.submit(request, response, query),
      },
    ],
    [
      PATHS.signUp,
      {
        GET: (request, response, query) => signUp.show(request, response, query),
        POST: (request, response, query) => signUp.submit(request, response, query),
      },
    ],
    [
      PATHS.confirmSignUp,
      { GET: toLogin, POST: (request, response, query) => signUp.confirm(request, response, query) },
    ],
    [
      PATHS.resendCode,
      { GET: toLogin, POST: (request, response, query) => signUp.resend(request, response, query) },
    ],
    [
      PATHS.forgotPassword,
      {
        GET: (request, response, query) => recovery.show(request, response, query),
        POST: (request, response, query) => recovery.sendCode(request, response, query),
      },
    ],
    [
      PATHS.confirmForgotPassword,
      {
        GET: (request, response, query) => recovery.show(request, response, query),
        POST: (request, response, query) => recovery.reset(request, response, query),
      },
    ],
    [
      PATHS.logout,
      {
        GET: (request, response, query) => logout(request, response, query, { findClient, sessions, origin }),
      },
    ],
    [
      PATHS.error,
      { GET: (_request, response, query) => sendPage(response, 400, errorPage(query.get('error'))) },
    ],
  ]);
  for (const [path, onAws] of Object.entries(ABSENT_PAGES)) {
    const absent: Handler = (request, response) => {
      note(request, `not part of the local cloud: ${onAws}`);
      sendPage(response, 404, absentPage('This page is not part of the local cloud', onAws, usersSource));
    };
    routes.set(path, { GET: absent, POST: absent });
  }
  for (const { pool, issuer, keys } of pools) {
    const configuration = openIdConfiguration(issuer, pool.domain && origin);
    routes.set(
      `/${pool.id}/.well-known/openid-configuration`,
      document(() => configuration, 'discovery: the addresses of this user pool'),
    );
    routes.set(
      `/${pool.id}/.well-known/jwks.json`,
      document(() => keys().jwks, 'the public keys that tokens of this user pool verify with'),
    );
  }
  return routes;
}

function document(content: () => object, sentence: string): Route {
  return crossOrigin({
    GET: (request, response) => {
      note(request, sentence);
      response
        .writeHead(200, { 'Content-Type': 'application/json;charset=UTF-8' })
        .end(JSON.stringify(content()));
    },
  });
}

/** Readable from every origin, preflight included (rows CG-JW-02, CG-TK-13). */
function crossOrigin(route: Route): Route {
  const methods = Object.keys(route);
  const open = Object.entries(route).map(([method, handler]): [string, Handler] => [
    method,
    (request, response, query) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      return handler(request, response, query);
    },
  ]);
  const preflight: Handler = (_request, response) => {
    response
      .writeHead(200, {
        'Access-Control-Allow-Headers': 'Authorization, Content-Type',
        'Access-Control-Allow-Methods': methods.join(', '),
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Max-Age': '3600',
        'Content-Length': '0',
      })
      .end();
  };
  return { ...Object.fromEntries(open), OPTIONS: preflight };
}
