import { createHash } from 'node:crypto';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import type { CognitoAuthorizer } from './cognito-authorizer';

/** A user pool whose tokens an authorizer can check. */
export interface TokenIssuer {
  readonly arn: string;
  readonly issuer: string;
  /** The public keys at this moment: the same object as long as they are the same. */
  jwks(): JSONWebKeySet;
  /** Tokens issued at this moment (milliseconds since the epoch) or before count as expired. */
  expiredBefore?(): number | undefined;
}

/** A token as people may see it: without its signature. */
export interface DecodedToken {
  readonly header: object;
  readonly claims: JWTPayload;
}

/** What the authorizer found, with the reason in a sentence for people who do not know AWS. */
export type Verdict =
  | {
      readonly allowed: true;
      readonly reason: string;
      readonly token: DecodedToken;
      /** Since when the verdict is kept, milliseconds since the epoch; `undefined` when it is new. */
      readonly keptSince: number | undefined;
    }
  | {
      readonly allowed: false;
      readonly reason: string;
      readonly expired: boolean;
      /** `undefined` when it is no token at all. */
      readonly token: DecodedToken | undefined;
    };

type Allowed = Extract<Verdict, { allowed: true }>;

interface KeptVerdict {
  readonly verdict: Allowed;
  readonly since: number;
  readonly until: number;
  readonly issuer: TokenIssuer;
  readonly jwks: JSONWebKeySet;
}

const MAX_KEPT_VERDICTS = 1_000;

/**
 * Decides like a Cognito user pools authorizer (rows AG-AU-01 to AG-AU-10, AG-AU-13): signature, issuer, expiry, `token_use`,
 * scope, audience. What it cannot decide is refused.
 */
export class TokenAuthorizer {
  readonly #issuers: readonly TokenIssuer[];
  readonly #now: () => number;
  readonly #keySets = new WeakMap<JSONWebKeySet, ReturnType<typeof createLocalJWKSet>>();
  readonly #kept = new Map<string, KeptVerdict>();

  /** @param now milliseconds since the epoch */
  constructor(issuers: readonly TokenIssuer[], now: () => number) {
    this.#issuers = issuers;
    this.#now = now;
  }

  /**
   * @param scopes of the method; empty means that an ID token is expected
   * @param header value of the authorizer's header, if the request has it
   */
  async authorize(
    authorizer: CognitoAuthorizer,
    scopes: readonly string[],
    header: string | undefined,
  ): Promise<Verdict> {
    const text = (header ?? '').replace(/^Bearer\s+/i, '').trim();
    if (text === '' || /^Bearer$/i.test(text))
      return refused(`the request has no token in its ${authorizer.header} header`, undefined);
    const { userPoolArns, audience } = authorizer;
    const key = createHash('sha256')
      .update(JSON.stringify([userPoolArns, audience?.expression, scopes, text]))
      .digest('base64');
    const kept = this.#kept.get(key);
    if (kept && this.#holds(kept)) return { ...kept.verdict, keptSince: kept.since };
    this.#kept.delete(key);
    const token = decode(text);
    if (!token)
      return refused('what the request sent is no token (a JWT has three parts, in base64url)', token);
    if (audience && !audience.pattern.test(audienceOf(token.claims)))
      return refused(wrongAudience(token, audience.expression), token);
    return this.#decide(authorizer, scopes, text, token, key);
  }

  /** Whether nothing has happened since that would change the verdict. */
  #holds({ until, issuer, jwks, verdict }: KeptVerdict): boolean {
    return until > this.#now() && issuer.jwks() === jwks && !isCutOff(issuer, verdict.token.claims);
  }

  #keySet(jwks: JSONWebKeySet): ReturnType<typeof createLocalJWKSet> {
    let keySet = this.#keySets.get(jwks);
    if (!keySet) this.#keySets.set(jwks, (keySet = createLocalJWKSet(jwks)));
    return keySet;
  }

  #keep(key: string, kept: KeptVerdict): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_KEPT_VERDICTS && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, kept);
  }

  async #decide(
    authorizer: CognitoAuthorizer,
    scopes: readonly string[],
    text: string,
    token: DecodedToken,
    key: string,
  ): Promise<Verdict> {
    const trusted = this.#issuers.filter(({ arn }) => authorizer.userPoolArns.includes(arn));
    if (trusted.length === 0)
      return refused(`no user pool of this template is ${authorizer.userPoolArns.join(' or ')}`, token);
    const issuer = trusted.find((candidate) => candidate.issuer === token.claims.iss);
    if (!issuer) return refused(wrongIssuer(token, trusted), token);
    const jwks = issuer.jwks();
    const now = this.#now();
    try {
      await jwtVerify(text, this.#keySet(jwks), {
        algorithms: ['RS256'],
        issuer: issuer.issuer,
        currentDate: new Date(now),
        requiredClaims: ['exp', 'token_use', 'sub'],
      });
    } catch (error) {
      const expired = error instanceof errors.JWTExpired;
      return refused(expired ? expiredSince(token.claims, now) : whyInvalid(error), token, expired);
    }
    if (isCutOff(issuer, token.claims))
      return refused(
        'the token counts as expired: every token issued until then was made to expire',
        token,
        true,
      );
    const verdict = judgeClaims(token, scopes);
    const until = Math.min((token.claims.exp ?? 0) * 1_000, now + authorizer.ttlSeconds * 1_000);
    if (verdict.allowed && until > now) this.#keep(key, { verdict, since: now, until, issuer, jwks });
    return verdict;
  }
}

function decode(text: string): DecodedToken | undefined {
  try {
    return { header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch {
    return undefined;
  }
}

function isCutOff(issuer: TokenIssuer, { iat }: JWTPayload): boolean {
  const before = issuer.expiredBefore?.();
  return before !== undefined && (iat ?? 0) * 1_000 <= before;
}

/** Row AG-AU-08: an access token has no audience. */
function audienceOf({ aud }: JWTPayload): string {
  return Array.isArray(aud) ? aud.join(',') : (aud ?? '');
}

function wrongAudience({ claims }: DecodedToken, expression: string): string {
  const found = audienceOf(claims);
  const what =
    found === '' ? `${kind(claims)} has no audience (aud)` : `the token's audience (aud) is ${found}`;
  return `${what}; the authorizer's IdentityValidationExpression asks for ${expression}`;
}

/** Rows AG-AU-02 and AG-AU-13. */
function wrongIssuer({ claims }: DecodedToken, trusted: readonly TokenIssuer[]): string {
  const issuers = trusted.map(({ issuer }) => issuer).join(' or ');
  return `the token is from ${String(claims.iss)}; the authorizer trusts ${issuers} only`;
}

function expiredSince({ exp }: JWTPayload, now: number): string {
  const seconds = Math.max(0, Math.floor(now / 1_000 - (exp ?? 0)));
  return `the token has expired, ${seconds} s ago`;
}

function whyInvalid(error: unknown): string {
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'the key that signed the token is none of the user pool’s: it is of another pool, or the keys were rotated since';
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'the signature does not fit: the token was changed, or the user pool did not sign it';
  if (error instanceof errors.JOSEAlgNotAllowed)
    return 'the token is not signed with RS256, which is all that is accepted';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `the token lacks what it needs: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function kind({ token_use: use }: JWTPayload): string {
  return use === 'id'
    ? 'an ID token'
    : use === 'access'
      ? 'an access token'
      : `a token with token_use ${String(use)}`;
}

function judgeClaims(token: DecodedToken, scopes: readonly string[]): Verdict {
  const { claims } = token;
  const wantsAccess = scopes.length > 0;
  const scopeMissing = `scope ${scopes.join(' or ')} missing: `;
  if (claims['token_use'] !== (wantsAccess ? 'access' : 'id')) {
    return wantsAccess
      ? refused(`${scopeMissing}this is ${kind(claims)}; the method takes access tokens`, token)
      : refused(`this is ${kind(claims)}; the method asks for no scope, so it takes ID tokens`, token);
  }
  const by = `${kind(claims)} of ${claims.sub ?? ''}`;
  if (!wantsAccess) return allowed(`${by}; the method asks for no scope`, token);
  const { scope } = claims;
  const granted = typeof scope === 'string' ? scope.split(' ') : [];
  const match = scopes.find((wanted) => granted.includes(wanted));
  return match === undefined
    ? refused(`${scopeMissing}the access token has ${granted.filter(Boolean).join(', ') || 'none'}`, token)
    : allowed(`${by}, with the scope ${match}`, token);
}

function allowed(reason: string, token: DecodedToken): Verdict {
  return { allowed: true, reason, token, keptSince: undefined };
}

function refused(reason: string, token: DecodedToken | undefined, expired = false): Verdict {
  return { allowed: false, reason, expired, token };
}
