import { createHash, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { scopeOf } from '../model/attributes';
import type { SigningKey, SigningKeys } from './signing-keys';
import type { PoolUser } from '../users/user-directory';
import type { UserPoolClient } from '../model/user-pool-client';

/** What a pair of tokens is issued for. */
export interface TokenGrant {
  readonly issuer: string;
  readonly client: UserPoolClient;
  readonly user: PoolUser;
  /** Granted scopes, in the order the token shows them. */
  readonly scopes: readonly string[];
  /** The `jti` of the access token. */
  readonly accessTokenId: string;
  /** Stays the same for all tokens that descend from one sign-in. */
  readonly originId: string;
  readonly eventId: string;
  /** Seconds since the epoch. */
  readonly authTime: number;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly nonce?: string | undefined;
  /** Row CG-AZ-14: what `resource` asked for. */
  readonly audience?: string | undefined;
}

/** Signed tokens; an ID token only where `openid` was granted (row CG-AZ-09). */
export interface IssuedTokens {
  readonly idToken: string | undefined;
  readonly accessToken: string;
}

/** Signs the tokens of a grant as Cognito does, payload and header key for key (section C4). */
export async function issueTokens(grant: TokenGrant, keys: SigningKeys): Promise<IssuedTokens> {
  const accessToken = await sign(accessTokenPayload(grant), keys.access);
  if (!grant.scopes.includes('openid')) return { accessToken, idToken: undefined };
  return { accessToken, idToken: await sign(idTokenPayload(grant, accessToken), keys.id) };
}

/** Payload of an access token: no audience unless a `resource` was asked for, no e-mail address. */
function accessTokenPayload(grant: TokenGrant): JWTPayload {
  const { client, user, issuedAt } = grant;
  return {
    sub: user.sub,
    ...groups(user),
    iss: grant.issuer,
    version: 2,
    client_id: client.id,
    ...(grant.audience === undefined ? {} : { aud: grant.audience }),
    ...(client.tokenRevocation ? { origin_jti: grant.originId } : {}),
    event_id: grant.eventId,
    token_use: 'access',
    scope: grant.scopes.join(' '),
    auth_time: grant.authTime,
    exp: issuedAt + client.accessTokenSeconds,
    iat: issuedAt,
    jti: grant.accessTokenId,
    username: user.username,
  };
}

/** Payload of an ID token; `email_verified` is a boolean here and a string at userInfo. */
function idTokenPayload(grant: TokenGrant, accessToken: string): JWTPayload {
  const { client, user, issuedAt } = grant;
  const { email, email_verified, phone_number_verified, ...others } = shownAttributes(
    user,
    client,
    grant.scopes,
  );
  return {
    at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
    sub: user.sub,
    ...groups(user),
    ...present({ email_verified }),
    iss: grant.issuer,
    ...present({ phone_number_verified }),
    'cognito:username': user.username,
    ...present({ nonce: grant.nonce }),
    ...(client.tokenRevocation ? { origin_jti: grant.originId } : {}),
    aud: client.id,
    event_id: grant.eventId,
    token_use: 'id',
    auth_time: grant.authTime,
    ...others,
    exp: issuedAt + client.idTokenSeconds,
    iat: issuedAt,
    ...(client.tokenRevocation ? { jti: randomUUID() } : {}),
    ...present({ email }),
  };
}

/** What userInfo answers (row CG-JT-05). */
export function userInfo(
  user: PoolUser,
  client: UserPoolClient,
  scopes: readonly string[],
): Record<string, unknown> {
  const { email_verified, phone_number_verified, ...attributes } = shownAttributes(user, client, scopes);
  return {
    sub: user.sub,
    ...(email_verified === undefined ? {} : { email_verified: String(email_verified) }),
    ...(phone_number_verified === undefined ? {} : { phone_number_verified: String(phone_number_verified) }),
    ...attributes,
    username: user.username,
  };
}

/** An access token for a client itself: no user, no groups. */
export function signClientToken(
  grant: Pick<TokenGrant, 'issuer' | 'client' | 'scopes' | 'accessTokenId' | 'issuedAt'>,
  keys: SigningKeys,
): Promise<string> {
  const { client, issuedAt } = grant;
  const payload: JWTPayload = {
    sub: client.id,
    token_use: 'access',
    scope: grant.scopes.join(' '),
    auth_time: issuedAt,
    iss: grant.issuer,
    exp: issuedAt + client.accessTokenSeconds,
    iat: issuedAt,
    version: 2,
    jti: grant.accessTokenId,
    client_id: client.id,
  };
  return sign(payload, keys.access);
}

/**
 * Attributes of a granted scope that the client may not read, so that it gets no tokens at all (row CG-TK-12): of
 * `email` and `phone` it must be able to read both, the address and whether it is verified.
 */
export function unreadableAttributes(
  { readAttributes }: UserPoolClient,
  scopes: readonly string[],
): string[] {
  if (readAttributes === undefined) return [];
  const needed = [
    ...(scopes.includes('email') ? ['email', 'email_verified'] : []),
    ...(scopes.includes('phone') ? ['phone_number', 'phone_number_verified'] : []),
  ];
  return needed.filter((attribute) => !readAttributes.includes(attribute));
}

/** `openid` alone shows every readable attribute; `email`, `phone` and `profile` narrow that (row CG-JT-04). */
function shownAttributes(
  { attributes }: PoolUser,
  { readAttributes }: UserPoolClient,
  scopes: readonly string[],
): PoolUser['attributes'] {
  const narrowed = ['email', 'phone', 'profile'].some((scope) => scopes.includes(scope));
  const shown = Object.entries(attributes).filter(
    ([attribute]) =>
      (!narrowed || scopes.includes(scopeOf(attribute))) && (readAttributes?.includes(attribute) ?? true),
  );
  return Object.fromEntries(shown);
}

function present<Value>(claims: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const given = Object.entries(claims).filter((claim): claim is [string, Value] => claim[1] !== undefined);
  return Object.fromEntries(given);
}

function groups(user: PoolUser): { 'cognito:groups'?: readonly string[] } {
  return user.groups.length === 0 ? {} : { 'cognito:groups': user.groups };
}

function sign(payload: JWTPayload, { kid, privateKey }: SigningKey): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ kid, alg: 'RS256' }).sign(privateKey);
}
