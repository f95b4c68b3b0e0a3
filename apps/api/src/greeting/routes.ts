import { getGreeting } from '@spa-on-aws/shared-types';
import { signedIn } from '../access/caller';
import type { Greeter } from '../greetings/greeter';
import { type OperationRoute, route } from '../http/operation-routes';

/** `GET /api/greeting?name=World`: greets, with the sequence's next id. */
export function greetingRoutes(greeter: Greeter): OperationRoute[] {
  return [
    route(getGreeting, async ({ caller, query: { name } }) => {
      const { id, content } = await greeter.greet(signedIn(caller), name);
      return { id, content };
    }),
  ];
}
