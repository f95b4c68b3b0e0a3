import { LRUCache } from 'lru-cache';

const FREE_FAILURES = 5;
const LONGEST_LOCK_MS = 15 * 60_000;
const FORGET_AFTER_MS = 15 * 60_000;
const CAPACITY = 10_000;

interface Attempts {
  readonly failures: number;
  readonly lockedUntilMs: number;
  readonly lastAttemptMs: number;
}

/**
 * Counts wrong passwords: the fifth in a row locks for a second, each further one for twice as long, up to 15 minutes. An
 * attempt while locked is not counted. A successful sign-in, or 15 minutes without an attempt, resets the count (row CG-LG-04).
 *
 * Unknown usernames are counted too, so that a lock does not reveal which users exist.
 */
export class Lockout {
  readonly #attempts = new LRUCache<string, Attempts>({ max: CAPACITY });

  /** Returns whether an attempt must be rejected without a look at the password. */
  isLocked(key: string, nowMs: number): boolean {
    const attempts = this.#attempts.get(key);
    if (!attempts) return false;
    // The clock may be set back: no lock is longer than the longest.
    const idleMs = Math.abs(nowMs - attempts.lastAttemptMs);
    if (nowMs >= attempts.lockedUntilMs && idleMs >= FORGET_AFTER_MS) {
      this.#attempts.delete(key);
      return false;
    }
    this.#attempts.set(key, { ...attempts, lastAttemptMs: nowMs });
    return nowMs < attempts.lockedUntilMs && attempts.lockedUntilMs - nowMs <= LONGEST_LOCK_MS;
  }

  /** Counts a wrong password. @returns the number of failures in a row */
  failed(key: string, nowMs: number): number {
    const failures = (this.#attempts.get(key)?.failures ?? 0) + 1;
    this.#attempts.set(key, { failures, lockedUntilMs: nowMs + lockMs(failures), lastAttemptMs: nowMs });
    return failures;
  }

  succeeded(key: string): void {
    this.#attempts.delete(key);
  }

  clear(): void {
    this.#attempts.clear();
  }
}

export function lockMs(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(2 ** (failures - FREE_FAILURES) * 1_000, LONGEST_LOCK_MS);
}
