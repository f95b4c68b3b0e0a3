import { randomBytes } from 'node:crypto';
import { ChallengeStore } from './flows/challenge-store';
import { LRUCache } from 'lru-cache';
import { Lockout } from './users/lockout';
import type { SignInRules } from './model/user-pool';
import { ProviderRecords } from './oauth/provider-storage';
import type { SigningKeys, TokenChanges } from './tokens/tokens';
import type { User } from './users/user-file';
import { VerificationCodes } from './users/verification-codes';

/**
 * State of the user pools: users and their changes, sessions, codes, refresh tokens, signing keys, locks.
 *
 * It outlives a template: pass the same object to every `createCognito`. Pools are identified by pool id, clients by client
 * id, so what a changed template still has continues, and what it no longer has is unreachable until it is back.
 */
export class SignInState {
  /** Names that users sign in with, by pool id: they cannot be changed (row CG-AD-05). */
  readonly signInRules = new Map<string, SignInRules>();
  /** By pool id. */
  readonly signingKeys = new Map<string, SigningKeys>();
  readonly records = new ProviderRecords();
  readonly lockout = new Lockout();
  readonly challenges = new ChallengeStore();
  readonly codes = new VerificationCodes();
  /** Secrets of authenticator apps that wait for their first code, by `sub`. */
  readonly newApps = new LRUCache<string, string>({ max: 1_000 });
  /** Changes of the tokens that a code is exchanged for, by the id of the code. */
  readonly tokenChanges = new LRUCache<string, TokenChanges>({ max: 10_000 });
  readonly cookieKey = randomBytes(32).toString('base64url');
  /** Signs the CSRF tokens of forms. */
  readonly csrfKey = randomBytes(32);
  /** Key of the digests of the users file's entries, which have passwords in them. */
  readonly seedKey = randomBytes(32);
  /** Milliseconds since the epoch; access and ID tokens issued until then count as expired. */
  expiredBeforeMs = 0;
  /** `sub`s of deleted users of the users file, which would create them again. */
  readonly deletedUsers = new Set<string>();
  readonly #users = new Map<string, Map<string, User>>();

  usersOf(poolId: string): Map<string, User> {
    const users = this.#users.get(poolId) ?? new Map<string, User>();
    this.#users.set(poolId, users);
    return users;
  }
}
