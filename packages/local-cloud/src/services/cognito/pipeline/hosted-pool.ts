import type { SigningKeys } from '../tokens/signing-keys';
import type { UserDirectory } from '../users/user-directory';
import type { UserPool } from '../model/user-pool';
import type { UserPoolClient } from '../model/user-pool-client';

/** A pool of the template, alive: with keys, people and a local issuer. */
export interface HostedPool {
  readonly pool: UserPool;
  /** The local issuer, `<origin>/<pool id>`. */
  readonly issuer: string;
  /** At this moment: keys can be rotated. */
  readonly keys: () => SigningKeys;
  readonly users: UserDirectory;
}

/** An app client together with the pool it belongs to. */
export interface HostedClient {
  readonly client: UserPoolClient;
  readonly hosted: HostedPool;
}

/** Finds a client that can use the login domain: all pools share one origin here, so the client tells the pool. */
export type FindClient = (clientId: string | undefined) => HostedClient | undefined;

/** Indexes the clients of the pools that have a domain. */
export function indexClients(pools: readonly HostedPool[]): FindClient {
  const index = new Map(
    pools
      .filter(({ pool }) => pool.domain !== undefined)
      .flatMap((hosted) =>
        hosted.pool.clients.map((client): [string, HostedClient] => [client.id, { client, hosted }]),
      ),
  );
  return (clientId) => (clientId === undefined ? undefined : index.get(clientId));
}
