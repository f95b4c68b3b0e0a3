import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { KeptGreeting } from '@spa-on-aws/shared-types';
import { TABLE_LIMIT_MS, withinLimit } from '../dynamodb/open-client';
import type { GreetingHistory, Page, PageRequest, Position } from './history';
import { expiryOf, oldestKept } from './retention';

/** The index that has a person's greetings by time. */
const BY_TIME = 'by-time';

/** Someone whom nobody is: what a probe asks for. */
const NOBODY = '-';

/** What a {@link DynamoDbHistory} is built from. */
export interface DynamoDbHistoryDependencies {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** How long one request may take. @default 2 s */
  readonly limitMs?: number;
}

/**
 * Greetings in a DynamoDB table: partition key `sub` (string), sort key `id` (number), so that one is found to be deleted;
 * and the local index `by-time` with the sort key `position` (string), so that they are listed in the order in which
 * they were made, whichever process made them. Reads are consistent: who has deleted a greeting does not see it again.
 */
export class DynamoDbHistory implements GreetingHistory {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #now: () => number;
  readonly #limitMs: number;

  constructor({ client, table, now = Date.now, limitMs = TABLE_LIMIT_MS }: DynamoDbHistoryDependencies) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
    this.#limitMs = limitMs;
  }

  async keep(sub: string, greeting: KeptGreeting): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        ...keyOf(sub, greeting),
        content: { S: greeting.content },
        greetedAt: { S: greeting.greetedAt },
        expiresAt: { N: String(expiryOf(greeting.greetedAt)) },
      },
    });
    await withinLimit(this.#limitMs, (abortSignal) => this.#client.send(command, { abortSignal }));
  }

  async list(sub: string, { limit, after }: PageRequest): Promise<Page> {
    const command = new QueryCommand({
      TableName: this.#table,
      IndexName: BY_TIME,
      // The items that DynamoDB has not come to remove yet are left out.
      KeyConditionExpression: '#sub = :sub AND #position >= :oldest',
      ExpressionAttributeNames: { '#sub': 'sub', '#position': 'position' },
      ExpressionAttributeValues: { ':sub': { S: sub }, ':oldest': { S: oldestKept(this.#now()) } },
      ...(after === undefined ? {} : { ExclusiveStartKey: keyOf(sub, after) }),
      ScanIndexForward: false,
      ConsistentRead: true,
      // One more than is shown tells whether there are more.
      Limit: limit + 1,
    });
    const { Items = [] } = await withinLimit(this.#limitMs, (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    );
    return { items: Items.slice(0, limit).map(greetingOf), hasMore: Items.length > limit };
  }

  async delete(sub: string, id: number): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: { sub: { S: sub }, id: { N: String(id) } },
      ConditionExpression: '#position >= :oldest',
      ExpressionAttributeNames: { '#position': 'position' },
      ExpressionAttributeValues: { ':oldest': { S: oldestKept(this.#now()) } },
    });
    try {
      await withinLimit(this.#limitMs, (abortSignal) => this.#client.send(command, { abortSignal }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Asks the table for nothing, to see that it answers. */
  async probe(): Promise<void> {
    await this.list(NOBODY, { limit: 1 });
  }
}

function keyOf(sub: string, { id, greetedAt }: Position): Record<string, AttributeValue> {
  const position = `${greetedAt}#${String(id).padStart(16, '0')}`;
  return { sub: { S: sub }, id: { N: String(id) }, position: { S: position } };
}

function greetingOf(item: Record<string, AttributeValue>): KeptGreeting {
  const { id, content, greetedAt } = item;
  if (id?.N === undefined || content?.S === undefined || greetedAt?.S === undefined) {
    throw new TypeError(
      `A kept greeting has id, content and greetedAt, this one ${Object.keys(item).join(', ')}`,
    );
  }
  return { id: Number(id.N), content: content.S, greetedAt: greetedAt.S };
}
