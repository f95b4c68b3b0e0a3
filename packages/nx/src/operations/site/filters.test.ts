import { expect, test } from 'vitest';
import { isSelected } from './filters';

test('everything is selected, unless it is excluded', () => {
  expect(isSelected('index.html', { exclude: [], include: [] })).toBe(true);
  expect(isSelected('assets/a.js', { exclude: ['assets/*'], include: [] })).toBe(false);
});

test('an inclusion takes back what an exclusion took away', () => {
  const assetsOnly = { exclude: ['*'], include: ['assets/*'] };
  expect(isSelected('assets/a.js', assetsOnly)).toBe(true);
  expect(isSelected('index.html', assetsOnly)).toBe(false);
});

test.each([
  ['assets/*', 'assets/deep/er/a.js', true],
  ['config.json', 'configxjson', false],
  ['config.json', 'sub/config.json', false],
  ['?.html', 'a.html', true],
  ['?.html', 'ab.html', false],
  ['[ab].html', 'a.html', true],
  ['[!ab].html', 'a.html', false],
  ['[!ab].html', 'c.html', true],
  ['a+(b).js', 'a+(b).js', true],
])('the pattern %s and the file %s: %s, as in the shell', (pattern, path, excluded) => {
  expect(isSelected(path, { exclude: [pattern], include: [] })).toBe(!excluded);
});
