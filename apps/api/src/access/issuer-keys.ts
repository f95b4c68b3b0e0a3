import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { KeysUnavailableError } from '../errors';

const FETCH_TIMEOUT_MS = 3_000;

/** Minimum time between two fetches that are caused by an unknown `kid`. */
const COOLDOWN_MS = 30_000;

/** Keys are fetched again, in the background, when they are older. */
const REFRESH_INTERVAL_MS = 10 * 60_000;

/** After a failed fetch, requests fail at once for this time instead of waiting for another fetch. */
const PAUSE_AFTER_FAILURE_MS = 1_000;

/**
 * Public keys of a user pool, from `{issuer}/.well-known/jwks.json`.
 *
 * They are fetched for the first token, for a token with an unknown `kid` (at most every 30 s, so that invented `kid`
 * values do not cause a fetch each), and every ten minutes in the background. If the issuer cannot be reached, the known
 * keys stay in use.
 */
export class IssuerKeys {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  #refreshAt = 0;
  #failedAt = -Infinity;

  /** @param now returns milliseconds since 1970 */
  constructor(
    issuer: string,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly now: () => number = Date.now,
    timeoutDuration = FETCH_TIMEOUT_MS,
  ) {
    this.#keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
      timeoutDuration,
      cooldownDuration: COOLDOWN_MS,
      // jose never discards keys because of their age: refresh() replaces them, so the API survives an issuer outage.
      cacheMaxAge: Infinity,
    });
  }

  /** Fetches the keys in the background, if they are older than the refresh interval. */
  refresh(): void {
    if (this.now() < this.#refreshAt) return;
    this.#refreshAt = this.now() + REFRESH_INTERVAL_MS;
    this.#keys.reload().catch((err: unknown) => {
      this.#refreshAt = this.now() + COOLDOWN_MS;
      this.logger.warn({ err }, 'could not refresh the issuer keys');
    });
  }

  /**
   * Returns the key that a token names in its header.
   *
   * @throws {KeysUnavailableError} when the keys cannot be fetched
   * @throws jose's errors when the user pool does not have this key
   */
  readonly getKey: JWTVerifyGetKey = async (header, token) => {
    if (this.now() - this.#failedAt < PAUSE_AFTER_FAILURE_MS) throw new KeysUnavailableError();
    const hadKeys = this.#keys.jwks() !== undefined;
    try {
      const key = await this.#keys(header, token);
      if (!hadKeys) this.#refreshAt = this.now() + REFRESH_INTERVAL_MS;
      else this.refresh();
      return key;
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) {
        throw cause;
      }
      if (!hadKeys) this.#failedAt = this.now();
      throw new KeysUnavailableError({ cause });
    }
  };
}
