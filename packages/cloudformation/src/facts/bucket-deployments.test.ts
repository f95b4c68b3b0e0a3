import { expect, test } from 'vitest';
import { isDeployed, keyPrefix } from './bucket-deployments';

test('isDeployed selects all files that are not excluded', () => {
  expect(isDeployed('index.html', { exclude: [], include: [] })).toBe(true);
  expect(isDeployed('assets/a.js', { exclude: ['assets/*'], include: [] })).toBe(false);
});

test('isDeployed selects an excluded file that is included', () => {
  const assetsOnly = { exclude: ['*'], include: ['assets/*'] };
  expect(isDeployed('assets/a.js', assetsOnly)).toBe(true);
  expect(isDeployed('index.html', assetsOnly)).toBe(false);
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
])('isDeployed matches pattern %s with file %s: %s', (pattern, path, excluded) => {
  expect(isDeployed(path, { exclude: [pattern], include: [] })).toBe(!excluded);
});

test.each([
  ['', ''],
  ['/', ''],
  ['site', 'site/'],
  ['site/', 'site/'],
])('keyPrefix of %o is %o', (prefix, expected) => {
  expect(keyPrefix(prefix)).toBe(expected);
});
