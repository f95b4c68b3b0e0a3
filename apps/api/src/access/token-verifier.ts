import { errors, jwtVerify, type JWTPayload } from 'jose';
import { ApiError, InsufficientScopeError, InvalidTokenError } from '../errors';
import type { Caller } from '../http/request-context';
import type { IssuerKeys } from './issuer-keys';
import { VerifiedTokenCache } from './verified-token-cache';

/** Cognito's tokens are shorter. Longer tokens are rejected before they are hashed. */
const MAX_TOKEN_LENGTH = 8_192;

/** Claims that every access token must have. */
export interface ExpectedToken {
  /** `iss`: the user pool. */
  readonly issuer: string;
  /** `client_id`: the app client. */
  readonly clientId: string;
  /** One of the scopes in `scope`. */
  readonly scope: string;
}

/**
 * Verifies access tokens: signed with RS256 by a key of the user pool, not expired, with the expected claims. Keys in the
 * token itself (`jwk`, `jku`, `x5c`) and other algorithms are never used.
 */
export class AccessTokenVerifier {
  readonly #cache: VerifiedTokenCache;

  /** @param now returns milliseconds since 1970 */
  constructor(
    private readonly expected: ExpectedToken,
    private readonly keys: Pick<IssuerKeys, 'getKey'>,
    private readonly now: () => number = Date.now,
  ) {
    this.#cache = new VerifiedTokenCache(now);
  }

  /**
   * Returns the user that the token belongs to. The result is a promise only if the token is not in the cache.
   *
   * @throws {InvalidTokenError | InsufficientScopeError | KeysUnavailableError} directly, or as a rejected promise
   */
  verify(token: string): Caller | Promise<Caller> {
    if (token.length > MAX_TOKEN_LENGTH)
      throw new InvalidTokenError(`longer than ${MAX_TOKEN_LENGTH} characters`);
    return this.#cache.get(token) ?? this.#verify(token);
  }

  async #verify(token: string): Promise<Caller> {
    const { sub, exp, token_use: use, client_id: clientId, scope } = await this.#verifySignature(token);
    if (use !== 'access') throw new InvalidTokenError('token_use is not "access"');
    if (clientId !== this.expected.clientId) throw new InvalidTokenError('client_id is another app client');
    if (typeof sub !== 'string' || sub === '' || sub.length > 128) {
      throw new InvalidTokenError('sub is not a string of 1 to 128 characters');
    }
    const scopes = typeof scope === 'string' ? scope.split(' ') : [];
    if (!scopes.includes(this.expected.scope)) throw new InsufficientScopeError(this.expected.scope);
    const caller = { sub };
    this.#cache.add(token, caller, Number(exp) * 1_000);
    return caller;
  }

  async #verifySignature(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(
        token,
        (header, jws) => {
          if (typeof header.kid !== 'string') throw new InvalidTokenError('kid is missing');
          return this.keys.getKey(header, jws);
        },
        {
          algorithms: ['RS256'],
          issuer: this.expected.issuer,
          requiredClaims: ['exp'],
          currentDate: new Date(this.now()),
        },
      );
      return payload;
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      // jose's messages contain names of claims and algorithms, never their values.
      throw new InvalidTokenError(cause instanceof errors.JOSEError ? cause.message : 'not a JWT', { cause });
    }
  }
}
