import serverless from 'serverless-http';
import { expect, test } from 'vitest';
import { loadFunction } from '../../test/lambda';
import { createApp } from '../app';
import { createLogger } from '../http-logger';
import { openStores } from '../stores';

test('the function handles an event with its path and query', async () => {
  const call = await loadFunction();
  expect(await call('GET', '/api/greeting')).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: '{"id":1,"content":"Hello, Ada L.!"}',
    isBase64Encoded: false,
  });
});

test('the function returns errors as problem details', async () => {
  const call = await loadFunction();
  expect(await call('GET', '/api/nope')).toMatchObject({
    statusCode: 404,
    headers: { 'content-type': 'application/problem+json' },
  });
});

test('the function does not start with an invalid configuration', async () => {
  await expect(loadFunction({ GREETING_ID_BLOCK: 'many' })).rejects.toThrow(/GREETING_ID_BLOCK is "many"/);
});

test('the log says that the request is completed', async () => {
  const lines: string[] = [];
  const app = createApp({
    ...openStores({}, 1),
    tokens: 'unverified',
    logger: createLogger('info', { write: (line) => lines.push(line) }),
    state: { isStopping: false },
  });
  await serverless(app)({ httpMethod: 'GET', path: '/api/greeting' }, {});
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ msg: 'request completed', res: { statusCode: 200 } }),
  ]);
});
