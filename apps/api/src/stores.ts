import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { DynamoDbGreetingIds, type GreetingIds, InMemoryGreetingIds } from './greeting/greeting-ids';
import { DynamoDbSavedGreetings, InMemorySavedGreetings, type SavedGreetings } from './saved-greetings/store';

const TableName = z
  .string()
  .regex(/^[\w.-]{3,255}$/, 'must be the name of a DynamoDB table')
  .optional();

/** The environment variables with the names of tables. */
export const TableVariables = z.object({ GREETING_TABLE: TableName, HISTORY_TABLE: TableName });

/** The stores of the API. */
export interface Stores {
  readonly greetingIds: GreetingIds;
  readonly savedGreetings: SavedGreetings;
}

/** Opens the stores: each in its DynamoDB table, or in memory if the table has no name. */
export function openStores(tables: z.infer<typeof TableVariables>, greetingIdBlock: number): Stores {
  const { GREETING_TABLE, HISTORY_TABLE } = tables;
  return {
    greetingIds: GREETING_TABLE
      ? new DynamoDbGreetingIds(dynamoDbClient(), GREETING_TABLE, greetingIdBlock)
      : new InMemoryGreetingIds(),
    savedGreetings: HISTORY_TABLE
      ? new DynamoDbSavedGreetings(dynamoDbClient(), HISTORY_TABLE)
      : new InMemorySavedGreetings(),
  };
}

/**
 * Creates a client. The AWS SDK reads region, credentials and endpoint from its own environment variables, configuration
 * files, or the role of the container.
 */
function dynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
}
