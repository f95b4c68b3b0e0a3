import { expect, test } from 'vitest';
import { routeOf } from './routes';

test.each([
  ['/', 'home'],
  ['/greetings', 'greetings'],
  ['/session', 'session'],
  ['/session/', 'session'],
  ['/callback', 'callback'],
  ['/Session', 'not-found'],
  ['/session/x', 'not-found'],
  ['//', 'home'],
  ['/constructor', 'not-found'],
])('the route of %s is %s', (path, route) => {
  expect(routeOf(path)).toBe(route);
});
