import { expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod/mini';
import { callApi, type Operation, requestOf } from './operation';

const Order = z.object({ id: z.int(), item: z.string() });

const listOrders = {
  id: 'listOrders',
  method: 'GET',
  path: '/api/orders',
  summary: 'Lists orders',
  access: 'signed-in',
  query: z.strictObject({ item: z._default(z.string(), 'all') }),
  status: 200,
  response: z.array(Order),
} as const satisfies Operation;

const makeOrder = {
  id: 'makeOrder',
  method: 'POST',
  path: '/api/orders',
  summary: 'Makes an order',
  access: 'signed-in',
  body: z.strictObject({ item: z.string() }),
  status: 201,
  response: Order,
} as const satisfies Operation;

const deleteOrderItem = {
  id: 'deleteOrderItem',
  method: 'DELETE',
  path: '/api/orders/{orderId}/items/{itemId}',
  summary: 'Deletes an item of an order',
  access: 'signed-in',
  params: z.strictObject({ orderId: z.coerce.number(), itemId: z.string() }),
  status: 204,
} as const satisfies Operation;

test('requestOf builds the path, the given query parameters and the body', () => {
  expect(requestOf(listOrders, {})).toEqual({ method: 'GET', path: '/api/orders' });
  expect(requestOf(listOrders, { query: { item: 'Ink & Çelik?' } }).path).toBe(
    '/api/orders?item=Ink+%26+%C3%87elik%3F',
  );
  expect(requestOf(deleteOrderItem, { params: { orderId: 9, itemId: 'ink' } })).toEqual({
    method: 'DELETE',
    path: '/api/orders/9/items/ink',
  });
  expect(requestOf(makeOrder, { body: { item: 'Ink' } })).toEqual({
    method: 'POST',
    path: '/api/orders',
    body: { item: 'Ink' },
  });
});

test('requestOf encodes path parameters, so they cannot change the path', () => {
  const itemId = '../../elsewhere?a=b';
  expect(requestOf(deleteOrderItem, { params: { orderId: 9, itemId } }).path).toBe(
    '/api/orders/9/items/..%2F..%2Felsewhere%3Fa%3Db',
  );
});

test('callApi parses and types the response, and rejects one that does not match the schema', async () => {
  const orders = [{ id: 9, item: 'Ink' }];
  const response = await callApi(async () => orders, listOrders, {});
  expectTypeOf(response).toEqualTypeOf<z.infer<typeof Order>[]>();
  expect(response).toEqual(orders);
  await expect(callApi(async () => [{ id: 9 }], listOrders, {})).rejects.toThrow();
});

test('callApi returns undefined when the operation has no response body', async () => {
  const input = { params: { orderId: 9, itemId: 'ink' } };
  expect(await callApi(async () => undefined, deleteOrderItem, input)).toBeUndefined();
});
