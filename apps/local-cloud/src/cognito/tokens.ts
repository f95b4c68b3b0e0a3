import { createHash, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { SigningKey, SigningKeys } from './signing-keys';
import type { PoolUser } from './user-directory';
import type { UserPoolClient } from './user-pool-client';

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

/** Payload of an access token: no audience, no e-mail address. */
export function accessTokenPayload(grant: TokenGrant): JWTPayload {
  const { client, user, issuedAt } = grant;
  return {
    sub: user.sub,
    ...groups(user),
    iss: grant.issuer,
    version: 2,
    client_id: client.id,
    origin_jti: grant.originId,
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
export function idTokenPayload(grant: TokenGrant, accessToken: string): JWTPayload {
  const { client, user, issuedAt } = grant;
  const shown = attributesOf(grant.user, grant.client, grant.scopes);
  return {
    at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
    sub: user.sub,
    ...groups(user),
    ...('email_verified' in shown ? { email_verified: shown.email_verified } : {}),
    iss: grant.issuer,
    'cognito:username': user.username,
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
    origin_jti: grant.originId,
    aud: client.id,
    event_id: grant.eventId,
    token_use: 'id',
    auth_time: grant.authTime,
    ...('name' in shown ? { name: shown.name } : {}),
    exp: issuedAt + client.idTokenSeconds,
    iat: issuedAt,
    jti: randomUUID(),
    ...('email' in shown ? { email: shown.email } : {}),
  };
}

/** What userInfo answers (row CG-JT-05). */
export function userInfo(
  user: PoolUser,
  client: UserPoolClient,
  scopes: readonly string[],
): Record<string, unknown> {
  const { email_verified: verified, ...attributes } = attributesOf(user, client, scopes);
  return {
    sub: user.sub,
    ...(verified === undefined ? {} : { email_verified: String(verified) }),
    ...attributes,
    username: user.username,
  };
}

interface Attributes {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** `openid` alone shows every readable attribute; `email`, `phone` and `profile` narrow that (row CG-JT-04). */
function attributesOf(user: PoolUser, client: UserPoolClient, scopes: readonly string[]): Attributes {
  const narrowed = ['email', 'phone', 'profile'].some((scope) => scopes.includes(scope));
  const visible = (attribute: string, scope: string): boolean =>
    (!narrowed || scopes.includes(scope)) && (client.readAttributes?.includes(attribute) ?? true);
  return {
    ...(visible('email', 'email') ? { email: user.email } : {}),
    ...(visible('email_verified', 'email') ? { email_verified: user.emailVerified } : {}),
    ...(visible('name', 'profile') && user.name !== undefined ? { name: user.name } : {}),
  };
}

function groups(user: PoolUser): { 'cognito:groups'?: readonly string[] } {
  return user.groups.length === 0 ? {} : { 'cognito:groups': user.groups };
}

function sign(payload: JWTPayload, { kid, privateKey }: SigningKey): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ kid, alg: 'RS256' }).sign(privateKey);
}
