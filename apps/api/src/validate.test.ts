import express from 'express';
import type { Operation } from '@spa-on-aws/shared-types';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { handleError } from './error-handler';
import { expressPath, validate } from './validate';

const getItem = {
  id: 'getItem',
  method: 'GET',
  path: '/api/orders/{orderId}/items/{item}',
  summary: 'Returns an item of an order',
  access: 'signed-in',
  params: z.strictObject({ orderId: z.coerce.number().check(z.int()), item: z.string() }),
  status: 200,
} as const satisfies Operation;

async function serve() {
  const app = express();
  app.get(expressPath(getItem), validate(getItem), (req, res) => {
    res.json(req.params);
  });
  app.use(handleError);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the path parameters of an operation reach its handler, parsed', async () => {
  const url = await serve();
  const response = await fetch(`${url}/api/orders/42/items/ink%2Fblue`);
  expect(await response.json()).toEqual({ orderId: 42, item: 'ink/blue' });
});

test('a path parameter that does not match its schema returns 404', async () => {
  const url = await serve();
  expect((await fetch(`${url}/api/orders/first/items/ink`)).status).toBe(404);
});
