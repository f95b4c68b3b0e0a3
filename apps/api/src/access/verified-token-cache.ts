import { hash } from 'node:crypto';
import { evictOldest } from '../evict-oldest';
import type { Caller } from '../http/request-context';

/** The same time for which API Gateway's authorizer caches its results (AG-AU-10). */
const TTL_MS = 5 * 60_000;

/**
 * Cache of verified tokens, so that each signature is verified only once.
 *
 * A key is the SHA-256 hash of a token, never the token itself. An entry expires with its token, and after five minutes
 * at the latest: from then on, a key that was removed from the user pool is no longer accepted. Rejected tokens are not
 * cached.
 */
export class VerifiedTokenCache {
  readonly #entries = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>();

  /** @param now returns milliseconds since 1970 */
  constructor(
    private readonly now: () => number,
    private readonly capacity = 10_000,
  ) {}

  get(token: string): Caller | undefined {
    const entry = this.#entries.get(digestOf(token));
    return entry !== undefined && entry.expiresAt > this.now() ? entry.caller : undefined;
  }

  /** @param expiresAt milliseconds since 1970 */
  add(token: string, caller: Caller, expiresAt: number): void {
    this.#entries.set(digestOf(token), { caller, expiresAt: Math.min(expiresAt, this.now() + TTL_MS) });
    evictOldest(this.#entries, this.capacity);
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
