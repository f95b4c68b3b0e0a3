import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { API_OPERATIONS, getGreeting, listGreetings, OPENAPI_PATH } from '@spa-on-aws/shared-types';
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

test('parameters and bodies have the limits of their schemas', () => {
  const { paths } = createOpenApiDocument(API_OPERATIONS) as never;
  expect(paths[listGreetings.path]['get']).toMatchObject({
    security: [{ accessToken: [] }],
    parameters: [
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
      { name: 'next', in: 'query', schema: { type: 'string' } },
    ],
  });
  expect(paths[getGreeting.path]['get']).toMatchObject({
    parameters: [{ name: 'name', schema: { type: 'string', default: 'World', maxLength: 100 } }],
  });
  expect(paths['/api/greetings/{id}']['delete']).toMatchObject({
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
  });
  expect(paths['/api/greetings']['post']).toMatchObject({
    requestBody: {
      content: {
        'application/json': {
          schema: { properties: { name: { maxLength: 100 } }, additionalProperties: false },
        },
      },
    },
  });
});
