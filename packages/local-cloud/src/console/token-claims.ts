import { formatDuration } from '../run/clock';
import { redactText } from './redaction';

interface ExplainedClaim {
  readonly name: string;
  readonly value: string;
  /** Empty for an unknown claim. */
  readonly meaning: string;
}

export interface ExplainedToken {
  readonly kind: string;
  readonly summary: string;
  readonly claims: readonly ExplainedClaim[];
}

/** Meaning of known claims, in display order; others follow. */
const MEANINGS: Readonly<Record<string, string>> = {
  token_use: 'type: an access token authorizes API calls, an ID token tells the page who signed in',
  scope: 'permissions; the API method requires one of these',
  exp: 'expiry time',
  iss: 'issuer: the user pool',
  client_id: 'app client that it was issued to',
  aud: 'audience: app client that it was issued to',
  sub: 'user id, which never changes',
  username: 'user name in the pool',
  'cognito:username': 'user name in the pool',
  'cognito:groups': 'groups in the pool',
  email: 'email address',
  email_verified: 'true if the address was confirmed',
  name: 'name',
  iat: 'time of issue',
  auth_time: 'time of the sign-in',
  jti: 'token id',
  origin_jti: 'id of the sign-in; revoking its refresh token invalidates all tokens with this id',
  event_id: 'id of the sign-in in the user pool’s log',
  nonce: 'ties it to the authorization request',
  at_hash: 'ties it to the access token issued with it',
  version: 'version of the token format',
};

const TIMES = ['exp', 'iat', 'auth_time', 'nbf'];

/** Explains the claims of a decoded token; lifetimes are relative to `atMs`, by the clock of the local cloud. */
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
  return 'Token of unknown type';
}

function summaryOf({ token_use: use, scope, exp }: Readonly<Record<string, unknown>>, atMs: number): string {
  const expiry = typeof exp === 'number' ? expiryOf(exp, atMs) : 'does not expire';
  if (use !== 'access') return expiry;
  return `${expiry}, scopes: ${typeof scope === 'string' && scope !== '' ? scope : 'none'}`;
}

function expiryOf(exp: number, atMs: number): string {
  const leftMs = exp * 1_000 - atMs;
  return leftMs > 0 ? `expires in ${formatDuration(leftMs)}` : `expired ${formatDuration(-leftMs)} ago`;
}

function valueOf(name: string, value: unknown, atMs: number): string {
  if (TIMES.includes(name) && typeof value === 'number') {
    const date = new Date(value * 1_000);
    const time = Number.isNaN(date.getTime()) ? String(value) : date.toISOString().replace('.000', '');
    if (name === 'exp') return `${time}, ${expiryOf(value, atMs)}`;
    return `${time}, ${formatDuration(Math.abs(atMs - value * 1_000))} ${value * 1_000 > atMs ? 'later' : 'earlier'}`;
  }
  return redactText(typeof value === 'string' ? value : JSON.stringify(value));
}
