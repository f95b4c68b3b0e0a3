import type { Logger } from 'pino';
import { systemClock } from '../clock';
import type { Config } from '../config';
import { BlockSequence } from './block-sequence';
import { InMemoryGreetingSequence } from './sequence';
import type { GreetingSequence } from './sequence';

/** A sequence of ids, with when it has the first of them. */
export interface OpenedSequence {
  readonly ids: GreetingSequence;
  /** Settles once `ids` can give an id; until then `ids.next()` waits or fails. */
  readonly ready: Promise<void>;
}

/**
 * Opens the sequence that the configuration asks for: blocks from a table, or memory.
 *
 * @throws {ConfigError} when the table cannot be asked from this environment
 */
export async function openSequence(
  { greetingTable, greetingIdBlock }: Config,
  logger: Logger,
): Promise<OpenedSequence> {
  if (greetingTable === undefined) return { ids: new InMemoryGreetingSequence(), ready: Promise.resolve() };
  // The AWS SDK takes its time to load; without a table nothing of it is.
  const { DynamoDbBlocks } = await import('./dynamodb-blocks');
  const ids = new BlockSequence({
    store: await DynamoDbBlocks.open(greetingTable),
    blockSize: greetingIdBlock,
    clock: systemClock,
    random: Math.random,
    logger,
  });
  return { ids, ready: ids.start() };
}
