import { randomUUID } from 'node:crypto';
import type { AdapterPayload, KoaContextWithOIDC } from 'oidc-provider';
import { base, Check } from 'oidc-provider/lib/helpers/interaction_policy/index.js';
import { Provider } from 'oidc-provider/lib/provider.js';

export {
  InvalidClient,
  InvalidClientAuth,
  InvalidGrant,
  InvalidRedirectUri,
  InvalidRequest,
  InvalidScope,
} from 'oidc-provider/lib/helpers/errors.js';
export { Provider };

export type Middleware = Parameters<Provider['use']>[0];

export const interactionPolicy = { base, Check };

/** The context that oidc-provider's own middleware extends for its endpoints. */
export function oidcContext(ctx: Parameters<Middleware>[0]): KoaContextWithOIDC {
  return ctx as unknown as KoaContextWithOIDC;
}

/** Fields of a token of oidc-provider that are read outside of it. */
export interface ProviderToken {
  readonly jti: string;
  readonly grantId?: string | undefined;
  readonly gty?: string | undefined;
  readonly scope?: string | undefined;
}

/** A refresh token of oidc-provider. Times are in seconds since the epoch, by the machine's clock. */
export interface ProviderRefreshToken extends ProviderToken {
  readonly accountId: string;
  readonly authTime: number;
  readonly clientId: string;
  readonly consumed?: unknown;
  readonly isExpired: boolean;
  readonly remainingTTL: number;
  consume(): Promise<void>;
}

type NewToken = Pick<ProviderRefreshToken, 'accountId' | 'clientId' | 'gty' | 'scope'> & {
  readonly expiresIn: number;
};

/** Creates tokens outside of the endpoints of oidc-provider, which accepts them as its own; the client needs no domain. */
export const providerTokens = {
  async newGrant(provider: Provider, { expiresIn, scope = '', ...fields }: NewToken): Promise<string> {
    const grant = new provider.Grant({ ...fields, expiresIn } as never);
    grant.addOIDCScope(scope);
    return grant.save();
  },
  async newAccessToken(
    provider: Provider,
    fields: NewToken & { readonly grantId: string },
  ): Promise<ProviderToken> {
    const token = new provider.AccessToken(fields as never);
    await token.save();
    return token;
  },
  /** @returns the token's value */
  newRefreshToken(
    provider: Provider,
    fields: NewToken & { readonly grantId: string; readonly authTime: number },
  ): Promise<string> {
    return new provider.RefreshToken(fields as never).save();
  },
  /** Finds a refresh token, also one that has expired or was used. */
  findRefreshToken(provider: Provider, value: string): Promise<ProviderRefreshToken | undefined> {
    const found: Promise<unknown> = provider.RefreshToken.find(value, { ignoreExpiration: true });
    return found as Promise<ProviderRefreshToken | undefined>;
  },
};

/** Makes ids of codes, tokens and grants UUIDs, as Cognito's. */
export function useUuids(provider: Provider): void {
  for (const { prototype } of [
    provider.AuthorizationCode,
    provider.AccessToken,
    provider.ClientCredentials,
    provider.Grant,
  ]) {
    const { generateTokenId } = prototype as unknown as { generateTokenId(): string };
    Object.defineProperty(prototype, 'generateTokenId', {
      value: function uuid(this: unknown): string {
        // For an access token, the original also sets its format.
        generateTokenId.call(this);
        return randomUUID();
      },
    });
  }
}

/** Names of the times in a record, in seconds since the epoch. */
export const RECORD_TIMES = ['authTime', 'exp', 'iat', 'iiat', 'loginTs'] as const;

/** Converts between the time of oidc-provider (`Date.now()`) and the injected clock, in whole seconds since the epoch. */
export class ProviderClock {
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  toInjected(seconds: number): number {
    return seconds + this.#offsetSeconds();
  }

  /** Copies a record of oidc-provider, with times by the injected clock. */
  recordToInjected(record: AdapterPayload): AdapterPayload {
    return moved(record, this.#offsetSeconds());
  }

  /** Copies a record with times by the injected clock, for oidc-provider. */
  recordToProvider(record: AdapterPayload): AdapterPayload {
    return moved(record, -this.#offsetSeconds());
  }

  /** Rounds each clock down separately, as oidc-provider does, so that records expire at the exact second. */
  #offsetSeconds(): number {
    return Math.floor(this.#now() / 1_000) - Math.floor(Date.now() / 1_000);
  }
}

function moved(record: AdapterPayload, seconds: number): AdapterPayload {
  const copy = structuredClone(record);
  for (const name of RECORD_TIMES) {
    const value = copy[name];
    if (typeof value === 'number') copy[name] = value + seconds;
  }
  return copy;
}
