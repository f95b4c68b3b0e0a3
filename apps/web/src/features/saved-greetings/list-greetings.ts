import { type GreetingPage, listGreetings as operation } from '@spa-on-aws/shared-types';
import { callOperation } from '../../shared/api/api-client';
import type { Api } from '../../shared/api/api-context';

/** Lists the signed-in user's saved greetings. `next` is that of the previous page. */
export function listGreetings(api: Api, next: string | undefined): Promise<GreetingPage> {
  return callOperation(api, operation, next === undefined ? {} : { query: { next } });
}
