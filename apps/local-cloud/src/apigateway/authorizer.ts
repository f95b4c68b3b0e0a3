import { createHash } from 'node:crypto';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { CognitoAuthorizer } from './rest-api';

/** A user pool whose tokens an authorizer can check. */
export interface TokenIssuer {
  readonly arn: string;
  readonly issuer: string;
  /** The public keys at this moment: the same object as long as they are the same. */
  jwks(): JSONWebKeySet;
}

/** What the authorizer found, with the reason in a sentence for the log. */
export type Verdict =
  | { readonly allowed: true; readonly reason: string; readonly subject: string }
  | { readonly allowed: false; readonly reason: string; readonly expired: boolean };

const MAX_CACHED_VERDICTS = 1_000;

/**
 * Decides like a Cognito user pools authorizer (rows AG-AU-01 to AG-AU-10): signature, issuer, expiry, `token_use`, and
 * scope. What it cannot decide is refused.
 */
export class TokenAuthorizer {
  readonly #issuers: readonly TokenIssuer[];
  readonly #now: () => number;
  readonly #keySets = new WeakMap<JSONWebKeySet, ReturnType<typeof createLocalJWKSet>>();
  readonly #verdicts = new Map<string, { verdict: Verdict; until: number }>();

  /** @param now milliseconds since the epoch */
  constructor(issuers: readonly TokenIssuer[], now: () => number) {
    this.#issuers = issuers;
    this.#now = now;
  }

  /**
   * @param header value of the authorizer's header, if the request has it
   * @param scopes of the method; empty means that an ID token is expected
   */
  async authorize(
    authorizer: CognitoAuthorizer,
    scopes: readonly string[],
    header: string | undefined,
  ): Promise<Verdict> {
    const token = (header ?? '').replace(/^Bearer\s+/i, '').trim();
    if (token === '') return refused(`no token in the ${authorizer.header} header`);
    const key = createHash('sha256')
      .update(JSON.stringify([authorizer.userPoolArns, scopes, token]))
      .digest('base64');
    const cached = this.#verdicts.get(key);
    if (cached && cached.until > this.#now()) return cached.verdict;
    const { verdict, expiresAt } = await this.#decide(authorizer, scopes, token);
    if (verdict.allowed)
      this.#remember(key, verdict, Math.min(expiresAt, this.#now() + authorizer.ttlSeconds * 1_000));
    return verdict;
  }

  #keySet(jwks: JSONWebKeySet): ReturnType<typeof createLocalJWKSet> {
    let keySet = this.#keySets.get(jwks);
    if (!keySet) this.#keySets.set(jwks, (keySet = createLocalJWKSet(jwks)));
    return keySet;
  }

  #remember(key: string, verdict: Verdict, until: number): void {
    const [oldest] = this.#verdicts.keys();
    if (this.#verdicts.size >= MAX_CACHED_VERDICTS && oldest !== undefined) this.#verdicts.delete(oldest);
    this.#verdicts.set(key, { verdict, until });
  }

  async #decide(
    authorizer: CognitoAuthorizer,
    scopes: readonly string[],
    token: string,
  ): Promise<{ verdict: Verdict; expiresAt: number }> {
    const issuers = this.#issuers.filter(({ arn }) => authorizer.userPoolArns.includes(arn));
    let reason = `no user pool of this template is ${authorizer.userPoolArns.join(' or ')}`;
    for (const issuer of issuers) {
      try {
        const { payload } = await jwtVerify(token, this.#keySet(issuer.jwks()), {
          algorithms: ['RS256'],
          issuer: issuer.issuer,
          currentDate: new Date(this.#now()),
          requiredClaims: ['exp', 'token_use', 'sub'],
        });
        return { verdict: judgeClaims(payload, scopes), expiresAt: (payload.exp ?? 0) * 1_000 };
      } catch (error) {
        if (error instanceof errors.JWTExpired)
          return { verdict: refused('the token has expired', true), expiresAt: 0 };
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    return { verdict: refused(reason), expiresAt: 0 };
  }
}

function judgeClaims(payload: JWTPayload, scopes: readonly string[]): Verdict {
  const wanted = scopes.length === 0 ? 'id' : 'access';
  const { token_use: use, scope } = payload;
  const allowed: Verdict = {
    allowed: true,
    reason: `${wanted} token of ${payload.sub ?? ''}`,
    subject: payload.sub ?? '',
  };
  if (use !== wanted) {
    const missing = wanted === 'access' ? `scope ${scopes.join(' or ')} missing: ` : '';
    return refused(
      `${missing}this is an ${use === 'id' ? 'ID' : String(use)} token, the method takes ${wanted} tokens`,
    );
  }
  if (wanted === 'id') return allowed;
  const granted = typeof scope === 'string' ? scope.split(' ') : [];
  return scopes.some((wantedScope) => granted.includes(wantedScope))
    ? allowed
    : refused(`scope ${scopes.join(' or ')} missing: the token has ${granted.join(', ') || 'none'}`);
}

function refused(reason: string, expired = false): Verdict {
  return { allowed: false, reason, expired };
}
