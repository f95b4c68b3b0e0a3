import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Config } from './config';
import { DynamoDbGreetingIds, InMemoryGreetingIds } from './greetings/greeting-ids';
import type { GreetingsDependencies } from './greetings/router';
import { DynamoDbSavedGreetings, InMemorySavedGreetings } from './greetings/saved-greetings';

/**
 * Opens the configured DynamoDB tables; without tables, stores in memory.
 *
 * The AWS SDK reads region, credentials and endpoint from its own environment variables, configuration files, or the role of
 * the container.
 */
export function openStores({ tables, greetingIdBlock }: Config): GreetingsDependencies {
  if (tables === undefined) {
    return { greetingIds: new InMemoryGreetingIds(), savedGreetings: new InMemorySavedGreetings() };
  }
  const client = new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  return {
    greetingIds: new DynamoDbGreetingIds(client, tables.ids, greetingIdBlock),
    savedGreetings: new DynamoDbSavedGreetings(client, tables.history),
  };
}
