import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { API_OPERATIONS, getGreeting, listGreetings, OPENAPI_PATH } from '@spa-on-aws/shared-types';
import { serveApp } from '../../test/serve-app';
import { openApiOf } from './openapi';

async function servedDocument() {
  const { url } = await serveApp();
  const answer = await fetch(url + OPENAPI_PATH);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return (await answer.json()) as { paths: Record<string, Record<string, { operationId: string }>> };
}

test('the description is OpenAPI 3.1, without a fault', async () => {
  const { valid, errors } = await new Validator().validate(await servedDocument());
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

test('every operation of the contract is described and served, and nothing else', async () => {
  const described = Object.entries((await servedDocument()).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`,
    ),
  );
  expect(described.toSorted()).toEqual(
    [
      'getHealth: GET /health',
      'getReady: GET /ready',
      'getOpenApi: GET /api/openapi.json',
      ...API_OPERATIONS.map(({ id, method, path }) => `${id}: ${method} ${path}`),
    ].toSorted(),
  );
});

test('parameters and bodies have the limits of the schemas', () => {
  const { paths } = openApiOf(API_OPERATIONS, 'greetings/read') as never;
  expect(paths[listGreetings.path]['get']).toMatchObject({
    security: [{ accessToken: ['greetings/read'] }],
    parameters: [
      { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100 } },
      { name: 'next', in: 'query', required: false, schema: { type: 'string' } },
    ],
  });
  expect(paths[getGreeting.path]['get']).toMatchObject({
    parameters: [
      { name: 'name', required: false, schema: { type: 'string', default: 'World', maxLength: 100 } },
    ],
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
