import { createHash, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { type JSONWebKeySet, type JWK, type JWTPayload, SignJWT } from 'jose';
import { scopeOf } from '../model/attributes';
import type { User } from '../users/user-file';
import type { UserPoolClient } from '../model/user-pool-client';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
}

/** Keys of a user pool: one for ID tokens, one for access tokens (row CG-JW-01). */
export interface SigningKeys {
  readonly id: SigningKey;
  readonly access: SigningKey;
  readonly jwks: JSONWebKeySet;
}

export async function generateSigningKeys(): Promise<SigningKeys> {
  const [id, access] = await Promise.all([generateSigningKey(), generateSigningKey()]);
  return { id, access, jwks: { keys: [id.publicJwk, access.publicJwk] } };
}

async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64');
  return { kid, privateKey, publicJwk: { alg: 'RS256', e, kid, kty: 'RSA', n, use: 'sig' } };
}

type TokenUser = Pick<User, 'sub' | 'username' | 'groups' | 'attributes'>;

/** Groups and roles in tokens. */
interface GroupClaims {
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly preferredRole: string | undefined;
}

interface ClaimChanges {
  readonly set: Readonly<Record<string, unknown>>;
  readonly suppress: readonly string[];
}

/** Changes of tokens that the trigger `PreTokenGeneration` returns (rows CG-TR-04 to CG-TR-06). */
export interface TokenChanges {
  readonly id: ClaimChanges;
  readonly access: ClaimChanges;
  readonly scopesToAdd: readonly string[];
  readonly scopesToSuppress: readonly string[];
  /** `undefined`: the groups of the user. */
  readonly groups: GroupClaims | undefined;
}

interface TokenGrant {
  readonly issuer: string;
  readonly client: UserPoolClient;
  readonly user: TokenUser;
  /** Granted scopes, in the order of the claim. */
  readonly scopes: readonly string[];
  /** True for a sign-in by the user pools API, which has an ID token without `openid`. */
  readonly byApi: boolean;
  /** The `jti` of the access token. */
  readonly accessTokenId: string;
  /** The same for all tokens of one sign-in. */
  readonly originId: string;
  readonly eventId: string;
  /** Seconds since the epoch. */
  readonly authTime: number;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly nonce?: string | undefined;
  /** Value of the request's `resource` (row CG-AZ-14). */
  readonly audience?: string | undefined;
  readonly changes?: TokenChanges | undefined;
}

/**
 * Signs the tokens of a grant, with the claims and the claim order of Cognito. There is an ID token only when `openid` was
 * granted (row CG-AZ-09), or for a sign-in by the user pools API (row CG-UP-02).
 */
export async function issueTokens(
  grant: TokenGrant,
  keys: SigningKeys,
): Promise<{ readonly accessToken: string; readonly idToken: string | undefined }> {
  const accessToken = await sign(accessTokenPayload(grant), keys.access);
  if (!grant.byApi && !grant.scopes.includes('openid')) return { accessToken, idToken: undefined };
  return { accessToken, idToken: await sign(idTokenPayload(grant, accessToken), keys.id) };
}

/** Payload of an access token: no e-mail address, and an audience only when the request had a `resource`. */
function accessTokenPayload(grant: TokenGrant): JWTPayload {
  const { client, user, issuedAt, changes } = grant;
  const payload: JWTPayload = {
    sub: user.sub,
    ...groups(changes?.groups ?? groupClaims(user)),
    iss: grant.issuer,
    ...(grant.byApi ? {} : { version: 2 }),
    client_id: client.id,
    ...present({ aud: grant.audience }),
    ...(client.tokenRevocation ? { origin_jti: grant.originId } : {}),
    event_id: grant.eventId,
    token_use: 'access',
    scope: changedScopes(grant),
    auth_time: grant.authTime,
    exp: issuedAt + client.accessTokenSeconds,
    iat: issuedAt,
    jti: grant.accessTokenId,
    username: user.username,
  };
  return changed(payload, changes?.access, accessTokenClaims(client));
}

/** Payload of an ID token; `email_verified` is a boolean here, and a string at userInfo. */
function idTokenPayload(grant: TokenGrant, accessToken: string): JWTPayload {
  const { client, user, issuedAt, changes } = grant;
  const claims = changes?.groups ?? groupClaims(user);
  const { email, email_verified, phone_number_verified, ...others } = readableAttributes(
    user,
    client,
    grant.scopes,
  );
  const payload: JWTPayload = {
    ...(grant.byApi
      ? {}
      : { at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url') }),
    sub: user.sub,
    ...groups(claims),
    ...present({ email_verified, 'cognito:preferred_role': claims.preferredRole }),
    iss: grant.issuer,
    ...present({ phone_number_verified }),
    'cognito:username': user.username,
    ...present({ nonce: grant.nonce }),
    ...(client.tokenRevocation ? { origin_jti: grant.originId } : {}),
    ...(claims.roles.length > 0 ? { 'cognito:roles': claims.roles } : {}),
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
  return changed(payload, changes?.id, (name) => !FIXED_ID_TOKEN_CLAIMS.has(name));
}

const FIXED_CLAIMS = [
  'acr',
  'amr',
  'at_hash',
  'auth_time',
  'azp',
  'cognito:groups',
  'cognito:preferred_role',
  'cognito:roles',
  'exp',
  'iat',
  'iss',
  'jti',
  'nbf',
  'nonce',
  'origin_jti',
  'sub',
  'token_use',
];

/** Claims that no trigger can change; groups and roles change by `groupOverrideDetails` only. */
const FIXED_ID_TOKEN_CLAIMS: ReadonlySet<string> = new Set([
  ...FIXED_CLAIMS,
  'aud',
  'cognito:username',
  'identities',
]);
const FIXED_ACCESS_TOKEN_CLAIMS: ReadonlySet<string> = new Set([
  ...FIXED_CLAIMS,
  'client_id',
  'device_key',
  'event_id',
  'scope',
  'username',
  'version',
]);

/** A trigger may set the audience of an access token, but only to the id of the app client. */
const accessTokenClaims =
  ({ id }: UserPoolClient) =>
  (name: string, value?: unknown): boolean =>
    name === 'aud' ? value === undefined || value === id : !FIXED_ACCESS_TOKEN_CLAIMS.has(name);

/** Changes the claims that may change; changes of others have no effect. */
function changed(
  payload: JWTPayload,
  changes: ClaimChanges | undefined,
  mayChange: (name: string, value?: unknown) => boolean,
): JWTPayload {
  if (!changes) return payload;
  const added = Object.entries(changes.set).filter(
    ([name, value]) => !name.startsWith('dev:') && mayChange(name, value),
  );
  const all = Object.entries({ ...payload, ...Object.fromEntries(added) });
  return Object.fromEntries(all.filter(([name]) => !(changes.suppress.includes(name) && mayChange(name))));
}

function changedScopes({ scopes, changes }: Pick<TokenGrant, 'scopes' | 'changes'>): string {
  const { scopesToAdd = [], scopesToSuppress = [] } = changes ?? {};
  const all = new Set([...scopes, ...scopesToAdd]);
  return [...all].filter((scope) => !scopesToSuppress.includes(scope)).join(' ');
}

/** Response of userInfo (row CG-JT-05). */
export function userInfo(
  user: TokenUser,
  client: UserPoolClient,
  scopes: readonly string[],
): Record<string, unknown> {
  const { email_verified, phone_number_verified, ...attributes } = readableAttributes(user, client, scopes);
  return {
    sub: user.sub,
    ...(email_verified === undefined ? {} : { email_verified: String(email_verified) }),
    ...(phone_number_verified === undefined ? {} : { phone_number_verified: String(phone_number_verified) }),
    ...attributes,
    username: user.username,
  };
}

/** Signs an access token of the client credentials flow: no user, no groups. */
export function signClientToken(
  grant: Pick<TokenGrant, 'issuer' | 'client' | 'scopes' | 'accessTokenId' | 'issuedAt' | 'changes'>,
  keys: SigningKeys,
): Promise<string> {
  const { client, issuedAt } = grant;
  const payload: JWTPayload = {
    sub: client.id,
    token_use: 'access',
    scope: changedScopes(grant),
    auth_time: issuedAt,
    iss: grant.issuer,
    exp: issuedAt + client.accessTokenSeconds,
    iat: issuedAt,
    version: 2,
    jti: grant.accessTokenId,
    client_id: client.id,
  };
  return sign(changed(payload, grant.changes?.access, accessTokenClaims(client)), keys.access);
}

/**
 * Lists attributes of granted scopes that the client may not read; then it gets no tokens (row CG-TK-12). The scopes
 * `email` and `phone` require both attributes, the address and whether it is verified.
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

/** `openid` alone includes every readable attribute; `email`, `phone` and `profile` restrict them (row CG-JT-04). */
function readableAttributes(
  { attributes }: TokenUser,
  { readAttributes }: UserPoolClient,
  scopes: readonly string[],
): TokenUser['attributes'] {
  const narrowed = ['email', 'phone', 'profile'].some((scope) => scopes.includes(scope));
  const readable = Object.entries(attributes).filter(
    ([attribute]) =>
      (!narrowed || scopes.includes(scopeOf(attribute))) && (readAttributes?.includes(attribute) ?? true),
  );
  return Object.fromEntries(readable);
}

function present<Value>(claims: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const given = Object.entries(claims).filter((claim): claim is [string, Value] => claim[1] !== undefined);
  return Object.fromEntries(given);
}

function groups({ groups }: GroupClaims): { 'cognito:groups'?: readonly string[] } {
  return groups.length === 0 ? {} : { 'cognito:groups': groups };
}

export function groupClaims(user: Pick<User, 'groups'>): GroupClaims {
  return {
    groups: user.groups.map(({ name }) => name),
    roles: [...new Set(user.groups.flatMap(({ roleArn }) => roleArn ?? []))],
    preferredRole: preferredRole(user),
  };
}

/** Role of the groups with the lowest precedence; `undefined` if they have several (row CG-JT-07). */
function preferredRole({ groups }: Pick<User, 'groups'>): string | undefined {
  const withRole = groups.filter(({ roleArn }) => roleArn !== undefined);
  const lowest = Math.min(...withRole.map(({ precedence }) => precedence));
  const first = withRole.filter(({ precedence }) => precedence === lowest);
  const [role, ...others] = new Set(first.map(({ roleArn }) => roleArn));
  return others.length === 0 ? role : undefined;
}

function sign(payload: JWTPayload, { kid, privateKey }: SigningKey): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ kid, alg: 'RS256' }).sign(privateKey);
}
