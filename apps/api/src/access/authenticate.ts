import { InvalidTokenError, NoTokenError } from '../errors';
import { type Caller, contextOf, type Middleware } from '../http/request-context';
import type { AccessTokenVerifier } from './token-verifier';

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/** The caller of every request when tokens are not verified. */
const ANONYMOUS: Caller = { sub: 'anonymous' };

/**
 * Accepts requests with a valid access token in `Authorization` (RFC 6750) and stores the caller in the request context.
 *
 * @param tokens `'unverified'` accepts every request, all as the same user
 */
export function authenticate(tokens: AccessTokenVerifier | 'unverified'): Middleware {
  return function authentication({ headers }, response, next) {
    const caller = tokens === 'unverified' ? ANONYMOUS : tokens.verify(bearerTokenOf(headers.authorization));
    const proceed = (verified: Caller): void => {
      contextOf(response).caller = verified;
      next();
    };
    // A promise costs time; cached tokens do not need one.
    if (caller instanceof Promise) caller.then(proceed, next);
    else proceed(caller);
  };
}

function bearerTokenOf(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') throw new NoTokenError();
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new InvalidTokenError('the Authorization header is not "Bearer <token>"');
  return token;
}
