import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BadBlockError, ConfigError } from '../errors';
import type { BlockStore } from './block-sequence';

/** How long one reservation may take, from its credentials to the end of the answer. */
const ATTEMPT_LIMIT_MS = 2_000;

/** The item of the table that the sequence lives in. */
const KEY = { pk: { S: 'greeting' }, sk: { S: 'sequence' } };

/**
 * Reserves blocks of ids by adding to a number in a DynamoDB table: partition key `pk`, sort key `sk`, both strings.
 *
 * Addition there is atomic, so two blocks never overlap. An item that is not there yet counts from 0.
 */
export class DynamoDbBlocks implements BlockStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #attemptLimitMs: number;

  private constructor(client: DynamoDBClient, table: string, attemptLimitMs: number) {
    this.#client = client;
    this.#table = table;
    this.#attemptLimitMs = attemptLimitMs;
  }

  /**
   * Takes region, credentials and endpoint from where every AWS SDK does: the environment (`AWS_REGION`,
   * `AWS_ENDPOINT_URL_DYNAMODB`, …), its configuration files, the container's role.
   *
   * @throws {ConfigError} when there is no region
   */
  static async open(table: string, attemptLimitMs = ATTEMPT_LIMIT_MS): Promise<DynamoDbBlocks> {
    // Whoever reserves repeats what fails; a second layer of attempts would multiply them.
    const client = new DynamoDBClient({ maxAttempts: 1 });
    await client.config.region().catch((cause: unknown) => {
      const remedy = `set AWS_REGION to the region of the table ${table}`;
      throw new ConfigError([`GREETING_TABLE needs a region: ${remedy}`], { cause });
    });
    return new DynamoDbBlocks(client, table, attemptLimitMs);
  }

  async reserve(size: number): Promise<number> {
    const limit = AbortSignal.timeout(this.#attemptLimitMs);
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: KEY,
      UpdateExpression: 'ADD lastId :size',
      ExpressionAttributeValues: { ':size': { N: String(size) } },
      ReturnValues: 'UPDATED_NEW',
    });
    // The client ends a request by the signal, and looks for credentials without it.
    const { Attributes } = await Promise.race([
      this.#client.send(command, { abortSignal: limit }),
      rejectOn(limit),
    ]);
    const last = Number(Attributes?.['lastId']?.N);
    if (!Number.isSafeInteger(last)) {
      throw new BadBlockError(
        `${this.#table} gave ${JSON.stringify(Attributes)}, where lastId should be a whole number`,
      );
    }
    return last;
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
