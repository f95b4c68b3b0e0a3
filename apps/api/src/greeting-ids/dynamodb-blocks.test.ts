import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { environmentOf, serveTables } from '../../test/tables';
import { createDynamoDbClient } from '../dynamodb/client';
import { DynamoDbBlocks } from './dynamodb-blocks';

function stubEnvironment(environment: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function openBlocks(table: string, timeoutMs?: number): Promise<DynamoDbBlocks> {
  return new DynamoDbBlocks(await createDynamoDbClient(), table, timeoutMs);
}

/** Replaces DynamoDB by a server with behavior that dynalite does not have. */
async function serve(listener: RequestListener): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  stubEnvironment(environmentOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}

test('reserve() returns consecutive blocks, and stores the last id in the table', async () => {
  const { environment, lastId, table } = await serveTables();
  stubEnvironment(environment);
  const blocks = await openBlocks(table);
  expect(await blocks.reserve(100)).toBe(100);
  expect(await blocks.reserve(10)).toBe(110);
  expect(await lastId()).toBe('110');
});

test('blocks that are reserved at the same time do not overlap', async () => {
  const { environment, table } = await serveTables();
  stubEnvironment(environment);
  const stores = await Promise.all([openBlocks(table), openBlocks(table)]);
  const lasts = await Promise.all(Array.from({ length: 20 }, (_, index) => stores[index % 2]?.reserve(7)));
  expect(lasts.toSorted((a = 0, b = 0) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => 7 * (index + 1)),
  );
});

test('reserve() rejects with the AWS error when the table does not exist', async () => {
  const { environment } = await serveTables();
  stubEnvironment(environment);
  const blocks = await openBlocks('elsewhere');
  await expect(blocks.reserve(100)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('reserve() rejects with the AWS error when lastId is not a number', async () => {
  const { environment, table, writeLastId } = await serveTables();
  stubEnvironment(environment);
  await writeLastId({ S: 'many' });
  const blocks = await openBlocks(table);
  await expect(blocks.reserve(100)).rejects.toMatchObject({ name: 'ValidationException' });
});

test.each(['1.5', '9007199254740993'])('reserve() rejects a lastId of %s', async (lastId) => {
  const { environment, table, writeLastId } = await serveTables();
  stubEnvironment(environment);
  await writeLastId({ N: lastId });
  const blocks = await openBlocks(table);
  await expect(blocks.reserve(100)).rejects.toMatchObject({ code: 'ERR_BAD_BLOCK' });
});

test('reserve() rejects a response without lastId, naming the table and the response', async () => {
  await serve((_request, response) =>
    response.setHeader('Content-Type', 'application/x-amz-json-1.0').end('{}'),
  );
  const blocks = await openBlocks('greetings');
  await expect(blocks.reserve(100)).rejects.toThrow(
    'Table greetings returned undefined: lastId must be a whole number',
  );
});

test.each<[string, RequestListener]>([
  ['before its response', () => undefined],
  [
    'in the middle of its response',
    (_request, response) => response.writeHead(200, { 'Content-Length': 100 }).write('{'),
  ],
])('reserve() rejects after the timeout when the table stops responding %s', async (_, listener) => {
  await serve(listener);
  const blocks = await openBlocks('greetings', 100);
  await expect(blocks.reserve(100)).rejects.toThrow(/abort|timeout/i);
});

test('reserve() does not retry', async () => {
  let requests = 0;
  await serve((_request, response) => {
    requests += 1;
    response.writeHead(500).end();
  });
  const blocks = await openBlocks('greetings');
  await expect(blocks.reserve(100)).rejects.toThrow();
  expect(requests).toBe(1);
});

test('createDynamoDbClient() rejects without a region, naming the variable to set', async () => {
  stubEnvironment({ ...environmentOf('http://127.0.0.1:1'), AWS_REGION: undefined });
  await expect(openBlocks('greetings')).rejects.toThrow(
    'AWS_REGION is not set: set it to the region of the tables',
  );
});
