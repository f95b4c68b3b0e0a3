import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { DynamoDbGreetingIds, type GreetingIds, InMemoryGreetingIds } from './greeting/greeting-ids';
import { SavedGreetings } from './saved-greetings/store';

const TableName = z
  .string()
  .regex(/^[\w.-]{3,255}$/, 'must be the name of a DynamoDB table')
  .optional();

/** The environment variables with the names of tables. */
export const TableVariables = z.object({ GREETING_TABLE: TableName, HISTORY_TABLE: TableName });

/** The stores of the API. */
export interface Stores {
  readonly greetingIds: GreetingIds;
  /** @default the API saves no greetings, and their paths do not exist */
  readonly savedGreetings?: SavedGreetings | undefined;
}

/** Opens the stores in their DynamoDB tables. Without a table, greeting ids are in memory. */
export function openStores(tables: z.infer<typeof TableVariables>, greetingIdBlock: number): Stores {
  const { GREETING_TABLE, HISTORY_TABLE } = tables;
  return {
    greetingIds: GREETING_TABLE
      ? new DynamoDbGreetingIds(dynamoDbClient(), GREETING_TABLE, greetingIdBlock)
      : new InMemoryGreetingIds(),
    savedGreetings: HISTORY_TABLE ? new SavedGreetings(dynamoDbClient(), HISTORY_TABLE) : undefined,
  };
}

/** The AWS SDK reads region, credentials and endpoint from its environment variables, files, or the container's role. */
function dynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
}
