import { Greeting, GREETING_PATH } from '@spa-on-aws/shared-types';
import { type ApiAccess, getFromApi } from '../../shared/api/api-client';
import { UnexpectedAnswerError } from '../../shared/api/api-errors';

/**
 * Asks for a greeting; without a name, the API greets the world.
 *
 * @throws {UnexpectedAnswerError} when what comes is no greeting, and whatever {@link getFromApi} throws.
 */
export async function getGreeting(api: ApiAccess, name: string, signal: AbortSignal): Promise<Greeting> {
  const query = name === '' ? '' : `?${new URLSearchParams({ name }).toString()}`;
  const { data, error } = Greeting.safeParse(await getFromApi(api, `${GREETING_PATH}${query}`, signal));
  if (!data) throw new UnexpectedAnswerError('The answer is no greeting', { cause: error });
  return data;
}
