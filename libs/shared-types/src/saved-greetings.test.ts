import { expect, test } from 'vitest';
import { GreetingParams, GreetingsQuery } from './saved-greetings';

test('GreetingsQuery uses a page size of 20 when the limit is missing', () => {
  expect(GreetingsQuery.parse({})).toEqual({ limit: 20 });
  expect(GreetingsQuery.parse({ limit: '100', next: 'MjAyNi0x' })).toEqual({ limit: 100, next: 'MjAyNi0x' });
});

test.each(['', '0', '101', '-1', '1.5', 'ten', ['1', '2']])(
  'GreetingsQuery rejects the limit %j',
  (limit) => {
    expect(GreetingsQuery.safeParse({ limit }).success).toBe(false);
  },
);

test.each(['', 'x'.repeat(201), 'a b', '<', ['a', 'b']])('GreetingsQuery rejects the cursor %j', (next) => {
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
