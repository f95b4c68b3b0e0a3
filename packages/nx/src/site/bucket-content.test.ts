import { expect, test } from 'vitest';
import { isSelected } from './bucket-content';

test('selects all files that are not excluded', () => {
  expect(isSelected('index.html', { exclude: [], include: [] })).toBe(true);
  expect(isSelected('assets/a.js', { exclude: ['assets/*'], include: [] })).toBe(false);
});

test('selects an excluded file that is included', () => {
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
])('matches the pattern %s with the file %s: %s', (pattern, path, excluded) => {
  expect(isSelected(path, { exclude: [pattern], include: [] })).toBe(!excluded);
});
