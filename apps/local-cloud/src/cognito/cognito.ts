import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import { InvalidPropertyError } from '../errors';
import { ABSENT_PAGES, absentPage } from './absent-pages';
import type { SignInControls } from './controls';
import { openIdConfiguration } from './discovery';
import { errorPage, problemPage } from './error-page';
import { describeFailure } from './failure';
import { type HostedPool, indexClients } from './hosted-pool';
import { Login } from './login';
import { logout } from './logout';
import { sendPage } from './page';
import { PasswordRecovery } from './password-recovery';
import { PATHS } from './paths';
import { createProvider, SESSION_SECONDS } from './provider';
import { note } from './request-trace';
import { Sessions } from './sessions';
import { SignInState } from './sign-in-state';
import { SignUp } from './sign-up';
import { generateSigningKeys, type SigningKeys } from './signing-keys';
import { UserDirectory } from './user-directory';
import type { UserPool } from './user-pool';
import type { SeededUsers } from './users';
import { redirect, Visits } from './visits';

/** What {@link createCognito} is given. */
export interface CognitoOptions {
  readonly pools: readonly UserPool[];
  /** Everybody is in every pool. */
  readonly users: SeededUsers;
  /** Where this service is reached, e.g. `http://localhost:4301`: issuers and login pages share it. */
  readonly origin: string;
  readonly log: Logger;
  /**
   * What the pools remember. Hand the same object to the next `createCognito` when the template has changed: sessions,
   * refresh tokens, signing keys, changed passwords and locks go on where pool and client are still there. Until the new
   * service is handed to the listener the old one keeps serving, and when this throws, nothing has changed.
   *
   * @default a state in which nothing has happened yet
   */
  readonly state?: SignInState;
  /**
   * Milliseconds since the epoch, for everything: tokens, codes, sessions, refresh tokens, locks, temporary passwords.
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
  /** For the console and for tests; they act on the state, so whatever instance serves it. */
  readonly controls: SignInControls;
  /**
   * Answers a request for one of the pools' hosts, which all lead to one origin here. What happened to it is told in
   * sentences by `traceOf(request)`.
   */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Public keys of a pool: the same object until they are rotated. */
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

type RunningOptions = CognitoOptions &
  Required<Pick<CognitoOptions, 'state' | 'now'>> & { readonly controls: SignInControls };

/**
 * Starts the user pools: makes the signing keys that the state has not got, takes in the users.
 *
 * @throws InvalidUsersError when a pool would not take a user
 * @throws InvalidPropertyError when a pool of the state is to have other names for its people
 */
export async function createCognito(options: CognitoOptions): Promise<Cognito> {
  const { origin, users, log, now = Date.now, state = new SignInState() } = options;
  const { generateKeys = generateSigningKeys } = options;
  options.pools.forEach((pool) => refuseNewSignInRules(pool, state));
  const directories = options.pools.map((pool) => new UserDirectory(pool, users, { state, now }));
  const newKeys = async (pool: UserPool): Promise<void> => {
    state.signingKeys.set(pool.id, await generateKeys());
  };
  const keyless = options.pools.filter(({ id }) => !state.signingKeys.has(id));
  await Promise.all(keyless.map(newKeys));
  for (const { id, signIn } of options.pools) state.signInRules.set(id, signIn);
  directories.forEach((directory) => directory.seed());
  const pools = options.pools.map((pool, index): HostedPool => {
    const [directory] = directories.slice(index);
    if (!directory) throw new TypeError('Every pool has a directory.');
    return { pool, issuer: `${origin}/${pool.id}`, keys: () => keysOf(state, pool.id), users: directory };
  });
  const controls: SignInControls = {
    expireTokens: () => {
      state.expiredBeforeMs = now();
    },
    expiredBefore: () => state.expiredBeforeMs,
    revokeTokens: () => {
      state.records.clear();
      state.challenges.clear();
    },
    rotateSigningKeys: async () => {
      await Promise.all(options.pools.map(newKeys));
    },
    resetUsers: () => {
      state.lockout.clear();
      state.challenges.clear();
      directories.forEach((directory) => directory.reset());
    },
  };
  const routes = buildRoutes({ ...options, state, now, controls }, pools);
  const hosted = (poolId: string): HostedPool => {
    const found = pools.find(({ pool }) => pool.id === poolId);
    if (!found) throw new TypeError(`The template has no user pool ${poolId}.`);
    return found;
  };
  return {
    controls,
    handle: (request, response) => {
      answer(routes, request, response).catch((error: unknown) => {
        log.error(describeFailure(error), 'the user pool failed to answer');
        if (response.headersSent) response.destroy();
        else sendPage(response, 500, problemPage('The user pool failed', undefined, 'Its log says why.'));
      });
    },
    jwks: (poolId) => hosted(poolId).keys().jwks,
    issuer: (poolId) => hosted(poolId).issuer,
    domain: (poolId) => {
      hosted(poolId);
      return origin;
    },
    close: () => Promise.resolve(),
  };
}

/** AWS refuses to change how the people of a pool name themselves (row CG-AD-05). */
function refuseNewSignInRules({ id, logicalId, signIn }: UserPool, { signInRules }: SignInState): void {
  const before = signInRules.get(id);
  if (!before) return;
  const detail =
    'cannot be changed once the user pool exists (row CG-AD-05). Start the local cloud anew for a new pool.';
  const faults = [
    ...(signIn.by === before.by ? [] : [{ property: 'UsernameAttributes, AliasAttributes', detail }]),
    ...(signIn.caseSensitive === before.caseSensitive ? [] : [{ property: 'UsernameConfiguration', detail }]),
  ];
  if (faults.length > 0) throw new InvalidPropertyError(logicalId, 'AWS::Cognito::UserPool', faults);
}

function keysOf({ signingKeys }: SignInState, poolId: string): SigningKeys {
  const keys = signingKeys.get(poolId);
  if (!keys) throw new TypeError(`The user pool ${poolId} has no signing keys.`);
  return keys;
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

function buildRoutes(
  { origin, log, users, state, now, controls }: RunningOptions,
  pools: readonly HostedPool[],
): ReadonlyMap<string, Route> {
  const findClient = indexClients(pools);
  const { expiredBefore } = controls;
  const provider = createProvider({ pools, findClient, origin, log, now, state, expiredBefore });
  const sessions = new Sessions(provider, SESSION_SECONDS);
  const visits = new Visits({ provider, findClient, state, origin, usersSource: users.source, now });
  const signUp = new SignUp({ visits, state, origin, usersSource: users.source, log, now });
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
      sendPage(response, 404, absentPage('This page is not part of the local cloud', onAws, users.source));
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
