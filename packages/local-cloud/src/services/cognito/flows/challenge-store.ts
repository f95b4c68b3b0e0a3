import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { SignInChallengeName } from '../../../trace/cognito-events';
import type { FactorName } from '../api/first-factor';
import type { SrpServer } from '../api/srp';
import type { CustomSignIn } from '../triggers/custom-authentication';

const CAPACITY = 10_000;

/** Wrong answers until the challenge is deleted. */
const TRIES = 5;

/** A challenge that a user must answer: to prove the password or after it, after sign-up, or to reset a password. */
export interface Challenge {
  readonly name:
    | SignInChallengeName
    | FactorName
    | 'CONFIRM_SIGN_UP'
    | 'CUSTOM_CHALLENGE'
    | 'PASSWORD_VERIFIER'
    | 'RESET_PASSWORD'
    | 'SELECT_CHALLENGE'
    | 'SIGNED_UP';
  readonly clientId: string;
  /** The browser that the form was sent to; absent for a client of the user pools API. */
  readonly browserId?: string;
  readonly sub: string;
  /** With `MFA_SETUP`: the secret for the authenticator app. */
  readonly totpSecret?: string;
  /** With `MFA_SETUP` by the user pools API: true once the app is enrolled. */
  readonly appEnrolled?: true;
  /** With `PASSWORD_VERIFIER`: the values of the server. */
  readonly srp?: SrpServer;
  /** With the flow `CUSTOM_AUTH`: its steps so far. */
  readonly custom?: CustomSignIn;
  /** With the flow `USER_AUTH`: the name that the client sent, the factors on offer, and the one-time password. */
  readonly choice?: {
    readonly username: string;
    readonly factors: readonly FactorName[];
    readonly code?: string;
  };
}

interface OpenChallenge {
  readonly challenge: Challenge;
  readonly expiresAtMs: number;
  triesLeft: number;
}

/** Challenges that wait for an answer. The session id in the form identifies them. */
export class ChallengeStore {
  readonly #open = new LRUCache<string, OpenChallenge>({ max: CAPACITY });

  /** @returns the session id for the form */
  open(challenge: Challenge, expiresAtMs: number): string {
    const session = randomUUID();
    this.#open.set(session, { challenge, expiresAtMs, triesLeft: TRIES });
    return session;
  }

  /** Finds a challenge of this browser, or of the API, and of this client, if any, that has not expired. */
  find(
    session: string,
    from: { readonly browserId: string | undefined; readonly clientId?: string },
    nowMs: number,
  ): Challenge | undefined {
    const open = this.#open.get(session);
    if (!open || open.expiresAtMs <= nowMs) return undefined;
    const { browserId, clientId } = open.challenge;
    return browserId === from.browserId && (from.clientId ?? clientId) === clientId
      ? open.challenge
      : undefined;
  }

  /** Counts a wrong answer. @returns whether the user may try again */
  failed(session: string): boolean {
    const open = this.#open.get(session);
    if (open && --open.triesLeft > 0) return true;
    this.#open.delete(session);
    return false;
  }

  close(session: string): void {
    this.#open.delete(session);
  }

  clear(): void {
    this.#open.clear();
  }
}
