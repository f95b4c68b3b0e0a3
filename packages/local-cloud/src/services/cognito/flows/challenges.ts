import { randomUUID } from 'node:crypto';

const CAPACITY = 10_000;

/** How often a wrong answer may be given before the password is asked for again. */
const TRIES = 5;

/** What stands between a right password and a session, in the names of Cognito's API. */
export type SignInChallengeName = 'NEW_PASSWORD_REQUIRED' | 'MFA_SETUP' | 'SOFTWARE_TOKEN_MFA';

/** A sign-in that has passed the password and waits for more, or a forgotten password or new account that waits for its code. */
export interface Challenge {
  readonly name: SignInChallengeName | 'RESET_PASSWORD' | 'CONFIRM_SIGN_UP';
  readonly clientId: string;
  /** The browser it was sent to. */
  readonly browserId: string;
  readonly sub: string;
  /** With `MFA_SETUP`: the secret on offer. */
  readonly totpSecret?: string;
  /** With `RESET_PASSWORD` and `CONFIRM_SIGN_UP`: what must be typed. */
  readonly code?: string;
}

interface Open {
  readonly challenge: Challenge;
  readonly expiresAtMs: number;
  triesLeft: number;
}

/**
 * What is under way: sign-ins for as long as the client's `AuthSessionValidity` (row CG-JT-02), codes that were
 * sent for an hour or a day.
 */
export class Challenges {
  readonly #open = new Map<string, Open>();

  /** @returns the id that goes into the form */
  open(challenge: Challenge, expiresAtMs: number): string {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= CAPACITY && oldest !== undefined) this.#open.delete(oldest);
    const id = randomUUID();
    this.#open.set(id, { challenge, expiresAtMs, triesLeft: TRIES });
    return id;
  }

  /** The challenge, if it was sent to this browser for this client, and is not over. */
  find(id: string, from: Pick<Challenge, 'browserId' | 'clientId'>, nowMs: number): Challenge | undefined {
    const open = this.#open.get(id);
    if (!open || open.expiresAtMs <= nowMs) return undefined;
    const { browserId, clientId } = open.challenge;
    return browserId === from.browserId && clientId === from.clientId ? open.challenge : undefined;
  }

  /** Notes a wrong answer. @returns whether another one may be given */
  missed(id: string): boolean {
    const open = this.#open.get(id);
    if (open && --open.triesLeft > 0) return true;
    this.#open.delete(id);
    return false;
  }

  close(id: string): void {
    this.#open.delete(id);
  }

  clear(): void {
    this.#open.clear();
  }
}
