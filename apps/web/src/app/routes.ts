import { CALLBACK_PATH } from '@spa-on-aws/shared-types';

/** The pages there are. */
export type Route = 'home' | 'greetings' | 'session' | 'callback' | 'not-found';

const routes = new Map<string, Route>([
  ['/', 'home'],
  ['/greetings', 'greetings'],
  ['/session', 'session'],
  [CALLBACK_PATH, 'callback'],
]);

/** Which page a path stands for; one slash at the end does not matter. */
export function routeOf(path: string): Route {
  return routes.get(path.replace(/(.)\/$/, '$1')) ?? 'not-found';
}
