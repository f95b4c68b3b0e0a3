import type { IncomingMessage } from 'node:http';
import { InvalidTokenError, NoTokenError } from '../errors';
import type { Middleware } from '../http/middleware';
import { recordOf } from '../http/request-record';
import type { Caller } from './caller';
import type { TokenVerifier } from './token-verifier';

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/** Whom an API without verification takes everybody for. */
const ANYBODY: Caller = { sub: 'anybody' };

/**
 * Lets through who sends a good access token, and remembers who it is (RFC 6750, by the header only).
 *
 * @param tokens what tells good tokens; `'unverified'` lets everybody through, as one and the same person
 */
export function authenticate(tokens: TokenVerifier | 'unverified'): Middleware {
  return function authentication(request, response, next) {
    const caller = tokens === 'unverified' ? ANYBODY : tokens.verify(bearerToken(request));
    const goOn = (who: Caller): void => {
      recordOf(response).caller = who;
      next();
    };
    if (caller instanceof Promise) caller.then(goOn, next);
    else goOn(caller);
  };
}

function bearerToken({ headers: { authorization } }: IncomingMessage): string {
  if (authorization === undefined || authorization === '') throw new NoTokenError();
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new InvalidTokenError('the header is not "Bearer" and a token');
  return token;
}
