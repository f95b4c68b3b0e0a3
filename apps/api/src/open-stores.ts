import type { Logger } from 'pino';
import { systemClock } from './clock';
import type { Config } from './config';
import { BlockSequence } from './greeting/block-sequence';
import { InMemoryGreetingSequence } from './greeting/sequence';
import type { GreetingSequence } from './greeting/sequence';
import { GuardedHistory } from './greetings/guarded-history';
import type { GreetingHistory } from './greetings/history';
import { InMemoryHistory } from './greetings/in-memory-history';

/** Where ids come from and where greetings are kept. */
export interface OpenedStores {
  readonly ids: GreetingSequence;
  readonly history: GreetingHistory;
  /** Settles once `ids` can give an id; until then `ids.next()` waits or fails. */
  readonly ready: Promise<void>;
}

/**
 * Opens the stores that the configuration asks for: tables, or memory.
 *
 * @param onDown told whenever the store of greetings goes down (true) or comes back (false)
 * @throws {ConfigError} when the tables cannot be asked from this environment
 */
export async function openStores(
  { tables, greetingIdBlock }: Config,
  logger: Logger,
  onDown: (isDown: boolean) => void,
): Promise<OpenedStores> {
  if (tables === undefined) {
    return {
      ids: new InMemoryGreetingSequence(),
      history: new InMemoryHistory(),
      ready: Promise.resolve(),
    };
  }
  // The AWS SDK takes its time to load; without tables nothing of it is.
  const { openDynamoDb, DynamoDbBlocks, DynamoDbHistory } = await import('./dynamodb/stores');
  const client = await openDynamoDb();
  const clock = systemClock;
  const store = new DynamoDbBlocks(client, tables.ids);
  const ids = new BlockSequence({
    store,
    blockSize: greetingIdBlock,
    clock,
    random: Math.random,
    logger,
  });
  const history = new DynamoDbHistory({ client, table: tables.history });
  const probe = (): Promise<void> => history.probe();
  return {
    ids,
    history: new GuardedHistory({ history, probe, onDown, clock, logger }),
    ready: ids.start(),
  };
}
