import { expect, test } from 'vitest';
import { GreetingParams, GreetingsQuery } from './saved-greetings';

test('GreetingsQuery uses a page size of 20 when the limit is missing', () => {
  expect(GreetingsQuery.parse({})).toEqual({ limit: 20 });
  const next = '2026-11-22T12:00:00.000Z#0000000000000007';
  expect(GreetingsQuery.parse({ limit: '100', next })).toEqual({ limit: 100, next });
});

test.each(['', '0', '101', '-1', '1.5', 'ten', ['1', '2']])(
  'GreetingsQuery rejects the limit %j',
  (limit) => {
    expect(GreetingsQuery.safeParse({ limit }).success).toBe(false);
  },
);

test.each([
  '',
  'a b',
  '2026-11-22T12:00:00.000Z#7',
  '2026-11-22T12:00:00.000Z#0000000000000007x',
  ['a', 'b'],
])('GreetingsQuery rejects the position %j', (next) => {
  expect(GreetingsQuery.safeParse({ next }).success).toBe(false);
});

test('GreetingsQuery rejects unknown parameters', () => {
  expect(GreetingsQuery.safeParse({ sub: 'user-2' }).success).toBe(false);
});

test.each(['', '0', '-1', '1.5', 'nine', '9007199254740992'])('GreetingParams rejects the id %j', (id) => {
  expect(GreetingParams.safeParse({ id }).success).toBe(false);
});

test('GreetingParams converts the id to a number', () => {
  expect(GreetingParams.parse({ id: '9007199254740991' })).toEqual({ id: Number.MAX_SAFE_INTEGER });
});
