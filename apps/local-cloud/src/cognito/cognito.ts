import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import { openIdConfiguration } from './discovery';
import { errorPage, problemPage } from './error-page';
import { describeFailure } from './failure';
import { type HostedPool, indexClients } from './hosted-pool';
import { Login } from './login';
import { logout } from './logout';
import { sendPage } from './page';
import { PATHS } from './paths';
import { createProvider, SESSION_SECONDS } from './provider';
import { Sessions } from './sessions';
import { generateSigningKeys, type SigningKeys } from './signing-keys';
import { UserDirectory } from './user-directory';
import type { UserPool } from './user-pool';
import type { SeededUsers } from './users';

/** What {@link createCognito} is given. */
export interface CognitoOptions {
  readonly pools: readonly UserPool[];
  /** Everybody is in every pool. */
  readonly users: SeededUsers;
  /** Where this service is reached, e.g. `http://localhost:4301`: issuers and login pages share it. */
  readonly origin: string;
  readonly log: Logger;
  /**
   * Milliseconds since the epoch, for tokens. Codes, sessions and refresh tokens are oidc-provider's, which reads
   * `Date.now()` itself.
   *
   * @default Date.now
   */
  readonly now?: () => number;
  /**
   * Makes the signing keys of a pool.
   *
   * @default generateSigningKeys
   */
  readonly generateKeys?: () => Promise<SigningKeys>;
}

/** The user pools of the local cloud, and their login pages. */
export interface Cognito {
  /** Answers a request for one of the pools' hosts, which all lead to one origin here. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Public keys of a pool. */
  jwks(poolId: string): JSONWebKeySet;
  /** `<origin>/<poolId>` */
  issuer(poolId: string): string;
  /** Origin of the pool's login pages. */
  domain(poolId: string): string;
  /** Nothing is held open; whoever listens closes the listener. */
  close(): Promise<void>;
}

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
) => void | Promise<void>;
type Route = Readonly<Record<string, Handler>>;

/**
 * Starts the user pools: makes their signing keys, takes in the users.
 *
 * @throws InvalidUsersError when a pool would not take a user
 */
export async function createCognito(options: CognitoOptions): Promise<Cognito> {
  const { origin, users, log, now = Date.now, generateKeys = generateSigningKeys } = options;
  const pools = await Promise.all(
    options.pools.map(async (pool): Promise<HostedPool> => {
      const directory = new UserDirectory(pool, users);
      return { pool, issuer: `${origin}/${pool.id}`, keys: await generateKeys(), users: directory };
    }),
  );
  const routes = buildRoutes(options, pools, now);
  const hosted = (poolId: string): HostedPool => {
    const found = pools.find(({ pool }) => pool.id === poolId);
    if (!found) throw new TypeError(`The template has no user pool ${poolId}.`);
    return found;
  };
  return {
    handle: (request, response) => {
      answer(routes, request, response).catch((error: unknown) => {
        log.error(describeFailure(error), 'the user pool failed to answer');
        if (response.headersSent) response.destroy();
        else sendPage(response, 500, problemPage('The user pool failed', undefined, 'Its log says why.'));
      });
    },
    jwks: (poolId) => hosted(poolId).keys.jwks,
    issuer: (poolId) => hosted(poolId).issuer,
    domain: (poolId) => {
      hosted(poolId);
      return origin;
    },
    close: () => Promise.resolve(),
  };
}

async function answer(
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const route = routes.get(path);
  if (!route) {
    sendPage(
      response,
      404,
      problemPage('Page not found', undefined, 'The local user pool has no such page.'),
    );
    return;
  }
  const handler = route[request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')];
  if (!handler) {
    response.writeHead(405, { Allow: Object.keys(route).join(', ') }).end();
    return;
  }
  await handler(request, response, new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)));
}

function buildRoutes(
  { origin, log, users }: CognitoOptions,
  pools: readonly HostedPool[],
  now: () => number,
): ReadonlyMap<string, Route> {
  const findClient = indexClients(pools);
  const provider = createProvider({ pools, findClient, origin, log, now });
  const sessions = new Sessions(provider, SESSION_SECONDS);
  const login = new Login({ provider, findClient, sessions, origin, usersSource: users.source, log });
  const callback = provider.callback();
  const protocol: Handler = (request, response) => void callback(request, response);
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
  for (const { pool, issuer, keys } of pools) {
    const configuration = openIdConfiguration(issuer, pool.domain && origin);
    routes.set(`/${pool.id}/.well-known/openid-configuration`, document(configuration));
    routes.set(`/${pool.id}/.well-known/jwks.json`, document(keys.jwks));
  }
  return routes;
}

function document(content: object): Route {
  const text = JSON.stringify(content);
  return crossOrigin({
    GET: (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json;charset=UTF-8' }).end(text);
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
