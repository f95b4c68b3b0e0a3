import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { environmentOf, serveTables } from '../../test/tables';
import { DynamoDbGreetingIds } from './greeting-ids';

test('ids start at 1 and increase by 1 across blocks', async () => {
  const { client, table } = await serveTables();
  const ids = new DynamoDbGreetingIds(client, table, 3);
  const taken = [];
  for (let i = 0; i < 7; i += 1) taken.push(await ids.next());
  expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('two processes with one table never return the same id', async () => {
  const { client, table } = await serveTables();
  const processes = [new DynamoDbGreetingIds(client, table, 5), new DynamoDbGreetingIds(client, table, 5)];
  const taken = await Promise.all(Array.from({ length: 200 }, (_, i) => processes[i % 2]?.next()));
  expect(new Set(taken).size).toBe(200);
});

test('requests that need a block at the same time reserve only as many blocks as they need', async () => {
  const { client, table, lastId } = await serveTables();
  const ids = new DynamoDbGreetingIds(client, table, 10);
  const taken = await Promise.all(Array.from({ length: 25 }, () => ids.next()));
  expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  expect(await lastId()).toBe('30');
});

test('last() returns the highest id that all processes have reserved, and reserves none', async () => {
  const { client, table, lastId } = await serveTables();
  await new DynamoDbGreetingIds(client, table, 10).next();
  expect(await new DynamoDbGreetingIds(client, table, 10).last()).toBe(10);
  expect(await lastId()).toBe('10');
});

test('the ids of a block are used while the table is down, then next() rejects, and recovers', async () => {
  const { client, table } = await serveTables();
  const ids = new DynamoDbGreetingIds(client, table, 2);
  await ids.next();
  const send = client.send.bind(client);
  client.send = () => Promise.reject(new Error('ECONNREFUSED'));
  expect(await ids.next()).toBe(2);
  await expect(ids.next()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  client.send = send;
  expect(await ids.next()).toBe(3);
});

test('a table that is restored to an earlier time cannot make a process return an id again', async () => {
  const { client, table, writeLastId } = await serveTables();
  const ids = new DynamoDbGreetingIds(client, table, 2);
  for (let i = 0; i < 4; i += 1) await ids.next();
  await writeLastId({ N: '1' });
  await expect(ids.next()).rejects.toThrow('returned id 2 again');
});

test('next() rejects a last id that is not a whole number', async () => {
  const { client, table, writeLastId } = await serveTables();
  await writeLastId({ N: '1.5' });
  await expect(new DynamoDbGreetingIds(client, table, 2).next()).rejects.toThrow(
    'lastId is not a whole number',
  );
});

test('next() rejects when the table does not respond in time', async ({ onTestFinished }) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => silent.closeAllConnections());
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint } = environmentOf(
    `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  );
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true },
  });
  await expect(new DynamoDbGreetingIds(client, 'greetings', 2).next()).rejects.toMatchObject({
    code: 'ERR_STORE_UNAVAILABLE',
  });
});
