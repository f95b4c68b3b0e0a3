import { hash } from 'node:crypto';
import { forgetOldest } from '../forget-oldest';
import type { Caller } from './caller';

/** As long as API Gateway's authorizer remembers what it decided (AG-AU-10). */
const REMEMBERED_MS = 5 * 60_000;

interface Accepted {
  readonly caller: Caller;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * Tokens that were verified, so that the next request with one does not pay for its signature again.
 *
 * Remembered by their SHA-256, never as they are; until they expire, and five minutes at most, so that a key that is
 * withdrawn counts no longer than that; the oldest are forgotten first. Refusals are not remembered.
 */
export class AcceptedTokens {
  readonly #accepted = new Map<string, Accepted>();

  constructor(
    private readonly now: () => number,
    private readonly capacity = 10_000,
  ) {}

  get(token: string): Caller | undefined {
    const accepted = this.#accepted.get(digestOf(token));
    return accepted !== undefined && accepted.until > this.now() ? accepted.caller : undefined;
  }

  /** @param expiresAt milliseconds since 1970 */
  add(token: string, caller: Caller, expiresAt: number): void {
    this.#accepted.set(digestOf(token), { caller, until: Math.min(expiresAt, this.now() + REMEMBERED_MS) });
    forgetOldest(this.#accepted, this.capacity);
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
