import { randomUUID } from 'node:crypto';
import { Trace } from '../../../trace/trace';
import type { HostedPool, OAuthOptions } from '../pipeline/hosted-pool';
import { changesOfUserTokens } from '../triggers/pre-token-generation';
import { issueTime } from './sign-tokens';
import { issueTokens } from './tokens';

/** A token that the console sends a request with. */
export interface WantedToken {
  /** The user. */
  readonly sub: string;
  readonly use: 'access' | 'id';
  readonly isExpired: boolean;
}

/** Tokens for requests that a developer sends from the console, without a sign-in. */
export interface ConsoleTokens {
  users(): { readonly sub: string; readonly name: string }[];
  /** Signs a token as if the user had signed in with the first client of the pool. @returns `undefined` without such a user */
  issue(wanted: WantedToken): Promise<string | undefined>;
}

export function consoleTokens(
  pools: readonly HostedPool[],
  options: Pick<OAuthOptions, 'now' | 'expiredBefore'>,
): ConsoleTokens {
  return {
    users: () =>
      pools.flatMap(({ users }) =>
        users
          .all()
          .map(({ sub, username, attributes }) => ({ sub, name: String(attributes['email'] ?? username) })),
      ),
    issue: async ({ sub, use, isExpired }) => {
      const hosted = pools.find(({ users }) => users.bySub(sub) !== undefined);
      const user = hosted?.users.bySub(sub);
      const client = hosted?.pool.clients.find(({ loginPage }) => loginPage) ?? hosted?.pool.clients[0];
      if (!hosted || !user || !client) return undefined;
      const lifetime = use === 'access' ? client.accessTokenSeconds : client.idTokenSeconds;
      const issuedAt = issueTime(options) - (isExpired ? lifetime + 60 : 0);
      const scopes = [...new Set(['openid', ...client.scopes])];
      const source = 'TokenGeneration_HostedAuth';
      const changes = await changesOfUserTokens({ client, hosted }, { user, scopes, source }, new Trace());
      const { accessToken, idToken } = await issueTokens(
        {
          issuer: hosted.issuer,
          client,
          user,
          scopes,
          byApi: false,
          accessTokenId: randomUUID(),
          originId: randomUUID(),
          eventId: randomUUID(),
          authTime: issuedAt,
          issuedAt,
          changes,
        },
        hosted.keys(),
      );
      return use === 'access' ? accessToken : idToken;
    },
  };
}
