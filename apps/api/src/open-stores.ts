import type { Logger } from 'pino';
import { systemClock as clock } from './clock';
import type { Config } from './config';
import { BlockSequence } from './greeting-ids/block-sequence';
import { InMemoryGreetingSequence } from './greeting-ids/sequence';
import { CircuitBreaker } from './greetings/circuit-breaker';
import { InMemoryHistory } from './greetings/in-memory-history';

/**
 * Opens the configured DynamoDB tables; without tables, stores in memory.
 *
 * @param onDown called with true when the greeting store is down, with false when it is up again
 * @returns the stores; `ready` resolves when the first id is available
 * @throws {ConfigError} when no region is configured
 */
export async function openStores(
  { tables, greetingIdBlock: blockSize }: Config,
  logger: Logger,
  onDown: (isDown: boolean) => void,
) {
  if (tables === undefined) {
    const greetingIds = new InMemoryGreetingSequence();
    return { greetingIds, history: new InMemoryHistory(), ready: Promise.resolve() };
  }
  // Loaded only when needed, because the AWS SDK is slow to load.
  const { createDynamoDbClient } = await import('./dynamodb/client');
  const { DynamoDbBlocks } = await import('./greeting-ids/dynamodb-blocks');
  const { DynamoDbHistory } = await import('./greetings/dynamodb-history');
  const client = await createDynamoDbClient();
  const store = new DynamoDbBlocks(client, tables.ids);
  const greetingIds = new BlockSequence({ store, blockSize, clock, random: Math.random, logger });
  const history = new CircuitBreaker(new DynamoDbHistory(client, tables.history), { onDown, clock, logger });
  return { greetingIds, history, ready: greetingIds.start() };
}
