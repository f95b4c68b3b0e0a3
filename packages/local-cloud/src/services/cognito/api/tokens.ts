import { type ProviderRefreshToken, providerTokens } from '../../../adapters/oidc-provider';
import { UserPoolsApiError } from '../errors';
import { type HostedClient, nameOf } from '../pipeline/hosted-pool';
import { record, traceOf } from '../pipeline/request';
import { API_GRANT, signTokens } from '../tokens/sign-tokens';
import type { TokenChanges } from '../tokens/tokens';
import { changesOfUserTokens, type TokenSource } from '../triggers/pre-token-generation';
import type { User } from '../users/user-file';
import { ADMIN_SCOPE } from './lookup';
import type { Call } from './operation';

/** How much longer a grant lives than its refresh token, in seconds. */
const MARGIN_SECONDS = 300;

interface AuthenticationResult {
  readonly AccessToken: string;
  readonly ExpiresIn: number;
  readonly IdToken: string | undefined;
  readonly RefreshToken: string | undefined;
  readonly TokenType: 'Bearer';
}

/** Issues the tokens of a new sign-in; the OAuth endpoints accept them, too. */
export async function signIn(
  call: Call,
  found: HostedClient,
  user: User,
  source: TokenSource,
): Promise<AuthenticationResult> {
  const { client } = found;
  const scopes = [ADMIN_SCOPE];
  const changes = await changesOfUserTokens(found, { user, scopes, source }, traceOf(call.request));
  const authTime = Math.floor(Date.now() / 1_000);
  const fields = { accountId: user.sub, clientId: client.id, gty: API_GRANT, scope: ADMIN_SCOPE };
  const { refreshTokenSeconds: expiresIn } = client;
  const grantId = await providerTokens.newGrant(call.provider, {
    ...fields,
    expiresIn: expiresIn + MARGIN_SECONDS,
  });
  const refreshToken = await providerTokens.newRefreshToken(call.provider, {
    ...fields,
    grantId,
    authTime,
    expiresIn,
  });
  record(call.request, 'user-pools-api.signed-in', { client: nameOf(client) });
  return issue(call, found, user, { ...fields, grantId, authTime }, { refreshToken, changes });
}

/**
 * Exchanges a refresh token for new tokens, and for a new refresh token if rotation is on.
 *
 * @param authenticate checks a secret of the client that depends on the user; throws when it is wrong
 * @throws UserPoolsApiError
 */
export async function refresh(
  call: Call,
  found: HostedClient,
  value: string,
  authenticate?: (user: User) => void,
): Promise<AuthenticationResult> {
  const token = await findRefreshToken(call, found, value);
  const user = found.hosted.users.bySub(token.accountId);
  if (!user) throw invalidRefreshToken('the user was deleted');
  authenticate?.(user);
  if (!user.enabled) throw new UserPoolsApiError('NotAuthorizedException', 'User is disabled.');
  if (token.isExpired) throw new UserPoolsApiError('NotAuthorizedException', 'Refresh Token has expired');
  if (token.consumed !== undefined) {
    throw new UserPoolsApiError('RefreshTokenReuseException', 'Refresh token has already been used');
  }
  const scopes = token.scope?.split(' ') ?? [];
  const source = 'TokenGeneration_RefreshTokens';
  const changes = await changesOfUserTokens(found, { user, scopes, source }, traceOf(call.request));
  const rotated = found.client.rotationGraceSeconds === undefined ? undefined : await rotate(call, token);
  record(call.request, 'token.granted', {
    grant: 'refresh_token',
    client: nameOf(found.client),
    rotated: rotated !== undefined,
  });
  return issue(call, found, user, token, { refreshToken: rotated, changes });
}

/** Finds a refresh token of the client, also one that has expired or was used. @throws UserPoolsApiError */
async function findRefreshToken(
  call: Call,
  { client }: HostedClient,
  value: string,
): Promise<ProviderRefreshToken> {
  const token = await providerTokens.findRefreshToken(call.provider, value);
  if (token?.clientId === client.id) return token;
  throw invalidRefreshToken(
    token ? 'it was issued to another app client' : 'it was revoked, or never issued',
  );
}

function invalidRefreshToken(reason: string): UserPoolsApiError {
  return new UserPoolsApiError('NotAuthorizedException', 'Invalid Refresh Token', reason);
}

/** @returns the new refresh token, with the remaining lifetime of the old one (row CG-TK-11) */
async function rotate(call: Call, token: ProviderRefreshToken): Promise<string> {
  await token.consume();
  const { accountId, authTime, clientId, grantId = '', gty, remainingTTL, scope } = token;
  const fields = { accountId, authTime, clientId, grantId, gty, scope, expiresIn: remainingTTL };
  return providerTokens.newRefreshToken(call.provider, fields);
}

async function issue(
  call: Call,
  found: HostedClient,
  user: User,
  {
    accountId,
    authTime,
    clientId,
    grantId = '',
    gty,
    scope,
  }: Pick<ProviderRefreshToken, 'accountId' | 'authTime' | 'clientId' | 'grantId' | 'gty' | 'scope'>,
  {
    refreshToken,
    changes,
  }: { readonly refreshToken: string | undefined; readonly changes: TokenChanges | undefined },
): Promise<AuthenticationResult> {
  const { accessTokenSeconds } = found.client;
  const accessToken = await providerTokens.newAccessToken(call.provider, {
    accountId,
    clientId,
    grantId,
    gty,
    scope,
    expiresIn: accessTokenSeconds,
  });
  const signed = await signTokens({ ...found, user, accessToken, authTime, changes }, call.request, call);
  return {
    AccessToken: signed.accessToken,
    ExpiresIn: accessTokenSeconds,
    IdToken: signed.idToken,
    RefreshToken: refreshToken,
    TokenType: 'Bearer',
  };
}
