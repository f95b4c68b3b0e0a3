import { expect, test } from 'vitest';
import { Greeting, GreetingQuery } from './greeting';

test('a query without a name greets the world', () => {
  expect(GreetingQuery.parse({})).toEqual({ name: 'World' });
});

test('a name is trimmed before its length counts', () => {
  expect(GreetingQuery.parse({ name: `  ${'x'.repeat(100)}  ` }).name).toHaveLength(100);
});

test.each(['', '   ', 'x'.repeat(101), ['a', 'b'], 7])('%j is not a name', (name) => {
  expect(GreetingQuery.safeParse({ name }).success).toBe(false);
});

test.each([0, -1, 1.5, '9'])('%j is not a greeting id', (id) => {
  expect(Greeting.safeParse({ id, content: 'Hello, World!' }).success).toBe(false);
});
