import { isHttpError } from 'http-errors';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { insufficientScope, invalidToken, unavailable } from '../errors';

/** The user that an access token belongs to. */
export interface User {
  /** Cognito's id of the user, never a name or an email address. */
  readonly sub: string;
  /** Cognito groups of the user. */
  readonly groups: readonly string[];
}

/** Claims that every access token must have. */
export interface ExpectedToken {
  /** `iss`: the user pool. */
  readonly issuer: string;
  /** `client_id`: the app client. */
  readonly clientId: string;
  /** One of the scopes in `scope`. */
  readonly scope: string;
}

/** Cognito's tokens are shorter. */
const MAX_TOKEN_LENGTH = 8_192;

/** The same time for which API Gateway's authorizer caches its results (AG-AU-10). */
const CACHE_TTL_MS = 5 * 60_000;

/**
 * Creates a verifier of a user pool's access tokens: signed with RS256 by a key of the pool, not expired, with the expected
 * claims. It rejects with one of the errors in `errors.ts`. Verified tokens are cached until they expire, for five minutes
 * at most.
 */
export function createTokenVerifier({ issuer, clientId, scope }: ExpectedToken) {
  const getKey = keysOf(issuer);
  const verified = new LRUCache<string, User>({ max: 10_000, ttl: CACHE_TTL_MS, perf: Date });

  return async function verifyToken(token: string): Promise<User> {
    const known = verified.get(token);
    if (known) return known;
    if (token.length > MAX_TOKEN_LENGTH) throw invalidToken('too long');

    const { payload } = await jwtVerify(token, getKey, {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['exp'],
    }).catch((cause: unknown) => {
      if (isHttpError(cause)) throw cause;
      // jose's messages contain names of claims and algorithms, never their values.
      throw invalidToken(cause instanceof errors.JOSEError ? cause.message : 'not a JWT');
    });
    const { sub, exp = 0, token_use, client_id, scope: scopes, 'cognito:groups': groups } = payload;
    if (token_use !== 'access') throw invalidToken('token_use is not "access"');
    if (client_id !== clientId) throw invalidToken('client_id is another app client');
    if (typeof sub !== 'string' || sub === '') throw invalidToken('sub is not a user id');
    if (typeof scopes !== 'string' || !scopes.split(' ').includes(scope)) throw insufficientScope(scope);

    const user = { sub, groups: Array.isArray(groups) ? groups.map(String) : [] };
    verified.set(token, user, { ttl: Math.min(exp * 1_000 - Date.now(), CACHE_TTL_MS) });
    return user;
  };
}

/**
 * Returns the public keys of a user pool. They are fetched for the first token and for an unknown `kid`, at most every 30 s.
 * Known keys stay in use while the issuer cannot be reached.
 */
function keysOf(issuer: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    timeoutDuration: 3_000,
    cacheMaxAge: Infinity,
  });
  return async function getKey(header, token) {
    if (header.kid === undefined) throw invalidToken('kid is missing');
    try {
      return await keys(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey) throw cause;
      throw unavailable('ERR_KEYS_UNAVAILABLE', 'Could not verify the access token', cause);
    }
  };
}
