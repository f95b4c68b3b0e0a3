import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { TABLE_TIMEOUT_MS, withTimeout } from '../dynamodb/client';
import { BadBlockError } from '../errors';
import type { BlockStore } from './block-sequence';

/** Key of the item that stores the last reserved id. */
const KEY = { pk: { S: 'greeting' }, sk: { S: 'sequence' } };

/**
 * Reserves blocks of ids by increasing a number in a DynamoDB table with the string keys `pk` and `sk`. `ADD` is atomic, so
 * blocks never overlap; a missing item counts as 0.
 */
export class DynamoDbBlocks implements BlockStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly timeoutMs = TABLE_TIMEOUT_MS,
  ) {}

  async reserve(size: number): Promise<number> {
    const command = new UpdateItemCommand({
      TableName: this.table,
      Key: KEY,
      UpdateExpression: 'ADD lastId :size',
      ExpressionAttributeValues: { ':size': { N: String(size) } },
      ReturnValues: 'UPDATED_NEW',
    });
    const { Attributes } = await withTimeout(this.timeoutMs, (abortSignal) =>
      this.client.send(command, { abortSignal }),
    );
    const last = Number(Attributes?.['lastId']?.N);
    if (!Number.isSafeInteger(last)) {
      throw new BadBlockError(
        `Table ${this.table} returned ${JSON.stringify(Attributes)}: lastId must be a whole number`,
      );
    }
    return last;
  }
}
