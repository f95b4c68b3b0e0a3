import { expect, test } from 'vitest';
import { z } from 'zod';
import { PLAIN_WORDS } from './schema-messages';

const Person = z.strictObject({
  name: z.string(),
  groups: z.array(z.string()),
  admin: z.boolean('yes or no'),
});

const saidOf = (value: unknown): string[] =>
  Person.safeParse(value, PLAIN_WORDS).error?.issues.map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  ) ?? [];

test('PLAIN_WORDS describes missing, wrong and unknown properties', () => {
  expect(saidOf({ nam: 'x', groups: 'all', admin: true })).toEqual([
    'name is missing',
    'groups must be a list, and is text',
    ' does not take "nam"',
  ]);
  expect(saidOf([])).toEqual([' must be a mapping, and is a list']);
  expect(saidOf({ name: 7, groups: [null], admin: true })).toEqual([
    'name must be text, and is the number 7',
    'groups.0 must be text, and is empty',
  ]);
});

test('PLAIN_WORDS lists the values of an enum', () => {
  const Colour = z.strictObject({ colour: z.enum(['red', 'green', 'blue']) });
  const messageOf = (value: unknown) => Colour.safeParse(value, PLAIN_WORDS).error?.issues[0]?.message;
  expect(messageOf({ colour: 'pink' })).toBe('must be red, green or blue');
  expect(messageOf({})).toBe('is missing: red, green or blue');
});

test('PLAIN_WORDS describes a missing property that may be of several types', () => {
  const Either = z.strictObject({ names: z.union([z.string(), z.array(z.string())]) });
  expect(Either.safeParse({}, PLAIN_WORDS).error?.issues[0]?.message).toBe('is missing');
});

test('the message of a schema takes precedence', () => {
  expect(saidOf({ name: 'x', groups: [], admin: 1 })).toEqual(['admin yes or no']);
});
