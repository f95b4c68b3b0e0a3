import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { ApiTableScope } from './api-table';
import { GreetingIds } from './greeting-ids';
import { SavedGreetings } from './saved-greetings';

/**
 * Creates the tables of the API, and returns them by their names in alarms and on the dashboard. Their logical ids are the same
 * for every capacity, so a change of the capacity keeps their data.
 */
export function createTables(
  backend: Construct,
  props: ApiTableScope,
): Readonly<Record<string, dynamodb.Table>> {
  return {
    GreetingIds: new GreetingIds(backend, 'Greetings', props).table,
    SavedGreetings: new SavedGreetings(backend, 'History', props).table,
  };
}
