import { spellDuration } from '../explain/duration';
import { redactText } from './redaction';

/** One claim of a token, with what it means. */
export interface ExplainedClaim {
  readonly name: string;
  readonly value: string;
  /** Empty for a claim that is nobody's but the pool's. */
  readonly meaning: string;
}

/** A token as it is shown: what it is, and its claims. */
export interface ExplainedToken {
  /** E.g. `Access token`. */
  readonly kind: string;
  readonly summary: string;
  readonly claims: readonly ExplainedClaim[];
}

/** In the order they are shown; others follow as they come. */
const MEANINGS: Readonly<Record<string, string>> = {
  token_use: 'what it is for: an access token opens an API, an ID token tells the page who signed in',
  scope: 'what it may do; the method of the API asks for one of these',
  exp: 'when it expires',
  iss: 'who gave it: the user pool',
  client_id: 'which app it was given to',
  aud: 'which app it was given to',
  sub: 'who signed in: an id that never changes',
  username: 'user name in the pool',
  'cognito:username': 'user name in the pool',
  'cognito:groups': 'groups in the pool',
  email: 'e-mail address',
  email_verified: 'whether that address was confirmed',
  name: 'name',
  iat: 'when it was given',
  auth_time: 'when the person signed in',
  jti: 'its own id',
  origin_jti: 'id of the sign-in it comes from; revoking ends all of these',
  event_id: 'id of the sign-in in the pool’s log',
  nonce: 'ties it to the request of the page',
  at_hash: 'ties it to the access token beside it',
  version: 'version of the token’s form',
};

const TIMES = ['exp', 'iat', 'auth_time', 'nbf'];

/**
 * Puts a decoded token into words.
 *
 * @param atMs when the request came in, by the clock of the cloud: what is left of the token is told from there
 */
export function explainToken(claims: Readonly<Record<string, unknown>>, atMs: number): ExplainedToken {
  const known = Object.keys(MEANINGS).filter((name) => name in claims);
  const others = Object.keys(claims).filter((name) => !(name in MEANINGS));
  return {
    kind: kindOf(claims['token_use']),
    summary: summaryOf(claims, atMs),
    claims: [...known, ...others].map((name) => ({
      name: redactText(name),
      value: valueOf(name, claims[name], atMs),
      meaning: MEANINGS[name] ?? '',
    })),
  };
}

function kindOf(use: unknown): string {
  if (use === 'access') return 'Access token';
  if (use === 'id') return 'ID token';
  return 'Token of an unknown kind';
}

function summaryOf({ token_use: use, scope, exp }: Readonly<Record<string, unknown>>, atMs: number): string {
  const expiry = typeof exp === 'number' ? expiryOf(exp, atMs) : 'does not expire';
  if (use !== 'access') return expiry;
  return `${expiry}, scopes: ${typeof scope === 'string' && scope !== '' ? scope : 'none'}`;
}

function expiryOf(exp: number, atMs: number): string {
  const leftMs = exp * 1_000 - atMs;
  return leftMs > 0 ? `expires in ${spellDuration(leftMs)}` : `expired ${spellDuration(-leftMs)} ago`;
}

function valueOf(name: string, value: unknown, atMs: number): string {
  if (TIMES.includes(name) && typeof value === 'number') {
    const date = new Date(value * 1_000);
    const time = Number.isNaN(date.getTime()) ? String(value) : date.toISOString().replace('.000', '');
    if (name === 'exp') return `${time}, ${expiryOf(value, atMs)}`;
    return `${time}, ${spellDuration(Math.abs(atMs - value * 1_000))} ${value * 1_000 > atMs ? 'from then' : 'before'}`;
  }
  return redactText(typeof value === 'string' ? value : JSON.stringify(value));
}
