import { createHmac, timingSafeEqual } from 'node:crypto';
import { UserPoolsApiError } from '../errors';
import type { UserPoolGroup } from '../model/user-pool';
import type { UserPoolClient } from '../model/user-pool-client';
import type { HostedClient, HostedPool } from '../pipeline/hosted-pool';
import { verifyAccessToken } from '../tokens/verify-access-token';
import type { User } from '../users/user-file';
import type { Call } from './operation';

/** Scope of access tokens that may call the user pools API. */
export const ADMIN_SCOPE = 'aws.cognito.signin.user.admin';

/** @throws UserPoolsApiError */
export function clientOf({ findClient }: Call, clientId: string): HostedClient {
  const found = findClient(clientId);
  if (found) return found;
  throw new UserPoolsApiError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`);
}

/** @throws UserPoolsApiError */
export function poolOf({ pools }: Call, poolId: string): HostedPool {
  const found = pools.find(({ pool }) => pool.id === poolId);
  if (found) return found;
  const ids = pools.map(({ pool }) => pool.id).join(', ') || 'none';
  throw new UserPoolsApiError(
    'ResourceNotFoundException',
    `User pool ${poolId} does not exist.`,
    `user pools of the template: ${ids}`,
  );
}

/** @throws UserPoolsApiError */
export function clientOfPool(call: Call, poolId: string, clientId: string): HostedClient {
  const hosted = poolOf(call, poolId);
  const found = clientOf(call, clientId);
  if (found.hosted === hosted) return found;
  throw new UserPoolsApiError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`);
}

/** For operations that name an app client. */
export function unknownUser(): UserPoolsApiError {
  return new UserPoolsApiError('UserNotFoundException', 'Username/client id combination not found.');
}

/** Finds a user by username, alias or `sub`. @throws UserPoolsApiError */
export function userOf({ users }: HostedPool, name: string): User {
  const user = users.find(name);
  if (user) return user;
  throw new UserPoolsApiError('UserNotFoundException', 'User does not exist.');
}

interface SignedInUser extends HostedClient {
  readonly user: User;
}

/** Finds the user of an access token. @throws UserPoolsApiError */
export async function signedInUser(call: Call, accessToken: string): Promise<SignedInUser> {
  const reject = (message: string, reason?: string): never => {
    throw new UserPoolsApiError('NotAuthorizedException', message, reason);
  };
  const verified = await verifyAccessToken(accessToken, call);
  if ('fault' in verified) {
    const { reason, code } = verified.fault;
    const hasExpired = reason === 'made-to-expire' || code === 'ERR_JWT_EXPIRED';
    return reject(hasExpired ? 'Access Token has expired' : 'Invalid Access Token', code ?? reason);
  }
  const { payload, pool, tokenId } = verified;
  const found = call.findClient(String(payload['client_id']));
  const user = pool.users.bySub(payload.sub ?? '');
  if (found?.hosted !== pool) return reject('Invalid Access Token', 'the app client does not exist');
  if (!String(payload['scope']).split(' ').includes(ADMIN_SCOPE)) {
    return reject('Access Token does not have required scopes', `it needs the scope ${ADMIN_SCOPE}`);
  }
  if (!user) throw new UserPoolsApiError('UserNotFoundException', 'User does not exist.');
  if (!user.enabled) return reject('User is disabled.');
  if (!call.state.records.of('AccessToken').has(tokenId)) return reject('Access Token has been revoked');
  return { ...found, user };
}

/**
 * Checks the `SECRET_HASH` of a client that has a secret.
 *
 * @param username name that the hash is of
 * @throws UserPoolsApiError
 */
export function checkSecretHash(
  { id, secret }: UserPoolClient,
  hash: string | undefined,
  username: string,
): void {
  if (secret === undefined) {
    if (hash === undefined) return;
    const message = `Client ${id} is not configured for secret but secret hash was received`;
    throw new UserPoolsApiError('NotAuthorizedException', message);
  }
  if (hash === undefined) {
    const message = `Client ${id} is configured with secret but SECRET_HASH was not received`;
    throw new UserPoolsApiError('NotAuthorizedException', message);
  }
  const expected = createHmac('sha256', secret).update(`${username}${id}`).digest();
  if (isSame(Buffer.from(hash, 'base64'), expected)) return;
  throw new UserPoolsApiError(
    'NotAuthorizedException',
    `Unable to verify secret hash for client ${id}`,
    'it must be HMAC-SHA-256 of username and client id with the client secret, in base64',
  );
}

/** Checks the `ClientSecret` of a client that has one. @throws UserPoolsApiError */
export function checkClientSecret({ secret }: UserPoolClient, given: string | undefined): void {
  if (secret === given) return;
  if (secret !== undefined && given !== undefined && isSame(Buffer.from(given), Buffer.from(secret))) return;
  throw new UserPoolsApiError('UnauthorizedException', 'Client secret does not match');
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** @throws UserPoolsApiError when the template has no such group */
export function groupOf({ pool }: HostedPool, name: string): UserPoolGroup {
  const group = pool.groups.find((each) => each.name === name);
  if (group) return group;
  const names = pool.groups.map((each) => each.name).join(', ') || 'none';
  throw new UserPoolsApiError(
    'ResourceNotFoundException',
    'Group not found.',
    `groups of the pool: ${names}`,
  );
}
