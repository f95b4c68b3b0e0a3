import { randomBytes } from 'node:crypto';
import { Accounts } from './users/user';
import { Challenges } from './flows/challenges';
import { Lockout } from './users/lockout';
import { ProviderRecords } from './oauth/provider-storage';
import type { SigningKeys } from './tokens/signing-keys';
import type { SignInRules } from './model/user-pool';

/**
 * Everything that user pools remember while the local cloud runs: people with what they changed, sessions, codes,
 * refresh tokens, signing keys, locks.
 *
 * It belongs to no template: make one, and hand it to every `createCognito` that serves the next state of the same
 * template. Pools are told apart by id, clients by client id, so what a changed template still has goes on, and what it
 * no longer has is out of reach until it is back.
 */
export class SignInState {
  /** How people name themselves, by pool id: it cannot be changed (row CG-AD-05). */
  readonly signInRules = new Map<string, SignInRules>();
  /** By pool id. */
  readonly signingKeys = new Map<string, SigningKeys>();
  readonly accounts = new Accounts();
  readonly records = new ProviderRecords();
  readonly lockout = new Lockout();
  readonly challenges = new Challenges();
  /** Signs cookies. */
  readonly cookieKey = randomBytes(32).toString('base64url');
  /** Ties forms to browsers. */
  readonly csrfKey = randomBytes(32);
  /** Under which passwords are kept. */
  readonly passwordKey = randomBytes(32);
  /** Milliseconds since the epoch; access and ID tokens issued until then count as expired. */
  expiredBeforeMs = 0;
}
