import { getGreeting as operation, type Greeting } from '@spa-on-aws/shared-types';
import { callOperation } from '../../shared/api/api-client';
import type { Api } from '../../shared/api/api-context';

/** Fetches a greeting for `name`. Without a name, the API greets the world. */
export function getGreeting(api: Api, name: string, signal: AbortSignal): Promise<Greeting> {
  return callOperation(api, operation, name === '' ? {} : { query: { name } }, signal);
}
