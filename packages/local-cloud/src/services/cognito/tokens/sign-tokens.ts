import type { IncomingMessage } from 'node:http';
import { derivedUuid } from '@spa-on-aws/cloudformation';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type ProviderToken, ProviderClock } from '../../../adapters/oidc-provider';
import type { HostedClient, OAuthOptions } from '../pipeline/hosted-pool';
import { record } from '../pipeline/request';
import type { User } from '../users/user-file';
import { issueTokens, type TokenChanges } from './tokens';

/** Value of `gty` of the tokens of a sign-in by the user pools API. */
export const API_GRANT = 'user_pools_api';

interface SignIn extends HostedClient {
  readonly user: User;
  readonly accessToken: ProviderToken;
  /** Seconds since the epoch, by the machine's clock. */
  readonly authTime: number;
  readonly nonce?: string | undefined;
  readonly audience?: string | undefined;
  readonly changes: TokenChanges | undefined;
}

/** Signs the tokens that belong to an access token of oidc-provider, and records them. */
export async function signTokens(
  { client, hosted, user, accessToken, authTime, nonce, audience, changes }: SignIn,
  request: IncomingMessage,
  options: Pick<OAuthOptions, 'now' | 'expiredBefore'>,
): Promise<{ readonly accessToken: string; readonly idToken: string | undefined }> {
  const { grantId = '', gty = '', jti, scope = '' } = accessToken;
  const signed = await issueTokens(
    {
      issuer: hosted.issuer,
      client,
      user,
      scopes: scope.split(' '),
      byApi: gty.startsWith(API_GRANT),
      accessTokenId: jti,
      originId: grantId,
      eventId: derivedUuid(`event of ${grantId}`),
      authTime: new ProviderClock(options.now).toInjected(authTime),
      issuedAt: issueTime(options),
      nonce,
      audience,
      changes,
    },
    hosted.keys(),
  );
  recordToken(request, 'access', signed.accessToken);
  if (signed.idToken !== undefined) recordToken(request, 'id', signed.idToken);
  return signed;
}

/** Seconds since the epoch: the next second, if the console made all tokens of the current one expire. */
export function issueTime({ now, expiredBefore }: Pick<OAuthOptions, 'now' | 'expiredBefore'>): number {
  return Math.max(Math.floor(now() / 1_000), Math.floor(expiredBefore() / 1_000) + 1);
}

export function recordToken(request: IncomingMessage, use: 'access' | 'id', token: string): void {
  const decoded = { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  record(request, 'token.issued', { use }, { token: decoded });
}
