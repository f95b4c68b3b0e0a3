import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { SavedGreeting } from '@spa-on-aws/shared-types';
import { TABLE_TIMEOUT_MS, withTimeout } from '../dynamodb/client';
import { BadItemError } from '../errors';
import {
  expiryOf,
  type GreetingHistory,
  oldestTime,
  type Page,
  type PageRequest,
  type Position,
} from './history';

type Item = Record<string, AttributeValue>;

/**
 * Greetings in a DynamoDB table with the keys `sub` (string) and `id` (number), which find the item to delete. The local
 * secondary index `by-time` has the sort key `position` (string), which orders greetings by time, whichever process created
 * them. Reads are consistent: users do not see a greeting again after they have deleted it.
 */
export class DynamoDbHistory implements GreetingHistory {
  /** @param now returns milliseconds since 1970 */
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => number = Date.now,
    private readonly timeoutMs = TABLE_TIMEOUT_MS,
  ) {}

  async save(sub: string, greeting: SavedGreeting): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.table,
      Item: {
        ...keyOf(sub, greeting),
        content: { S: greeting.content },
        greetedAt: { S: greeting.greetedAt },
        expiresAt: { N: String(expiryOf(greeting)) },
      },
    });
    await withTimeout(this.timeoutMs, (abortSignal) => this.client.send(command, { abortSignal }));
  }

  async list(sub: string, { limit, after }: PageRequest): Promise<Page> {
    const command = new QueryCommand({
      TableName: this.table,
      IndexName: 'by-time',
      // DynamoDB removes expired items late, so they are filtered here.
      KeyConditionExpression: '#sub = :sub AND #position >= :oldest',
      ExpressionAttributeNames: { '#sub': 'sub', '#position': 'position' },
      ExpressionAttributeValues: { ':sub': { S: sub }, ':oldest': { S: oldestTime(this.now()) } },
      ...(after === undefined ? {} : { ExclusiveStartKey: keyOf(sub, after) }),
      ScanIndexForward: false,
      ConsistentRead: true,
      // The additional item shows that there is another page.
      Limit: limit + 1,
    });
    const { Items = [] } = await withTimeout(this.timeoutMs, (abortSignal) =>
      this.client.send(command, { abortSignal }),
    );
    return { items: Items.slice(0, limit).map(greetingOf), hasMore: Items.length > limit };
  }

  async delete(sub: string, id: number): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.table,
      Key: { sub: { S: sub }, id: { N: String(id) } },
      ConditionExpression: '#position >= :oldest',
      ExpressionAttributeNames: { '#position': 'position' },
      ExpressionAttributeValues: { ':oldest': { S: oldestTime(this.now()) } },
    });
    try {
      await withTimeout(this.timeoutMs, (abortSignal) => this.client.send(command, { abortSignal }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function keyOf(sub: string, { id, greetedAt }: Position): Item {
  // Padded, because the index sorts positions as text.
  const position = `${greetedAt}#${String(id).padStart(16, '0')}`;
  return { sub: { S: sub }, id: { N: String(id) }, position: { S: position } };
}

function greetingOf(item: Item): SavedGreeting {
  const { id, content, greetedAt } = item;
  if (id?.N === undefined || content?.S === undefined || greetedAt?.S === undefined) {
    throw new BadItemError(`An item has ${Object.keys(item).join(', ')}; it needs id, content and greetedAt`);
  }
  return { id: Number(id.N), content: content.S, greetedAt: greetedAt.S };
}
