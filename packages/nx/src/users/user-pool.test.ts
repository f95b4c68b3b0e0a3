import { expect, test } from 'vitest';
import { generatePassword } from './user-pool';

const many = Array.from({ length: 500 }, () => generatePassword());

test('generates twenty characters of all four kinds', () => {
  for (const password of many) {
    expect(password).toHaveLength(20);
    for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[-_.+=@%]/]) expect(password).toMatch(kind);
  }
});

test('generates more characters when the policy requires it', () => {
  expect(generatePassword({ MinimumLength: 40 })).toHaveLength(40);
  expect(generatePassword({ MinimumLength: 8 })).toHaveLength(20);
});

test('generates different passwords, with each kind at any position', () => {
  expect(new Set(many).size).toBe(many.length);
  expect(many.some((password) => /^[A-Z]/.test(password))).toBe(true);
  expect(many.some((password) => /^[0-9]/.test(password))).toBe(true);
});
