import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { TABLE_LIMIT_MS, withinLimit } from '../dynamodb/open-client';
import { BadBlockError } from '../errors';
import type { BlockStore } from './block-sequence';

/** The item of the table that the sequence lives in. */
const KEY = { pk: { S: 'greeting' }, sk: { S: 'sequence' } };

/**
 * Reserves blocks of ids by adding to a number in a DynamoDB table: partition key `pk`, sort key `sk`, both strings.
 *
 * Addition there is atomic, so two blocks never overlap. An item that is not there yet counts from 0.
 */
export class DynamoDbBlocks implements BlockStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly attemptLimitMs = TABLE_LIMIT_MS,
  ) {}

  async reserve(size: number): Promise<number> {
    const command = new UpdateItemCommand({
      TableName: this.table,
      Key: KEY,
      UpdateExpression: 'ADD lastId :size',
      ExpressionAttributeValues: { ':size': { N: String(size) } },
      ReturnValues: 'UPDATED_NEW',
    });
    const { Attributes } = await withinLimit(this.attemptLimitMs, (abortSignal) =>
      this.client.send(command, { abortSignal }),
    );
    const last = Number(Attributes?.['lastId']?.N);
    if (!Number.isSafeInteger(last)) {
      throw new BadBlockError(
        `${this.table} gave ${JSON.stringify(Attributes)}, where lastId should be a whole number`,
      );
    }
    return last;
  }
}
