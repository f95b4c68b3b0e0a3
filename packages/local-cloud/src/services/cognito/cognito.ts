import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import { InvalidPropertyError } from '@spa-on-aws/cloudformation';
import { createControls, type SignInControls } from './controls';
import { problemPage } from './pages/error-page';
import { describeFailure } from './failure';
import type { HostedPool } from './pipeline/hosted-pool';
import { sendPage } from './pages/page';
import { answer, buildRoutes } from './pipeline/routes';
import { SignInState } from './state';
import { generateSigningKeys, type SigningKeys } from './tokens/signing-keys';
import { UserDirectory } from './users/user-directory';
import type { UserPool } from './model/user-pool';
import type { SeededUsers } from './users/user-file';

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
  const pools = options.pools.map((pool): HostedPool => ({
    pool,
    issuer: `${origin}/${pool.id}`,
    keys: () => keysOf(state, pool.id),
    users: new UserDirectory(pool, users, { state, now }),
  }));
  const newKeys = async (pool: UserPool): Promise<void> => {
    state.signingKeys.set(pool.id, await generateKeys());
  };
  const keyless = options.pools.filter(({ id }) => !state.signingKeys.has(id));
  await Promise.all(keyless.map(newKeys));
  for (const { pool, users: directory } of pools) {
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
  const routes = buildRoutes({ pools, origin, usersSource: users.source, log, now, state, expiredBefore });
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
