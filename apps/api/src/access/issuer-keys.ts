import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { KeysUnavailableError } from '../errors';

const FETCH_LIMIT_MS = 3_000;

/** Between two fetches for keys that turned out not to be there. */
const COOLDOWN_MS = 30_000;

/** Keys are fetched anew, beside the requests, when they are older than that. */
const REFRESH_MS = 10 * 60_000;

/** After a fetch that failed, nobody waits for another one so long. */
const PAUSE_AFTER_FAILURE_MS = 1_000;

/** What {@link IssuerKeys} are built from. */
export interface IssuerKeysDependencies {
  readonly logger: Pick<Logger, 'warn'>;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** How long one fetch may take. @default 3 s */
  readonly fetchLimitMs?: number;
}

/**
 * The public keys of a user pool, from `{issuer}/.well-known/jwks.json`.
 *
 * Fetched when first needed, again when a token names a key that is not among them (at most every 30 s, so that made-up
 * names cannot make the API ask for ever), and every ten minutes beside the requests. While the issuer cannot be
 * reached, the keys that are known go on.
 */
export class IssuerKeys {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #now: () => number;
  #refreshAt = 0;
  #failedAt = -Infinity;

  constructor(issuer: string, { logger, now = Date.now, fetchLimitMs }: IssuerKeysDependencies) {
    this.#logger = logger;
    this.#now = now;
    this.#keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
      timeoutDuration: fetchLimitMs ?? FETCH_LIMIT_MS,
      cooldownDuration: COOLDOWN_MS,
      // Keys are never too old to be used: refreshing is done here, so that an issuer that is down takes nobody out.
      cacheMaxAge: Infinity,
    });
  }

  /** Fetches keys beside the requests, if it is time to. */
  refresh(): void {
    if (this.#now() < this.#refreshAt) return;
    this.#refreshAt = this.#now() + REFRESH_MS;
    this.#keys.reload().catch((err: unknown) => {
      this.#refreshAt = this.#now() + COOLDOWN_MS;
      this.#logger.warn({ err }, 'keys of the issuer could not be refreshed');
    });
  }

  /**
   * The key a token says it is signed with.
   *
   * @throws {KeysUnavailableError} when keys would have to be fetched and cannot be
   * @throws jose's errors when there is no such key
   */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    if (this.#now() - this.#failedAt < PAUSE_AFTER_FAILURE_MS) throw new KeysUnavailableError();
    const hadKeys = this.#keys.jwks() !== undefined;
    try {
      const key = await this.#keys(header, token);
      if (!hadKeys) this.#refreshAt = this.#now() + REFRESH_MS;
      else this.refresh();
      return key;
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) {
        throw cause;
      }
      if (!hadKeys) this.#failedAt = this.#now();
      throw new KeysUnavailableError({ cause });
    }
  };
}
