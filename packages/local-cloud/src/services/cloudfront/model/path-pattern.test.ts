import { expect, test } from 'vitest';
import { matchesPath, normalizePath } from './path-pattern';

test.each([
  ['CF-PATH-02', '/api/*', '/API/x', false],
  ['CF-PATH-03', 'api/*', '/api/x', true],
  ['CF-PATH-04', '/a?.jpg', '/ab.jpg', true],
  ['CF-PATH-04', '/a?.jpg', '/a.jpg', false],
  ['CF-PATH-04', '/api/*', '/api/a/b/c', true],
  ['CF-PATH-05', '/api/*', '/api', false],
  ['CF-PATH-05', '/api/*', '/api/', true],
  ['dot', '/a.jpg', '/axjpg', false],
  ['default', '*', '/anything/at/all', true],
])('[%s] %s matches %s: %s', (_, pattern, path, expected) => {
  expect(matchesPath(pattern, path)).toBe(expected);
});

test.each([
  ['/x/..//api/foo', '/api/foo'],
  ['//api/foo', '/api/foo'],
  ['/api/./foo/', '/api/foo/'],
  ['/../../etc', '/etc'],
  ['/a/..', '/'],
  ['/', '/'],
])('%s is normalized to %s [CF-PATH-07]', (path, expected) => {
  expect(normalizePath(path)).toBe(expected);
});
