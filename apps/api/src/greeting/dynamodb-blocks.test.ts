import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { environmentOf, serveTables } from '../../test/tables';
import { openDynamoDb } from '../dynamodb/open-client';
import { DynamoDbBlocks } from './dynamodb-blocks';

function stubEnvironment(environment: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function openBlocks(table: string, attemptLimitMs?: number): Promise<DynamoDbBlocks> {
  return new DynamoDbBlocks(await openDynamoDb(), table, attemptLimitMs);
}

/** Stands in for DynamoDB in ways that dynalite does not behave. */
async function serve(answer: RequestListener): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  stubEnvironment(environmentOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}

test('the first block ends with its size, the next one where it is due, and the table says how far', async () => {
  const { environment, lastId, table } = await serveTables();
  stubEnvironment(environment);
  const blocks = await openBlocks(table);
  expect(await blocks.reserve(100)).toBe(100);
  expect(await blocks.reserve(10)).toBe(110);
  expect(await lastId()).toBe('110');
});

test('blocks that are reserved at once do not overlap', async () => {
  const { environment, table } = await serveTables();
  stubEnvironment(environment);
  const stores = await Promise.all([openBlocks(table), openBlocks(table)]);
  const lasts = await Promise.all(Array.from({ length: 20 }, (_, index) => stores[index % 2]?.reserve(7)));
  expect(lasts.toSorted((a = 0, b = 0) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => 7 * (index + 1)),
  );
});

test('a table that is not there fails the reservation by the name AWS gives it', async () => {
  const { environment } = await serveTables();
  stubEnvironment(environment);
  const blocks = await openBlocks('elsewhere');
  await expect(blocks.reserve(100)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('an item that does not count fails the reservation by the name AWS gives it', async () => {
  const { environment, table, write } = await serveTables();
  stubEnvironment(environment);
  await write({ S: 'many' });
  const blocks = await openBlocks(table);
  await expect(blocks.reserve(100)).rejects.toMatchObject({ name: 'ValidationException' });
});

test.each(['1.5', '9007199254740993'])('a count of %s is refused', async (count) => {
  const { environment, table, write } = await serveTables();
  stubEnvironment(environment);
  await write({ N: count });
  const blocks = await openBlocks(table);
  await expect(blocks.reserve(100)).rejects.toMatchObject({ code: 'ERR_BAD_BLOCK' });
});

test('an answer without a count is refused, naming table and answer', async () => {
  await serve((_request, response) =>
    response.setHeader('Content-Type', 'application/x-amz-json-1.0').end('{}'),
  );
  const blocks = await openBlocks('greetings');
  await expect(blocks.reserve(100)).rejects.toThrow(
    'greetings gave undefined, where lastId should be a whole number',
  );
});

test.each<[string, RequestListener]>([
  ['before it answers', () => undefined],
  [
    'in the middle of its answer',
    (_request, response) => response.writeHead(200, { 'Content-Length': 100 }).write('{'),
  ],
])('a table that falls silent %s fails the reservation in time', async (_, answer) => {
  await serve(answer);
  const blocks = await openBlocks('greetings', 100);
  await expect(blocks.reserve(100)).rejects.toThrow(/abort|timeout/i);
});

test('a failed reservation is one request: whoever reserves decides about the next', async () => {
  let requests = 0;
  await serve((_request, response) => {
    requests += 1;
    response.writeHead(500).end();
  });
  const blocks = await openBlocks('greetings');
  await expect(blocks.reserve(100)).rejects.toThrow();
  expect(requests).toBe(1);
});

test('without a region the table cannot be opened, and the message says what to set', async () => {
  stubEnvironment({ ...environmentOf('http://127.0.0.1:1'), AWS_REGION: undefined });
  await expect(openBlocks('greetings')).rejects.toThrow('The tables need a region: set AWS_REGION to theirs');
});
