import { expect, test } from 'vitest';
import { GreetingParams, GreetingsQuery } from './greetings';

test('a page has twenty greetings unless told otherwise', () => {
  expect(GreetingsQuery.parse({})).toEqual({ limit: 20 });
  expect(GreetingsQuery.parse({ limit: '100', next: 'MjAyNi0x' })).toEqual({ limit: 100, next: 'MjAyNi0x' });
});

test.each(['', '0', '101', '-1', '1.5', '1e1', '0x10', ' 5', ['1', '2'], 5])('%j is no limit', (limit) => {
  expect(GreetingsQuery.safeParse({ limit }).success).toBe(false);
});

test.each(['', 'x'.repeat(201), 'a b', '<', ['a', 'b']])('%j is no way to the next page', (next) => {
  expect(GreetingsQuery.safeParse({ next }).success).toBe(false);
});

test('what a query does not have is refused', () => {
  expect(GreetingsQuery.safeParse({ sub: 'somebody' }).success).toBe(false);
});

test.each(['', '0', '-1', '01', '1.0', 'nine', '9007199254740992', '1e3'])('%j is no greeting', (id) => {
  expect(GreetingParams.safeParse({ id }).success).toBe(false);
});

test('the number of a greeting is a number', () => {
  expect(GreetingParams.parse({ id: '9007199254740991' })).toEqual({ id: Number.MAX_SAFE_INTEGER });
});
