import type { RequestHandler } from 'express';
import { invalidToken, noToken, notInGroup } from '../errors';
import { createTokenVerifier, type ExpectedToken, type User } from './token-verifier';

declare global {
  // Express's types are extended with a namespace.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Request {
      /** The signed-in user, set by `authenticate()`. Routers that `app.ts` mounts before it must not read it. */
      user: User;
    }
  }
}

const ANONYMOUS: User = { sub: 'anonymous', groups: [] };

/**
 * Accepts requests with a valid access token in `Authorization` (RFC 6750), and sets `req.user`.
 *
 * @param tokens claims of the access tokens; `'unverified'` accepts every request, all as the same user
 */
export function authenticate(tokens: ExpectedToken | 'unverified'): RequestHandler {
  const verifyToken = tokens === 'unverified' ? undefined : createTokenVerifier(tokens);
  return async function authentication(req, _res, next) {
    if (verifyToken === undefined) {
      req.user = ANONYMOUS;
      next();
      return;
    }
    const { authorization } = req.headers;
    if (!authorization) throw noToken();
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    if (token === undefined) throw invalidToken('the Authorization header is not "Bearer <token>"');
    req.user = await verifyToken(token);
    next();
  };
}

/** Accepts only requests of users in this Cognito group. Use it after `authenticate()`. */
export function requireGroup(group: string): RequestHandler {
  return function groupCheck(req, _res, next) {
    if (!req.user.groups.includes(group)) throw notInGroup(group);
    next();
  };
}
