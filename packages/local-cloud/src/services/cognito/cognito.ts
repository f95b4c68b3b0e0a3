import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import { InvalidPropertyError } from '@spa-on-aws/cloudformation';
import { createControls, type SignInControls } from './controls';
import { problemPage } from './pages/error-page';
import { loggable, UnknownUserPoolError } from './errors';
import type { HostedPool } from './pipeline/hosted-pool';
import { sendPage } from './pages/page';
import { buildRoutes, respond } from './pipeline/routes';
import { SignInState } from './state';
import { type ConsoleTokens, consoleTokens } from './tokens/console-tokens';
import { generateSigningKeys, type SigningKeys } from './tokens/tokens';
import { type Functions, TriggerRunner } from './triggers/run-trigger';
import { UserDirectory } from './users/user-directory';
import type { SignInRules, UserPool } from './model/user-pool';
import type { SeededUsers } from './users/user-file';

interface CognitoOptions {
  readonly pools: readonly UserPool[];
  readonly users: SeededUsers;
  /** Origin of issuers, login pages and OAuth endpoints, e.g. `http://localhost:4301`. */
  readonly origin: string;
  readonly log: Logger;
  /**
   * Pass the same object to the next `createCognito`: sessions, refresh tokens, keys, changed passwords and locks stay, where
   * pool and client still exist. When `createCognito` throws, it has not changed. @default a new state
   */
  readonly state?: SignInState;
  /** Clock for everything that expires, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  readonly generateKeys?: () => Promise<SigningKeys>;
  /** Functions of triggers; they may be added later. @default none */
  readonly functions?: Functions;
  /** Time limit of a trigger. @default 5 s */
  readonly triggerTimeoutMs?: number | undefined;
}

/** The user pools of the local cloud with their login pages and OAuth endpoints. */
export interface Cognito {
  /** For the console and for tests. They act on the state, so for every service that shares it. */
  readonly controls: SignInControls;
  readonly tokens: ConsoleTokens;
  /** Answers a request; `traceOf(request)` has its events. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Public keys of a pool: the same object until they are rotated. @throws UnknownUserPoolError */
  jwks(poolId: string): JSONWebKeySet;
  /** `<origin>/<poolId>` */
  issuer(poolId: string): string;
  domain(poolId: string): string;
  close(): Promise<void>;
}

/** Starts the user pools and seeds their keys and users. @throws InvalidUsersError InvalidPropertyError */
export async function createCognito(options: CognitoOptions): Promise<Cognito> {
  const { origin, users, log, now = Date.now, state = new SignInState() } = options;
  const { generateKeys = generateSigningKeys, functions = new Map(), triggerTimeoutMs } = options;
  options.pools.forEach((pool) => checkSignInRules(pool, state));
  const pools = options.pools.map((pool): HostedPool => ({
    pool,
    issuer: `${origin}/${pool.id}`,
    keys: () => keysOf(state, pool.id),
    users: new UserDirectory(pool, users, { state, now }),
    triggers: new TriggerRunner(pool, functions, triggerTimeoutMs),
  }));
  const newKeys = async (pool: UserPool): Promise<void> => {
    state.signingKeys.set(pool.id, await generateKeys());
  };
  const keyless = options.pools.filter(({ id }) => !state.signingKeys.has(id));
  await Promise.all(keyless.map(newKeys));
  for (const { pool, users: directory } of pools) {
    for (const warning of directory.warnings) {
      log.warn(`left out a sample user: ${warning} Give the pool users of your own with --users <file>.`);
    }
    state.signInRules.set(pool.id, pool.signIn);
    directory.seed();
  }
  const controls = createControls({
    state,
    now,
    users: pools.map((hosted) => hosted.users),
    renewKeys: async () => {
      await Promise.all(options.pools.map(newKeys));
    },
  });
  const { expiredBefore } = controls;
  const routes = buildRoutes({ pools, origin, users, log, now, state, expiredBefore });
  const hosted = (poolId: string): HostedPool => {
    const found = pools.find(({ pool }) => pool.id === poolId);
    if (!found) throw new UnknownUserPoolError(poolId);
    return found;
  };
  return {
    controls,
    tokens: consoleTokens(pools, { now, expiredBefore }),
    handle: (request, response) => {
      respond(routes, request, response).catch((error: unknown) => {
        log.error(loggable(error), 'request to the user pool failed');
        if (response.headersSent) response.destroy();
        else sendPage(response, 500, FAILURE_PAGE);
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

const FAILURE_PAGE = problemPage('The user pool failed', undefined, 'See the log of the local cloud.');

/** AWS rejects a change of the names that users sign in with (row CG-AD-05). */
function checkSignInRules({ id, logicalId, signIn }: UserPool, { signInRules }: SignInState): void {
  const before = signInRules.get(id);
  if (!before) return;
  const detail =
    'cannot change once the user pool exists (row CG-AD-05). Restart the local cloud to get a new pool.';
  const faults = [
    ...(isDeepStrictEqual(namesOf(signIn), namesOf(before))
      ? []
      : [{ property: 'UsernameAttributes, AliasAttributes', detail }]),
    ...(signIn.caseSensitive === before.caseSensitive ? [] : [{ property: 'UsernameConfiguration', detail }]),
  ];
  if (faults.length > 0) throw new InvalidPropertyError(logicalId, 'AWS::Cognito::UserPool', faults);
}

const namesOf = ({ usernameAttributes, aliasAttributes }: SignInRules): unknown => [
  usernameAttributes.toSorted(),
  aliasAttributes.toSorted(),
];

function keysOf({ signingKeys }: SignInState, poolId: string): SigningKeys {
  const keys = signingKeys.get(poolId);
  if (!keys) throw new UnknownUserPoolError(poolId);
  return keys;
}
