import { GREETING_RETENTION_DAYS, type SavedGreeting } from '@spa-on-aws/shared-types';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { storeUnavailable } from '../errors';

const RETENTION_MS = GREETING_RETENTION_DAYS * 24 * 60 * 60 * 1_000;

/** Returns the time (ISO 8601) of the oldest greetings that have not expired. */
function oldestTime(): string {
  return new Date(Date.now() - RETENTION_MS).toISOString();
}

/** Position of a greeting: a text that sorts greetings by time, then by id. */
export function positionOf({ id, greetedAt }: SavedGreeting): string {
  return `${greetedAt}#${String(id).padStart(16, '0')}`;
}

/**
 * Saved greetings of all users, in a DynamoDB table with the keys `sub` (string, Cognito's id of the user) and `id` (number).
 * The local secondary index `by-time` has the sort key `position` (string). DynamoDB deletes expired items late, so requests
 * filter them.
 */
export class SavedGreetings {
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

  /**
   * Returns the user's greetings of the last 90 days, newest first.
   *
   * @param limit maximum number of greetings
   * @param after position of a greeting: only older ones are returned
   */
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

  /** Returns false if the user has no greeting with this id. */
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
