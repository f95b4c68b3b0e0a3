import { getGreeting as operation, type Greeting } from '@spa-on-aws/shared-types';
import { type ApiAccess, askApi } from '../../shared/api/api-client';

/** Asks for a greeting; without a name, the API greets the world. Throws what {@link askApi} throws. */
export function getGreeting(api: ApiAccess, name: string, signal: AbortSignal): Promise<Greeting> {
  return askApi(api, operation, name === '' ? {} : { query: { name } }, signal);
}
