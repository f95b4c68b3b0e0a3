import type { RequestHandler } from 'express';
import { MethodNotAllowedError } from '../errors';

/** The last handler of a route that can only be read: refuses every method but GET and HEAD, naming these in `Allow`. */
export function refuseOtherMethods(): RequestHandler {
  return function otherMethods() {
    throw new MethodNotAllowedError(['GET', 'HEAD']);
  };
}
