import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConfigError } from '../errors';

/** Timeout of one request to a table, including the time to load credentials. */
export const TABLE_TIMEOUT_MS = 2_000;

/** Further requests wait for a free socket. */
const MAX_SOCKETS = 256;

/**
 * Creates a client with the AWS SDK's own configuration of region, credentials and endpoint: environment variables
 * (`AWS_REGION`, `AWS_ENDPOINT_URL_DYNAMODB`, …), configuration files, the role of the container.
 *
 * The client does not retry. The callers do where it makes sense, and retries at two levels would multiply.
 *
 * @throws {ConfigError} when no region is configured
 */
export async function createDynamoDbClient(): Promise<DynamoDBClient> {
  const sockets = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const client = new DynamoDBClient({
    maxAttempts: 1,
    requestHandler: { httpAgent: sockets, httpsAgent: sockets, connectionTimeout: 1_000 },
  });
  await client.config.region().catch((cause: unknown) => {
    throw new ConfigError(['AWS_REGION is not set: set it to the region of the tables'], { cause });
  });
  return client;
}

/**
 * Rejects when `work` takes longer than the timeout, even if it ignores the signal: the AWS client does while it loads
 * credentials.
 */
export function withTimeout<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    work(signal).then(resolve, reject);
  });
}
