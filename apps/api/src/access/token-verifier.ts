import { errors, jwtVerify, type JWTPayload } from 'jose';
import { ApiError, InsufficientScopeError, InvalidTokenError } from '../errors';
import { AcceptedTokens } from './accepted-tokens';
import type { Caller } from './caller';
import type { IssuerKeys } from './issuer-keys';

/** Longer than any of Cognito's; who sends more is not worth a hash. */
const MAX_TOKEN_LENGTH = 8_192;

/** Says who asks, by the access token that is sent. */
export interface TokenVerifier {
  /**
   * @throws {InvalidTokenError | InsufficientScopeError | KeysUnavailableError} at once or by a promise
   */
  verify(token: string): Caller | Promise<Caller>;
}

/** What a token has to say. */
export interface ExpectedToken {
  /** `iss`: the user pool. */
  readonly issuer: string;
  /** `client_id`: the app client. */
  readonly clientId: string;
  /** One of the words of `scope`. */
  readonly scope: string;
}

/** What an {@link AccessTokenVerifier} is built from. */
export interface AccessTokenVerifierDependencies {
  readonly keys: Pick<IssuerKeys, 'keyOf'>;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Takes access tokens of one user pool and one client with one scope, signed with RS256 by a key of the pool, and no
 * others. What a token itself says about keys (`jwk`, `jku`, `x5c`) never counts, and neither does any other algorithm.
 */
export class AccessTokenVerifier implements TokenVerifier {
  readonly #expected: ExpectedToken;
  readonly #keys: Pick<IssuerKeys, 'keyOf'>;
  readonly #now: () => number;
  readonly #accepted: AcceptedTokens;

  constructor(expected: ExpectedToken, { keys, now = Date.now }: AccessTokenVerifierDependencies) {
    this.#expected = expected;
    this.#keys = keys;
    this.#now = now;
    this.#accepted = new AcceptedTokens(now);
  }

  verify(token: string): Caller | Promise<Caller> {
    if (token.length > MAX_TOKEN_LENGTH) throw new InvalidTokenError('it is longer than any');
    return this.#accepted.get(token) ?? this.#verifyAnew(token);
  }

  async #verifyAnew(token: string): Promise<Caller> {
    const claims = await this.#signedClaims(token);
    const { sub, exp, token_use: use, client_id: client, scope } = claims;
    if (use !== 'access') throw new InvalidTokenError('it is no access token');
    if (client !== this.#expected.clientId) throw new InvalidTokenError('it was made for another client');
    if (typeof sub !== 'string' || sub === '' || sub.length > 128) {
      throw new InvalidTokenError('it does not say whose it is');
    }
    const scopes = typeof scope === 'string' ? scope.split(' ') : [];
    if (!scopes.includes(this.#expected.scope)) throw new InsufficientScopeError(this.#expected.scope);
    const caller = { sub };
    this.#accepted.add(token, caller, Number(exp) * 1_000);
    return caller;
  }

  async #signedClaims(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(
        token,
        (header, jws) => {
          if (typeof header.kid !== 'string') throw new InvalidTokenError('it names no key');
          return this.#keys.keyOf(header, jws);
        },
        {
          algorithms: ['RS256'],
          issuer: this.#expected.issuer,
          requiredClaims: ['exp'],
          currentDate: new Date(this.#now()),
        },
      );
      return payload;
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      // jose's messages name claims and algorithms, never their values.
      if (cause instanceof errors.JOSEError) throw new InvalidTokenError(cause.message, { cause });
      throw new InvalidTokenError('it cannot be read', { cause });
    }
  }
}
