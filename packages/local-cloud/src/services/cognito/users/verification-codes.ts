import { LRUCache } from 'lru-cache';
import { type Destination, newCode } from './messages';

const CAPACITY = 10_000;

/** Wrong codes until a code is deleted. */
const TRIES = 5;

interface SentCode {
  readonly code: string;
  readonly destination: Destination;
  readonly expiresAtMs: number;
  triesLeft: number;
}

/** Why a user was sent a code: to confirm a sign-up, to set a new password, or to verify an attribute. */
export type CodePurpose = 'sign-up' | 'new-password' | 'email' | 'phone_number';

/** Codes of the user pools API that users were sent, the latest of each user and purpose. */
export class VerificationCodes {
  readonly #sent = new LRUCache<string, SentCode>({ max: CAPACITY });

  /** @param sub `sub` of the user */
  create(sub: string, purpose: CodePurpose, destination: Destination, expiresAtMs: number): string {
    const code = newCode();
    this.#sent.set(`${purpose} ${sub}`, { code, destination, expiresAtMs, triesLeft: TRIES });
    return code;
  }

  /** Uses a code up when it is right. @returns where it was sent to */
  check(sub: string, purpose: CodePurpose, given: string, nowMs: number): Destination | 'wrong' | 'expired' {
    const key = `${purpose} ${sub}`;
    const sent = this.#sent.get(key);
    if (!sent || sent.expiresAtMs <= nowMs) return 'expired';
    if (sent.code === given.trim()) {
      this.#sent.delete(key);
      return sent.destination;
    }
    if (--sent.triesLeft <= 0) this.#sent.delete(key);
    return 'wrong';
  }

  clear(): void {
    this.#sent.clear();
  }
}
