import { expect, expectTypeOf, test } from 'vitest';
import { getGreeting } from './greeting';
import { deleteGreeting, type GreetingPage, listGreetings, makeGreeting } from './greetings';
import { callApi, requestOf } from './operation';

test('a request has its path, and of the query what is given', () => {
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

test('a path parameter cannot lead elsewhere', () => {
  const id = '../../elsewhere?a=b' as unknown as number;
  expect(requestOf(deleteGreeting, { params: { id } }).path).toBe(
    '/api/greetings/..%2F..%2Felsewhere%3Fa%3Db',
  );
});

test('an answer is parsed, typed, and refused when it is not what was promised', async () => {
  const page = { items: [{ id: 9, content: 'Hello, Ada!', greetedAt: '2026-11-22T12:00:00.000Z' }] };
  const answer = await callApi(async () => page, listGreetings, {});
  expectTypeOf(answer).toEqualTypeOf<GreetingPage>();
  expect(answer).toEqual(page);
  await expect(callApi(async () => ({ items: [{ id: 9 }] }), listGreetings, {})).rejects.toThrow();
});

test('what is answered without a body is nothing', async () => {
  expect(await callApi(async () => undefined, deleteGreeting, { params: { id: 9 } })).toBeUndefined();
});
