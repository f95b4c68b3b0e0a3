import { connect } from 'node:net';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import pino from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startDynamoDb } from './dynamodb';
import type { Table } from '../model/table';

const log = pino({ level: 'silent' });

function table(change: { name?: string; definition?: object } = {}): Table {
  const definition = {
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    ...change.definition,
  };
  return { logicalId: 'Table', type: 'AWS::DynamoDB::Table', name: change.name ?? 'things', definition };
}

async function start(...tables: Table[]) {
  const { created, ...started } = await startEarly(...tables);
  await created;
  return started;
}

/** Starts DynamoDB without waiting for the tables. */
async function startEarly(...tables: Table[]) {
  const dynamoDb = await startDynamoDb({
    region: 'eu-west-1',
    accountId: '000000000000',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    log,
  });
  onTestFinished(() => dynamoDb.close());
  const created = dynamoDb.add(tables);
  const { environment } = dynamoDb;
  const client = new DynamoDBClient({
    endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB,
    region: 'eu-west-1',
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  const endpoint = environment.AWS_ENDPOINT_URL_DYNAMODB;
  return { client, dynamoDb, endpoint, created, close: () => dynamoDb.close() };
}

const item = (sk: string) => ({ pk: { S: 'a' }, sk: { S: sk } });
const count = (step: number) =>
  new UpdateItemCommand({
    TableName: 'things',
    Key: item('count'),
    UpdateExpression: 'ADD steps :step',
    ExpressionAttributeValues: { ':step': { N: String(step) } },
    ReturnValues: 'UPDATED_NEW',
  });

test('a table is active at once, with region and account of the stack in its ARN', async () => {
  const { client } = await start(table());
  const { Table: described } = await client.send(new DescribeTableCommand({ TableName: 'things' }));
  expect(described).toMatchObject({
    TableStatus: 'ACTIVE',
    TableArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/things',
  });
});

test('GetItem and Query, on an index too, return an item that was put', async () => {
  const index = {
    IndexName: 'by-sk',
    KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };
  const { client } = await start(table({ definition: { GlobalSecondaryIndexes: [index] } }));
  await client.send(
    new PutItemCommand({ TableName: 'things', Item: { ...item('b'), colour: { S: 'blue' } } }),
  );
  const { Item } = await client.send(new GetItemCommand({ TableName: 'things', Key: item('b') }));
  expect(Item).toEqual({ ...item('b'), colour: { S: 'blue' } });
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'things',
      IndexName: 'by-sk',
      KeyConditionExpression: 'sk = :sk',
      ExpressionAttributeValues: { ':sk': { S: 'b' } },
    }),
  );
  expect(Items).toEqual([Item]);
});

test('concurrent UpdateItem calls are all applied', async () => {
  const { client } = await start(table());
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.send(count(5))));
  const counts = answers.map(({ Attributes }) => Number(Attributes?.['steps']?.N));
  expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => 5 * (index + 1)));
});

test.each([
  [
    'a table that is not in the template',
    new GetItemCommand({ TableName: 'elsewhere', Key: item('b') }),
    'ResourceNotFoundException',
  ],
  [
    'a key that does not match the schema',
    new GetItemCommand({ TableName: 'things', Key: { pk: { S: 'a' } } }),
    'ValidationException',
  ],
  [
    'an operation that is not supported',
    new TransactWriteItemsCommand({ TransactItems: [] }),
    'UnknownOperationException',
  ],
  [
    'CreateTable from a container',
    new CreateTableCommand({ TableName: 'more', AttributeDefinitions: [], KeySchema: [] }),
    'UnknownOperationException',
  ],
])('rejects %s with the error name of AWS', async (_, command, name) => {
  const { client } = await start(table());
  await expect(client.send(command as GetItemCommand)).rejects.toMatchObject({ name });
});

test.each<[string, Record<string, string>, string, string]>([
  ['no credentials', { authorization: '' }, '{}', 'MissingAuthenticationTokenException'],
  ['a body that is not JSON', {}, '{', 'SerializationException'],
  ['a body that is not an object', {}, '7', 'SerializationException'],
])('rejects %s', async (_, headers, body, name) => {
  const { endpoint } = await start(table());
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      authorization: 'AWS4-HMAC-SHA256',
      ...headers,
    },
    body,
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ __type: expect.stringContaining(`#${name}`) });
});

test('rejects web pages: preflights of other origins and DNS rebinding', async () => {
  const { endpoint } = await start(table());
  const preflight = await fetch(endpoint, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
  expect(preflight.ok).toBe(false);
  expect(preflight.headers.has('access-control-allow-origin')).toBe(false);
  const { port } = new URL(endpoint);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end(
    'POST / HTTP/1.1\r\nHost: evil.example\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Length: 0\r\n\r\n',
  );
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toContain('evil.example is not a host of DynamoDB');
});

test('a request waits until the tables are created', async () => {
  const { client } = await startEarly(table());
  expect((await client.send(count(1))).Attributes).toEqual({ steps: { N: '1' } });
});

test('other clients are unaffected when one disconnects during its request or before the response', async () => {
  const logged = vi.spyOn(log, 'error');
  const { client, endpoint } = await start(table());
  const { port } = new URL(endpoint);
  for (const body of ['{"TableName":', '{"TableName":"things","Key":{"pk":{"S":"a"},"sk":{"S":"b"}}}']) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n` +
        `Authorization: AWS4-HMAC-SHA256\r\nContent-Length: 60\r\n\r\n${body}`,
      () => socket.resetAndDestroy(),
    );
    await new Promise((resolve) => socket.once('close', resolve));
  }
  for (let step = 1; step <= 5; step += 1) {
    expect((await client.send(count(1))).Attributes).toEqual({ steps: { N: String(step) } });
  }
  expect(logged).not.toHaveBeenCalled();
});

test.each<[string, Table[], string]>([
  [
    'a key without a definition',
    [table({ definition: { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] } })],
    'Invalid KeySchema: Some index key attribute have no definition',
  ],
  ['missing capacity', [table({ definition: { BillingMode: 'PROVISIONED' } })], 'must both be specified'],
  [
    'an unknown attribute type',
    [table({ definition: { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'X' }] } })],
    'enum value set',
  ],
  ['a name that is too short', [table({ name: 'ab' })], 'at least 3 characters long'],
  ['a duplicate name', [table(), table()], 'ResourceInUseException for things'],
])('startDynamoDb rejects %s with the message of AWS and the property', async (_, tables, message) => {
  await expect(start(...tables)).rejects.toThrowError(
    expect.objectContaining({
      code: 'ERR_INVALID_PROPERTY',
      message: expect.stringMatching(
        new RegExp(`^Table \\(AWS::DynamoDB::Table\\) Properties: .*${message}`),
      ),
    }),
  );
});

test('refuses connections after close()', async () => {
  const { client, close } = await start(table());
  await client.send(count(1));
  await close();
  await expect(client.send(count(1))).rejects.toThrowError(/ECONNREFUSED|ECONNRESET|socket hang up/);
});

const INDEX = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'colour', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byColour',
      KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};
const NUMBERED = {
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

test('change keeps the items of tables whose keys stay the same, and replaces the others', async () => {
  const { client, dynamoDb } = await start(table(), table({ name: 'same' }), table({ name: 'gone' }));
  const put = (TableName: string) =>
    client.send(new PutItemCommand({ TableName, Item: { ...item('1'), colour: { S: 'red' } } }));
  const get = (TableName: string) => client.send(new GetItemCommand({ TableName, Key: item('1') }));
  await Promise.all(['things', 'same', 'gone'].map(put));

  expect(
    await dynamoDb.change([table({ definition: INDEX }), table({ name: 'same' }), table({ name: 'new' })]),
  ).toEqual(['table gone was deleted with its items', 'table things changed and kept its items']);
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'things',
      IndexName: 'byColour',
      KeyConditionExpression: 'colour = :c',
      ExpressionAttributeValues: { ':c': { S: 'red' } },
    }),
  );
  expect(Items).toHaveLength(1);
  expect((await get('same')).Item).toBeDefined();
  expect((await get('new')).Item).toBeUndefined();
  await expect(get('gone')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });

  expect(
    await dynamoDb.change([table({ definition: NUMBERED }), table({ name: 'same' }), table({ name: 'new' })]),
  ).toEqual(['table things has new keys: it was replaced and is empty']);
  expect((await get('same')).Item).toBeDefined();
});

test('change keeps all items when DynamoDB rejects a table', async () => {
  const { client, dynamoDb } = await start(table());
  await client.send(new PutItemCommand({ TableName: 'things', Item: item('1') }));
  await expect(dynamoDb.change([table({ definition: { AttributeDefinitions: [] } })])).rejects.toMatchObject({
    code: 'ERR_INVALID_PROPERTY',
  });
  expect((await client.send(new GetItemCommand({ TableName: 'things', Key: item('1') }))).Item).toBeDefined();
});

test('a write whose condition fails returns the item if it asks for it', async () => {
  const { client } = await start(table());
  const old = { ...item('one'), colour: { S: 'red' } };
  await client.send(new PutItemCommand({ TableName: 'things', Item: old }));
  const condition = { TableName: 'things', ConditionExpression: 'attribute_not_exists(pk)' };
  const withItem = { ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  const failure = (sent: Promise<unknown>) =>
    sent.then(
      () => undefined,
      (error: unknown) => (error instanceof ConditionalCheckFailedException ? { item: error.Item } : error),
    );
  const update = {
    Key: item('one'),
    UpdateExpression: 'SET colour = :c',
    ExpressionAttributeValues: { ':c': { S: 'x' } },
  };
  expect(await failure(client.send(new PutItemCommand({ ...withItem, Item: item('one') })))).toEqual({
    item: old,
  });
  expect(await failure(client.send(new UpdateItemCommand({ ...withItem, ...update })))).toEqual({
    item: old,
  });
  expect(await failure(client.send(new DeleteItemCommand({ ...withItem, Key: item('one') })))).toEqual({
    item: old,
  });
  expect(await failure(client.send(new PutItemCommand({ ...condition, Item: item('one') })))).toEqual({
    item: undefined,
  });
  const exists = { ...withItem, ConditionExpression: 'attribute_exists(pk)' };
  expect(await failure(client.send(new PutItemCommand({ ...exists, Item: item('none') })))).toEqual({
    item: undefined,
  });
  const wrong = { ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_NEW' as 'ALL_OLD' };
  expect(await failure(client.send(new PutItemCommand({ ...wrong, Item: item('one') })))).toMatchObject({
    name: 'ValidationException',
  });
});
