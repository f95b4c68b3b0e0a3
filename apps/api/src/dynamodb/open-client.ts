import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConfigError } from '../errors';

/** How long one request to a table may take, from its credentials to the end of the answer. */
export const TABLE_LIMIT_MS = 2_000;

/** More requests than that wait for one another. */
const MAX_SOCKETS = 256;

/**
 * A client that takes region, credentials and endpoint from where every AWS SDK does: the environment (`AWS_REGION`,
 * `AWS_ENDPOINT_URL_DYNAMODB`, …), its configuration files, the container's role.
 *
 * It tries once: whoever asks repeats what is worth it, and a second layer of attempts would multiply them.
 *
 * @throws {ConfigError} when there is no region
 */
export async function openDynamoDb(): Promise<DynamoDBClient> {
  const sockets = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const client = new DynamoDBClient({
    maxAttempts: 1,
    requestHandler: { httpAgent: sockets, httpsAgent: sockets, connectionTimeout: 1_000 },
  });
  await client.config.region().catch((cause: unknown) => {
    throw new ConfigError(['The tables need a region: set AWS_REGION to theirs'], { cause });
  });
  return client;
}

/**
 * Does something that the signal ends, and gives up on it then even if it does not heed the signal: the AWS client looks
 * for credentials without it.
 */
export async function withinLimit<T>(limitMs: number, work: (limit: AbortSignal) => Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  let giveUp = (): void => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = () => reject(limit.reason);
    limit.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([work(limit), givenUp]);
  } finally {
    limit.removeEventListener('abort', giveUp);
  }
}
