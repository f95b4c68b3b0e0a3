import { expect, expectTypeOf, test } from 'vitest';
import { deleteGreeting, getGreeting, type GreetingPage, listGreetings, makeGreeting } from './greetings';
import { callApi, requestOf } from './operation';

test('requestOf builds the path, the given query parameters and the body', () => {
  expect(requestOf(getGreeting, {})).toEqual({ method: 'GET', path: '/api/greeting' });
  expect(requestOf(getGreeting, { query: { name: 'Ada & Çelik?' } }).path).toBe(
    '/api/greeting?name=Ada+%26+%C3%87elik%3F',
  );
  expect(requestOf(listGreetings, { query: { limit: 5 } }).path).toBe('/api/greetings?limit=5');
  expect(requestOf(deleteGreeting, { params: { id: 9 } })).toEqual({
    method: 'DELETE',
    path: '/api/greetings/9',
  });
  expect(requestOf(makeGreeting, { body: { name: 'Ada' } })).toEqual({
    method: 'POST',
    path: '/api/greetings',
    body: { name: 'Ada' },
  });
});

test('requestOf encodes path parameters, so they cannot change the path', () => {
  const id = '../../elsewhere?a=b' as unknown as number;
  expect(requestOf(deleteGreeting, { params: { id } }).path).toBe(
    '/api/greetings/..%2F..%2Felsewhere%3Fa%3Db',
  );
});

test('callApi parses and types the response, and rejects one that does not match the schema', async () => {
  const page = { items: [{ id: 9, content: 'Hello, Ada!', greetedAt: '2026-11-22T12:00:00.000Z' }] };
  const response = await callApi(async () => page, listGreetings, {});
  expectTypeOf(response).toEqualTypeOf<GreetingPage>();
  expect(response).toEqual(page);
  await expect(callApi(async () => ({ items: [{ id: 9 }] }), listGreetings, {})).rejects.toThrow();
});

test('callApi returns undefined when the operation has no response body', async () => {
  expect(await callApi(async () => undefined, deleteGreeting, { params: { id: 9 } })).toBeUndefined();
});
