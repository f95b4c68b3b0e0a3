import type { SignInControls } from '../controls';
import type { UserPool } from '../model/user-pool';
import type { UserPoolClient } from '../model/user-pool-client';
import type { SigningKeys } from '../tokens/tokens';
import type { TriggerRunner } from '../triggers/run-trigger';
import type { UserDirectory } from '../users/user-directory';

export interface HostedPool {
  readonly pool: UserPool;
  readonly issuer: string;
  /** Returns the current keys; they can be rotated. */
  readonly keys: () => SigningKeys;
  readonly users: UserDirectory;
  readonly triggers: TriggerRunner;
}

export interface HostedClient {
  readonly client: UserPoolClient;
  readonly hosted: HostedPool;
}

/** Dependencies of the OAuth endpoints. */
export interface OAuthOptions {
  readonly pools: readonly HostedPool[];
  /** Finds a client that can use the login pages: its pool has a domain. */
  readonly findClient: FindClient;
  readonly now: () => number;
  readonly expiredBefore: SignInControls['expiredBefore'];
}

/** Finds a client. All pools share one origin, so the client id selects the pool. */
export type FindClient = (clientId: string | undefined) => HostedClient | undefined;

/** Indexes the clients of pools. */
export function indexClients(pools: readonly HostedPool[]): FindClient {
  const index = new Map(
    pools.flatMap((hosted) =>
      hosted.pool.clients.map((client): [string, HostedClient] => [client.id, { client, hosted }]),
    ),
  );
  return (clientId) => (clientId === undefined ? undefined : index.get(clientId));
}

/** Name of a client for messages; its id if it has none. */
export function nameOf({ name, id }: UserPoolClient): string {
  return name ?? id;
}
