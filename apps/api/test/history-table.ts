import { SavedGreetings } from '../src/saved-greetings/store';
import { createTable, serveTables } from './tables';

const HISTORY_TABLE = 'history';

/** Serves DynamoDB with the tables of greeting ids and of saved greetings, like the deployed ones, until the test ends. */
export async function serveHistoryTable() {
  const { client, environment } = await serveTables();
  await createTable(client, {
    TableName: HISTORY_TABLE,
    AttributeDefinitions: [
      { AttributeName: 'sub', AttributeType: 'S' },
      { AttributeName: 'id', AttributeType: 'N' },
      { AttributeName: 'position', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'sub', KeyType: 'HASH' },
      { AttributeName: 'id', KeyType: 'RANGE' },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-time',
        KeySchema: [
          { AttributeName: 'sub', KeyType: 'HASH' },
          { AttributeName: 'position', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  return { client, table: HISTORY_TABLE, environment: { ...environment, HISTORY_TABLE } };
}

/** Serves DynamoDB, and returns a store with an empty table. */
export async function openSavedGreetings(): Promise<SavedGreetings> {
  const { client, table } = await serveHistoryTable();
  return new SavedGreetings(client, table);
}
