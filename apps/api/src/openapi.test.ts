import { Validator } from '@seriousme/openapi-schema-validator';
import { API_OPERATIONS, OPENAPI_PATH, type Operation } from '@spa-on-aws/shared-types';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { serveApp } from '../test/serve-app';
import { createOpenApiDocument } from './openapi';

async function servedDocument() {
  const { url } = await serveApp();
  const response = await fetch(url + OPENAPI_PATH);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return (await response.json()) as { paths: Record<string, Record<string, { operationId: string }>> };
}

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(await servedDocument());
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

test('the document describes exactly the operations of the contract', async () => {
  const described = Object.entries((await servedDocument()).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`,
    ),
  );
  expect(described.toSorted()).toEqual(
    [
      'getHealth: GET /health',
      'getReady: GET /ready',
      ...API_OPERATIONS.map(({ id, method, path }) => `${id}: ${method} ${path}`),
    ].toSorted(),
  );
});

const order = { access: 'signed-in', summary: 'An order' } as const;
const ORDERS: readonly Operation[] = [
  {
    ...order,
    id: 'listOrders',
    method: 'GET',
    path: '/api/orders',
    query: z.strictObject({
      limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 20),
      next: z.optional(z.string().check(z.maxLength(200))),
    }),
    status: 200,
  },
  {
    ...order,
    id: 'makeOrder',
    method: 'POST',
    path: '/api/orders',
    body: z.strictObject({ item: z.string().check(z.maxLength(100)) }),
    status: 201,
  },
  {
    ...order,
    id: 'deleteOrder',
    method: 'DELETE',
    path: '/api/orders/{orderId}',
    params: z.strictObject({ orderId: z.coerce.number().check(z.int(), z.positive()) }),
    status: 204,
  },
];

test('parameters and bodies have the limits of their schemas', () => {
  const { paths } = createOpenApiDocument(ORDERS) as never;
  expect(paths['/api/orders']['get']).toMatchObject({
    security: [{ accessToken: [] }],
    parameters: [
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
      { name: 'next', in: 'query', schema: { type: 'string', maxLength: 200 } },
    ],
  });
  expect(paths['/api/orders/{orderId}']['delete']).toMatchObject({
    parameters: [{ name: 'orderId', in: 'path', required: true, schema: { type: 'integer' } }],
  });
  expect(paths['/api/orders']['post']).toMatchObject({
    requestBody: {
      content: {
        'application/json': {
          schema: { properties: { item: { maxLength: 100 } }, additionalProperties: false },
        },
      },
    },
  });
});
