import { expect, test } from 'vitest';
import { Greeting, GreetingQuery } from './greeting';

test('GreetingQuery uses "World" when the name is missing', () => {
  expect(GreetingQuery.parse({})).toEqual({ name: 'World' });
});

test('GreetingQuery trims the name before it checks the length', () => {
  expect(GreetingQuery.parse({ name: `  ${'x'.repeat(100)}  ` }).name).toHaveLength(100);
});

test.each(['', '   ', 'x'.repeat(101), ['a', 'b'], 7])('GreetingQuery rejects the name %j', (name) => {
  expect(GreetingQuery.safeParse({ name }).success).toBe(false);
});

test.each([0, -1, 1.5, '9'])('Greeting rejects the id %j', (id) => {
  expect(Greeting.safeParse({ id, content: 'Hello, World!' }).success).toBe(false);
});
