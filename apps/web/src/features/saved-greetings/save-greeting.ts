import { makeGreeting, type SavedGreeting } from '@spa-on-aws/shared-types';
import { callOperation } from '../../shared/api/api-client';
import type { Api } from '../../shared/api/api-context';

/** Creates a greeting for `name` and saves it. Without a name, the API greets the world. */
export function saveGreeting(api: Api, name: string): Promise<SavedGreeting> {
  return callOperation(api, makeGreeting, { body: name === '' ? {} : { name } });
}
