import { randomUUID, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Destination, newCode } from './messages';

const CAPACITY = 10_000;

/** Wrong codes until a code is deleted. */
const TRIES = 5;

const HOUR_MS = 3_600_000;

/** How long a code is valid. */
const VALID_MS = {
  'sign-up': 24 * HOUR_MS,
  'new-password': HOUR_MS,
  email: 24 * HOUR_MS,
  phone_number: 24 * HOUR_MS,
} as const;

/** Why a user was sent a code: to confirm a sign-up, to set a new password, or to verify an attribute. */
export type CodePurpose = keyof typeof VALID_MS;

interface SentCode {
  readonly code: string;
  readonly destination: Destination;
  readonly expiresAtMs: number;
  triesLeft: number;
}

/** Codes that users were sent by the login pages and the user pools API: the latest of each user and purpose. */
export class VerificationCodes {
  readonly #sent = new LRUCache<string, SentCode>({ max: CAPACITY });

  /** Creates a code for a user. @param sub `sub` of the user */
  create(sub: string, purpose: CodePurpose, destination: Destination, nowMs: number): string {
    const code = newCode();
    this.#store(`${purpose} ${sub}`, code, destination, nowMs + VALID_MS[purpose]);
    return code;
  }

  /** Behaves as if a code had been sent, but none is right. @param id of a user who does not exist, or gets no code */
  simulate(id: string, purpose: CodePurpose, nowMs: number): void {
    const destination = { attribute: 'email', address: '' } as const;
    this.#store(`${purpose} ${id}`, randomUUID(), destination, nowMs + VALID_MS[purpose]);
  }

  /** Uses a code up when it is right. @returns where it was sent to */
  check(sub: string, purpose: CodePurpose, given: string, nowMs: number): Destination | 'wrong' | 'expired' {
    const key = `${purpose} ${sub}`;
    const sent = this.#sent.get(key);
    if (!sent || sent.expiresAtMs <= nowMs) return 'expired';
    if (isSameCode(given, sent.code)) {
      this.#sent.delete(key);
      return sent.destination;
    }
    if (--sent.triesLeft <= 0) this.#sent.delete(key);
    return 'wrong';
  }

  #store(key: string, code: string, destination: Destination, expiresAtMs: number): void {
    this.#sent.set(key, { code, destination, expiresAtMs, triesLeft: TRIES });
  }

  clear(): void {
    this.#sent.clear();
  }
}

function isSameCode(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given.trim()), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
