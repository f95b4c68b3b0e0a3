import { CALLBACK_PATH } from '@spa-on-aws/shared-types';

/** Names of the pages. */
export type Route = 'home' | 'greetings' | 'session' | 'callback' | 'not-found';

const routes = new Map<string, Route>([
  ['/', 'home'],
  ['/greetings', 'greetings'],
  ['/session', 'session'],
  [CALLBACK_PATH, 'callback'],
]);

/** Returns the page of a path. Ignores one trailing slash. */
export function routeOf(path: string): Route {
  return routes.get(path.replace(/(.)\/$/, '$1')) ?? 'not-found';
}
