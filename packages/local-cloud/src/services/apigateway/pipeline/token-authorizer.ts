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
import { LRUCache } from 'lru-cache';
import { TemplatePattern } from '@spa-on-aws/cloudformation';
import type { ApiGatewayEvents, AuthorizerRejections } from '../../../trace/apigateway-events';
import type { Call, DecodedToken } from '../model/call';
import type { CognitoAuthorizer } from '../model/cognito-authorizer';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { Route } from '../model/routing';
import { reject } from './call';

export interface TokenIssuer {
  readonly arn: string;
  readonly issuer: string;
  /** The current public keys: the same object while they do not change. */
  jwks(): JSONWebKeySet;
  /** Tokens issued until then (milliseconds since the epoch) are treated as expired. */
  expiredBefore?(): number | undefined;
}

export type Rejection = {
  [Reason in keyof AuthorizerRejections]: {
    readonly reason: Reason;
    readonly data: AuthorizerRejections[Reason];
  };
}[keyof AuthorizerRejections];

export type Decision =
  | {
      readonly allowed: true;
      readonly token: DecodedToken;
      readonly tokenUse: 'access' | 'id';
      readonly scope: string | undefined;
      /** Milliseconds since the epoch; `undefined`: not from the cache. */
      readonly cachedSince: number | undefined;
    }
  | ({
      readonly allowed: false;
      /** `undefined`: not a token. */
      readonly token: DecodedToken | undefined;
    } & Rejection);

type Allowed = Extract<Decision, { allowed: true }>;
type JwtToken = DecodedToken & { readonly claims: JWTPayload };

interface CachedDecision {
  readonly decision: Allowed;
  readonly since: number;
  readonly until: number;
  readonly issuer: TokenIssuer;
  readonly jwks: JSONWebKeySet;
}

/**
 * Decides like a Cognito user pools authorizer (rows AG-AU-01 to AG-AU-10, AG-AU-13): signature, issuer, expiry,
 * `token_use`, scope, audience. It rejects what it cannot decide.
 */
export class TokenAuthorizer {
  readonly #issuers: readonly TokenIssuer[];
  readonly #now: () => number;
  readonly #keySets = new WeakMap<JSONWebKeySet, ReturnType<typeof createLocalJWKSet>>();
  readonly #cache = new LRUCache<string, CachedDecision>({ max: 1_000 });

  constructor(issuers: readonly TokenIssuer[], now: () => number) {
    this.#issuers = issuers;
    this.#now = now;
  }

  /** `scopes` of the method, empty: it accepts ID tokens; `header`: value of the header that carries the token. */
  async authorize(
    authorizer: CognitoAuthorizer,
    scopes: readonly string[],
    header: string | undefined,
  ): Promise<Decision> {
    const text = (header ?? '').replace(/^Bearer\s+/i, '').trim();
    if (text === '' || /^Bearer$/i.test(text)) return rejected('token-missing', {}, undefined);
    const { userPoolArns, audienceExpression } = authorizer;
    const key = createHash('sha256')
      .update(JSON.stringify([userPoolArns, audienceExpression, scopes, text]))
      .digest('base64');
    const cached = this.#cache.get(key);
    if (cached && this.#isCurrent(cached)) return { ...cached.decision, cachedSince: cached.since };
    this.#cache.delete(key);
    const token = decode(text);
    if (!token) return rejected('token-malformed', {}, undefined);
    return (
      wrongAudience(token, audienceExpression) ?? (await this.#verify(authorizer, scopes, text, token, key))
    );
  }

  /** Tells whether nothing has changed that would change the decision. */
  #isCurrent({ until, issuer, jwks, decision }: CachedDecision): boolean {
    return until > this.#now() && issuer.jwks() === jwks && !isForcedToExpire(issuer, decision.token.claims);
  }

  #keySet(jwks: JSONWebKeySet): ReturnType<typeof createLocalJWKSet> {
    let keySet = this.#keySets.get(jwks);
    if (!keySet) this.#keySets.set(jwks, (keySet = createLocalJWKSet(jwks)));
    return keySet;
  }

  async #verify(
    { userPoolArns, ttlSeconds }: CognitoAuthorizer,
    scopes: readonly string[],
    text: string,
    token: JwtToken,
    key: string,
  ): Promise<Decision> {
    const trusted = this.#issuers.filter(({ arn }) => userPoolArns.includes(arn));
    if (trusted.length === 0) return rejected('pool-unknown', { userPoolArns }, token);
    const issuer = trusted.find((candidate) => candidate.issuer === token.claims.iss);
    if (!issuer) {
      const data = { issuer: String(token.claims.iss), trusted: trusted.map((other) => other.issuer) };
      return rejected('issuer-unknown', data, token);
    }
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
      return { allowed: false, token, ...whyInvalid(error, token.claims, now) };
    }
    if (isForcedToExpire(issuer, token.claims)) return rejected('token-expiry-forced', {}, token);
    const decision = decideByClaims(token, scopes);
    const until = Math.min((token.claims.exp ?? 0) * 1_000, now + ttlSeconds * 1_000);
    if (decision.allowed && until > now) this.#cache.set(key, { decision, since: now, until, issuer, jwks });
    return decision;
  }
}

function decode(text: string): JwtToken | undefined {
  try {
    return { header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch {
    return undefined;
  }
}

function isForcedToExpire(issuer: TokenIssuer, { iat }: JWTPayload): boolean {
  const before = issuer.expiredBefore?.();
  return before !== undefined && (iat ?? 0) * 1_000 <= before;
}

/** Row AG-AU-08: an access token has no audience. */
function wrongAudience(token: JwtToken, expression: string | undefined): Decision | undefined {
  const { aud } = token.claims;
  const audience = Array.isArray(aud) ? aud.join(',') : aud;
  if (expression === undefined || new TemplatePattern(`^(?:${expression})$`).test(audience ?? '') === true)
    return undefined;
  return rejected('audience-mismatch', { audience, expression }, token);
}

function whyInvalid(error: unknown, { exp }: JWTPayload, now: number): Rejection {
  if (error instanceof errors.JWTExpired) {
    const expiredSecondsAgo = Math.max(0, Math.floor(now / 1_000 - (exp ?? 0)));
    return { reason: 'token-expired', data: { expiredSecondsAgo } };
  }
  if (error instanceof errors.JWKSNoMatchingKey) return { reason: 'key-unknown', data: {} };
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return { reason: 'signature-invalid', data: {} };
  if (error instanceof errors.JOSEAlgNotAllowed) return { reason: 'algorithm-not-allowed', data: {} };
  if (error instanceof errors.JWTClaimValidationFailed)
    return { reason: 'claim-invalid', data: { claim: error.claim } };
  return {
    reason: 'token-invalid',
    data: { detail: error instanceof Error ? error.message : String(error) },
  };
}

/** Checks `token_use` and scopes (rows AG-AU-04 to AG-AU-06). */
function decideByClaims(token: JwtToken, scopes: readonly string[]): Decision {
  const { token_use: tokenUse, scope } = token.claims;
  const expected = scopes.length > 0 ? 'access' : 'id';
  if (tokenUse !== expected) {
    if (tokenUse === 'id') return rejected('id-token', {}, token);
    if (tokenUse === 'access') return rejected('access-token', {}, token);
    return rejected('token-use-unknown', { tokenUse: String(tokenUse) }, token);
  }
  const granted = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
  const found = scopes.find((required) => granted.includes(required));
  if (expected === 'access' && found === undefined) return rejected('scope-missing', { granted }, token);
  return { allowed: true, token, tokenUse: expected, scope: found, cachedSince: undefined };
}

function rejected<Reason extends keyof AuthorizerRejections>(
  reason: Reason,
  data: AuthorizerRejections[Reason],
  token: DecodedToken | undefined,
): Decision {
  return { allowed: false, reason, data, token } as Decision;
}

/** Applies the method's Cognito authorizer, if it has one. @throws CallRejectedError */
export async function authorize(call: Call, { method }: Route, tokens: TokenAuthorizer): Promise<void> {
  const { authorizer, scopes } = method;
  if (authorizer?.type !== 'cognito') return;
  const { name, header, ttlSeconds } = authorizer;
  const decision = await tokens.authorize(authorizer, scopes, call.request.headers.getAll(header)[0]);
  const { allowed, token } = decision;
  call.authorizer = { token, allowed };
  const settings = { authorizer: name, header, scopes };
  const details = token ? { token } : {};
  if (!decision.allowed) {
    const { reason, data } = decision;
    const isExpired = reason === 'token-expired' || reason === 'token-expiry-forced';
    const error = isExpired ? GATEWAY_ERRORS.expiredToken : GATEWAY_ERRORS.unauthorized;
    // Reason and data belong together, which TypeScript cannot follow through the template literal.
    const event = `authorizer.${reason}` as 'authorizer.token-missing';
    const eventData: ApiGatewayEvents[typeof event] = { ...settings, ...data };
    return reject(call, error, event, eventData, details);
  }
  const { cachedSince } = decision;
  const secondsSince = (ms: number): number => Math.max(0, Math.round((call.receivedAt - ms) / 1_000));
  call.request.trace.add(
    'apigateway',
    'authorizer.allowed',
    {
      ...settings,
      tokenUse: decision.tokenUse,
      subject: String(decision.token.claims['sub']),
      scope: decision.scope,
      cached: cachedSince === undefined ? undefined : { secondsAgo: secondsSince(cachedSince), ttlSeconds },
    },
    details,
  );
}
