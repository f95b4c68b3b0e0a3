import { GREETING_RETENTION_DAYS, type SavedGreeting } from '@spa-on-aws/shared-types';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { LRUCache } from 'lru-cache';
import { storeUnavailable } from '../errors';

/** Saved greetings of all users. `sub` is Cognito's id of a user. */
export interface SavedGreetings {
  save(sub: string, greeting: SavedGreeting): Promise<void>;
  /**
   * Returns the user's greetings of the last 90 days, newest first.
   *
   * @param limit maximum number of greetings
   * @param after position of a greeting: only older ones are returned
   */
  list(sub: string, limit: number, after?: string): Promise<SavedGreeting[]>;
  /** Returns false if the user has no greeting with this id. */
  delete(sub: string, id: number): Promise<boolean>;
}

const RETENTION_MS = GREETING_RETENTION_DAYS * 24 * 60 * 60 * 1_000;

/** Returns the time (ISO 8601) of the oldest greetings that have not expired. */
function oldestTime(): string {
  return new Date(Date.now() - RETENTION_MS).toISOString();
}

/** Position of a greeting: a text that sorts greetings by time, then by id. */
export function positionOf({ id, greetedAt }: SavedGreeting): string {
  return `${greetedAt}#${String(id).padStart(16, '0')}`;
}

/** The latest 10,000 greetings of all users in the memory of this process, for an API without tables. */
export class InMemorySavedGreetings implements SavedGreetings {
  readonly #entries = new LRUCache<number, { sub: string; greeting: SavedGreeting }>({ max: 10_000 });

  async save(sub: string, greeting: SavedGreeting): Promise<void> {
    this.#entries.set(greeting.id, { sub, greeting });
  }

  async list(sub: string, limit: number, after?: string): Promise<SavedGreeting[]> {
    return [...this.#entries.values()]
      .filter((entry) => entry.sub === sub && entry.greeting.greetedAt >= oldestTime())
      .map(({ greeting }) => greeting)
      .filter((greeting) => after === undefined || positionOf(greeting) < after)
      .sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1))
      .slice(0, limit);
  }

  async delete(sub: string, id: number): Promise<boolean> {
    const entry = this.#entries.get(id);
    return entry?.sub === sub && entry.greeting.greetedAt >= oldestTime() && this.#entries.delete(id);
  }
}

/**
 * Greetings in a DynamoDB table with the keys `sub` (string) and `id` (number). The local secondary index `by-time` has the
 * sort key `position` (string). DynamoDB deletes expired items late, so requests filter them.
 */
export class DynamoDbSavedGreetings implements SavedGreetings {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async save(sub: string, greeting: SavedGreeting): Promise<void> {
    const { content, greetedAt } = greeting;
    const expiresAt = Math.ceil((Date.parse(greetedAt) + RETENTION_MS) / 1_000);
    const command = new PutItemCommand({
      TableName: this.table,
      Item: {
        ...keyOf(sub, positionOf(greeting)),
        content: { S: content },
        greetedAt: { S: greetedAt },
        // Time to live, in seconds since 1970.
        expiresAt: { N: String(expiresAt) },
      },
    });
    await this.client.send(command).catch(storeUnavailable);
  }

  async list(sub: string, limit: number, after?: string): Promise<SavedGreeting[]> {
    const command = new QueryCommand({
      TableName: this.table,
      IndexName: 'by-time',
      KeyConditionExpression: '#sub = :sub AND #position >= :oldest',
      ExpressionAttributeNames: { '#sub': 'sub', '#position': 'position' },
      ExpressionAttributeValues: { ':sub': { S: sub }, ':oldest': { S: oldestTime() } },
      ...(after === undefined ? {} : { ExclusiveStartKey: keyOf(sub, after) }),
      ScanIndexForward: false,
      // Users do not see a greeting again after they have deleted it.
      ConsistentRead: true,
      Limit: limit,
    });
    const { Items = [] } = await this.client.send(command).catch(storeUnavailable);
    return Items.map(({ id, content, greetedAt }) => ({
      id: Number(id?.N),
      content: String(content?.S),
      greetedAt: String(greetedAt?.S),
    }));
  }

  async delete(sub: string, id: number): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.table,
      Key: { sub: { S: sub }, id: { N: String(id) } },
      ConditionExpression: '#position >= :oldest',
      ExpressionAttributeNames: { '#position': 'position' },
      ExpressionAttributeValues: { ':oldest': { S: oldestTime() } },
    });
    try {
      await this.client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      return storeUnavailable(error);
    }
  }
}

function keyOf(sub: string, position: string): Record<string, AttributeValue> {
  return { sub: { S: sub }, id: { N: String(Number(position.split('#')[1])) }, position: { S: position } };
}
