import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino, type Logger } from 'pino';
import type { Trace } from '../../../trace/trace';
import type { Functions } from '../triggers/run-trigger';
import { type Cognito, createCognito } from '../cognito';
import { traceOf } from '../pipeline/request';
import { generateSigningKeys, type SigningKeys } from '../tokens/tokens';
import type { SignInState } from '../state';
import { readUserPools, type UserPool } from '../model/user-pool';
import type { SeededUser } from '../users/user-file';
import { Browser } from './browser';
import { type SampleChanges, sampleStack } from './template';

/** A user of the sample pool. */
export const ADA: SeededUser = {
  username: 'ada',
  password: 'Correct-horse-9',
  email: 'ada@example.com',
  emailVerified: true,
  name: 'Ada Lovelace',
  groups: [],
};

let keys: Promise<SigningKeys> | undefined;

function firstKeysShared(): () => Promise<SigningKeys> {
  let made = 0;
  return () => (made++ === 0 ? (keys ??= generateSigningKeys()) : generateSigningKeys());
}

/** User pools that listen on a free port. */
export interface RunningCognito {
  readonly cognito: Cognito;
  readonly origin: string;
  readonly pools: readonly UserPool[];
  readonly pool: UserPool;
  readonly clientId: string;
  readonly issuer: string;
  /** Log lines. */
  readonly logged: readonly string[];
  browser(): Browser;
  close(): Promise<void>;
}

/** Starts the sample stack's user pools on any free port. */
export async function startCognito(
  changes: SampleChanges = {},
  options: {
    users?: readonly SeededUser[];
    now?: () => number;
    state?: SignInState;
    /** Called when a request was answered, with its trace. */
    onAnswered?: (request: IncomingMessage, status: number, trace: Trace) => void;
    /** Makes plain connections look like TLS. */
    https?: boolean;
    /** Functions of triggers. */
    functions?: Functions;
    triggerTimeoutMs?: number;
  } = {},
): Promise<RunningCognito> {
  const pools = readUserPools(sampleStack(changes));
  const [pool] = pools;
  const client = pool?.clients[0];
  if (!pool || !client) throw new TypeError('The sample stack has a pool with a client.');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const logged: string[] = [];
  const log: Logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const users = { source: 'users.json', users: options.users ?? [ADA] };
  const cognito = await createCognito({
    pools,
    users,
    origin,
    log,
    // RSA keys are slow to generate: services with one pool share their first keys in a test file.
    ...(pools.length === 1 ? { generateKeys: firstKeysShared() } : {}),
    ...(options.now ? { now: options.now } : {}),
    ...(options.functions ? { functions: options.functions } : {}),
    triggerTimeoutMs: options.triggerTimeoutMs,
    ...(options.state ? { state: options.state } : {}),
  });
  server.on('request', (request, response) => {
    if (options.https) Object.assign(request.socket, { encrypted: true });
    response.once('finish', () => options.onAnswered?.(request, response.statusCode, traceOf(request)));
    cognito.handle(request, response);
  });
  return {
    cognito,
    origin,
    pools,
    pool,
    clientId: client.id,
    issuer: cognito.issuer(pool.id),
    logged,
    browser: () => new Browser(origin, client.id),
    close: async () => {
      await cognito.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
