import { randomUUID, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { type Destination, newCode, sendMessage } from './messages';

const CAPACITY = 10_000;

/** Wrong codes until a code is deleted. */
const TRIES = 5;

const HOUR_MS = 3_600_000;

/** How long a code is valid, and the text that it is logged with. */
const MESSAGES = {
  'sign-up': { validMs: 24 * HOUR_MS, text: 'Your confirmation code is' },
  'new-password': { validMs: HOUR_MS, text: 'Your password reset code is' },
  email: { validMs: 24 * HOUR_MS, text: 'Your verification code is' },
  phone_number: { validMs: 24 * HOUR_MS, text: 'Your verification code is' },
} as const;

/** Why a user was sent a code: to confirm a sign-up, to set a new password, or to verify an attribute. */
export type CodePurpose = keyof typeof MESSAGES;

interface SentCode {
  readonly code: string;
  readonly destination: Destination;
  readonly expiresAtMs: number;
  triesLeft: number;
}

/** Codes that users were sent by the login pages and the user pools API: the latest of each user and purpose. */
export class VerificationCodes {
  readonly #sent = new LRUCache<string, SentCode>({ max: CAPACITY });

  /** Creates a code and logs it; AWS sends it by e-mail or SMS. @param sub `sub` of the user */
  send(
    sub: string,
    purpose: CodePurpose,
    destination: Destination,
    { log, now }: { readonly log: Logger; readonly now: () => number },
  ): void {
    const code = newCode();
    this.#store(`${purpose} ${sub}`, code, destination, now() + MESSAGES[purpose].validMs);
    sendMessage(log, destination, `${MESSAGES[purpose].text} ${code}`);
  }

  /** Behaves as if a code had been sent, but none is right. @param id of a user who does not exist, or gets no code */
  simulate(id: string, purpose: CodePurpose, nowMs: number): void {
    const destination = { attribute: 'email', address: '' } as const;
    this.#store(`${purpose} ${id}`, randomUUID(), destination, nowMs + MESSAGES[purpose].validMs);
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
