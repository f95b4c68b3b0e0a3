import type { Response } from 'express';
import { NoTokenError } from '../errors';

/** Who asks, as far as the API knows: Cognito's id of a person, never a name or an address. */
export interface Caller {
  readonly sub: string;
}

const callers = new WeakMap<object, Caller>();

/** Remembers who asks for the answer that is being made. */
export function rememberCaller(response: Response, caller: Caller): void {
  callers.set(response, caller);
}

/** Who asks; `undefined` where nobody had to say. */
export function callerOf(response: Response): Caller | undefined {
  return callers.get(response);
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
