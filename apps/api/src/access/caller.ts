import { NoTokenError } from '../errors';

/** Who asks, as far as the API knows: Cognito's id of a person, never a name or an address. */
export interface Caller {
  readonly sub: string;
}

/**
 * Who asks, where somebody must.
 *
 * @throws {NoTokenError} when the route was left open by mistake
 */
export function signedIn(caller: Caller | undefined): Caller {
  if (caller === undefined) throw new NoTokenError();
  return caller;
}
