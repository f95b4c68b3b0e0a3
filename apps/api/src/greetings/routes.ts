import { deleteGreeting, type GreetingPage, listGreetings, makeGreeting } from '@spa-on-aws/shared-types';
import { signedIn } from '../access/caller';
import { NotFoundError } from '../errors';
import { type OperationRoute, route } from '../http/operation-routes';
import { cursorAfter, readCursor } from './cursor';
import type { Greeter } from './greeter';
import type { GreetingHistory, Page } from './history';

/** `/api/greetings`: the greetings of who is signed in, and of nobody else. */
export function greetingsRoutes(greeter: Greeter, history: GreetingHistory): OperationRoute[] {
  return [
    route(listGreetings, async ({ caller, query: { limit, next } }) => {
      const after = next === undefined ? {} : { after: readCursor(next) };
      return pageOf(await history.list(signedIn(caller).sub, { limit, ...after }));
    }),
    route(makeGreeting, ({ caller, body: { name } }) => greeter.greet(signedIn(caller), name)),
    route(deleteGreeting, async ({ caller, params: { id } }) => {
      // Somebody else's is answered as one that never was.
      if (!(await history.delete(signedIn(caller).sub, id))) throw new NotFoundError();
      return undefined;
    }),
  ];
}

function pageOf({ items, hasMore }: Page): GreetingPage {
  const last = items.at(-1);
  return { items, ...(hasMore && last !== undefined ? { next: cursorAfter(last) } : {}) };
}
