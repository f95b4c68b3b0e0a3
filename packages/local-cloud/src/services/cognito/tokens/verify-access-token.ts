import { createLocalJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { CognitoEvents } from '../../../trace/cognito-events';
import type { HostedPool, OAuthOptions } from '../pipeline/hosted-pool';

type Verified =
  | { readonly tokenId: string; readonly payload: JWTPayload; readonly pool: HostedPool }
  | { readonly fault: CognitoEvents['user-info.token-rejected'] };

/** Verifies signature, issuer and lifetime of an access token. Its `jti` is the id of a record, which is deleted when it is revoked. */
export async function verifyAccessToken(
  token: string,
  { pools, now, expiredBefore }: Pick<OAuthOptions, 'pools' | 'now' | 'expiredBefore'>,
): Promise<Verified> {
  try {
    const { kid } = decodeProtectedHeader(token);
    const pool = pools.find(({ keys }) => keys().access.kid === kid);
    if (!pool) return { fault: { reason: 'unknown-key' } };
    const keys = createLocalJWKSet({ keys: [pool.keys().access.publicJwk] });
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: pool.issuer,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'iat', 'jti'],
    });
    if ((payload.iat ?? 0) * 1_000 <= expiredBefore()) return { fault: { reason: 'made-to-expire' } };
    return { tokenId: payload.jti ?? '', payload, pool };
  } catch (error) {
    return error instanceof errors.JOSEError
      ? { fault: { reason: 'not-valid', code: error.code } }
      : { fault: { reason: 'not-a-token' } };
  }
}
