import { expect, test } from 'vitest';
import { describeClaims } from './claims';

test('claims come in the order of what people ask first, unknown ones last', () => {
  const claims = describeClaims({ zeta: 1, 'custom:team': 'blue', exp: 1, sub: 'u', iss: 'i', name: 'Dana' });
  expect(claims.map(({ name }) => name)).toEqual(['name', 'sub', 'exp', 'iss', 'custom:team', 'zeta']);
});

test('moments are told from numbers', () => {
  const [exp, count] = describeClaims({ exp: 1_800_000_000, 'custom:count': 1_800_000_000 });
  expect(exp?.moment).toEqual(new Date('2027-01-15T08:00:00Z'));
  expect(count?.moment).toBe(undefined);
});

test.each([
  [['a', 'b'], 'a, b'],
  [true, 'true'],
  [{ a: 1 }, '{"a":1}'],
  [null, 'null'],
  ['text', 'text'],
])('%j reads %s', (value, text) => {
  expect(describeClaims({ claim: value })[0]?.value).toBe(text);
});

test('every claim has a meaning', () => {
  const claims = describeClaims({ sub: 'u', 'custom:team': 'blue', zeta: 1 });
  expect(claims.map(({ meaning }) => meaning)).toEqual([
    'Identifies the user, and never changes',
    'An attribute of this user pool',
    'Not explained here',
  ]);
});
