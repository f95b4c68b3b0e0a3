import { once } from 'node:events';
import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { onTestFinished } from 'vitest';

const TABLE = 'greetings';
const SEQUENCE_KEY = { pk: { S: 'greeting' }, sk: { S: 'sequence' } };

/** Serves DynamoDB, with a table of greeting ids like the deployed one, until the test ends. */
export async function serveTables() {
  const server = dynalite({ createTableMs: 0 });
  // dynalite throws when a client, such as a killed process, disconnects before it gets its response.
  server.on('request', (request) => request.removeAllListeners('error').on('error', () => request.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    // Closes only the listener: dynalite's own close() would also close its database, and in-flight requests would throw.
    Server.prototype.close.call(server);
    server.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  onTestFinished(() => client.destroy());
  await createTable(client, {
    TableName: TABLE,
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
  return {
    client,
    table: TABLE,
    /** Environment variables of an API that uses the tables. */
    environment: { ...environmentOf(endpoint), GREETING_TABLE: TABLE },
    /** Writes the item of the id sequence. */
    writeLastId: (lastId: AttributeValue) =>
      client.send(new PutItemCommand({ TableName: TABLE, Item: { ...SEQUENCE_KEY, lastId } })),
    /** Returns the last reserved id. */
    lastId: async () =>
      (await client.send(new GetItemCommand({ TableName: TABLE, Key: SEQUENCE_KEY, ConsistentRead: true })))
        .Item?.['lastId']?.N,
  };
}

/** Creates a table and waits until it exists. */
export async function createTable(
  client: DynamoDBClient,
  definition: CreateTableCommandInput,
): Promise<void> {
  const { TableName } = definition;
  await client.send(new CreateTableCommand({ BillingMode: 'PAY_PER_REQUEST', ...definition }));
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 1 }, { TableName });
}

/** Environment variables of a process that uses this DynamoDB endpoint, and ignores the AWS configuration of this machine. */
export function environmentOf(endpoint: string) {
  return {
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
