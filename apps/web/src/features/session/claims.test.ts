import { expect, test } from 'vitest';
import { describeClaims } from './claims';

test('describeClaims puts claims in display order, unknown ones last', () => {
  const claims = describeClaims({ zeta: 1, 'custom:team': 'blue', exp: 1, sub: 'u', iss: 'i', name: 'Dana' });
  expect(claims.map(({ name }) => name)).toEqual(['name', 'sub', 'exp', 'iss', 'custom:team', 'zeta']);
});

test('describeClaims converts time claims to dates, but not other numbers', () => {
  const [exp, count] = describeClaims({ exp: 1_800_000_000, 'custom:count': 1_800_000_000 });
  expect(exp?.date).toEqual(new Date('2027-01-15T08:00:00Z'));
  expect(count?.date).toBe(undefined);
});

test.each([
  [['a', 'b'], 'a, b'],
  [true, 'true'],
  [{ a: 1 }, '{"a":1}'],
  [null, 'null'],
  ['text', 'text'],
])('describeClaims formats %j as %s', (value, text) => {
  expect(describeClaims({ claim: value })[0]?.value).toBe(text);
});

test('describeClaims gives every claim a description', () => {
  const claims = describeClaims({ sub: 'u', 'custom:team': 'blue', zeta: 1 });
  expect(claims.map(({ description }) => description)).toEqual([
    'Unique user ID; never changes',
    'Custom attribute of the user pool',
    'No description',
  ]);
});
