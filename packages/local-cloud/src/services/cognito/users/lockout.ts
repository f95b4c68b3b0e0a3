const FREE_FAILURES = 5;
const LONGEST_LOCK_MS = 15 * 60_000;
const FORGOTTEN_AFTER_MS = 15 * 60_000;
const CAPACITY = 10_000;

interface Attempts {
  readonly failures: number;
  readonly lockedUntilMs: number;
  readonly lastAttemptMs: number;
}

/**
 * Wrong passwords, counted: the fifth locks for a second, each further one for twice as long, up to 15 minutes. An
 * attempt while locked counts for nothing; a sign-in, or 15 minutes without an attempt, forgets all (row CG-LG-04).
 *
 * Names that nobody has are counted like the others, so that a lock does not tell who exists.
 */
export class Lockout {
  readonly #attempts = new Map<string, Attempts>();

  /** Notes an attempt. @returns whether it is refused unseen */
  isLocked(key: string, nowMs: number): boolean {
    const attempts = this.#attempts.get(key);
    if (!attempts) return false;
    // Also when the clock was set back: nobody stays locked for longer than the longest lock.
    const idleMs = Math.abs(nowMs - attempts.lastAttemptMs);
    if (nowMs >= attempts.lockedUntilMs && idleMs >= FORGOTTEN_AFTER_MS) {
      this.#attempts.delete(key);
      return false;
    }
    this.#attempts.set(key, { ...attempts, lastAttemptMs: nowMs });
    return nowMs < attempts.lockedUntilMs && attempts.lockedUntilMs - nowMs <= LONGEST_LOCK_MS;
  }

  /** Notes a wrong password. @returns how many there were in a row */
  failed(key: string, nowMs: number): number {
    const failures = (this.#attempts.get(key)?.failures ?? 0) + 1;
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size >= CAPACITY && oldest !== undefined) this.#attempts.delete(oldest);
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

/** For how long the n-th failure in a row locks. */
export function lockMs(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(2 ** (failures - FREE_FAILURES) * 1_000, LONGEST_LOCK_MS);
}
