import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { derivedUuid } from '../template/stack';
import { InvalidUsersError } from './errors';
import { passwordFaults } from './password-policy';
import type { UserPool } from './user-pool';
import type { SeededUser, SeededUsers } from './users';

/** A person of a pool, as tokens and userInfo describe them. */
export interface PoolUser {
  /** The id that never changes; the same at every start. */
  readonly sub: string;
  /** The sub in a pool whose people sign in by e-mail (row CG-JT-03). */
  readonly username: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly groups: readonly string[];
}

/** What became of a user name and a password. */
export type Authentication =
  | { readonly outcome: 'signed-in'; readonly user: PoolUser }
  | { readonly outcome: 'unknown-user' | 'wrong-password' };

/** The people of one pool. Passwords are kept as keyed digests, under a key that dies with the process. */
export class UserDirectory {
  readonly #bySignInName = new Map<string, PoolUser>();
  readonly #bySub = new Map<string, PoolUser>();
  readonly #digests = new Map<string, Buffer>();
  readonly #key = randomBytes(32);
  readonly #fold: (name: string) => string;

  /** @throws InvalidUsersError when the pool would not take a user; names every fault */
  constructor(pool: UserPool, { source, users }: SeededUsers) {
    this.#fold = pool.signIn.caseSensitive ? (name) => name : (name) => name.toLowerCase();
    const faults = users.flatMap((user) => this.#add(pool, user));
    if (faults.length > 0) throw new InvalidUsersError(source, faults);
  }

  bySub(sub: string): PoolUser | undefined {
    return this.#bySub.get(sub);
  }

  /** Takes as long for an unknown user as for a wrong password. */
  authenticate(signInName: string, password: string): Authentication {
    const user = this.#bySignInName.get(this.#fold(signInName.trim()));
    const expected = this.#digests.get(user?.sub ?? '') ?? randomBytes(32);
    const matches = timingSafeEqual(this.#digest(password), expected);
    if (!user) return { outcome: 'unknown-user' };
    return matches ? { outcome: 'signed-in', user } : { outcome: 'wrong-password' };
  }

  #digest(password: string): Buffer {
    return createHmac('sha256', this.#key).update(password).digest();
  }

  #add(pool: UserPool, seeded: SeededUser): string[] {
    const sub = derivedUuid(`${pool.id}/${this.#fold(seeded.username)}`);
    const user: PoolUser = {
      sub,
      username: pool.signIn.by === 'email' ? sub : seeded.username,
      email: seeded.email,
      emailVerified: seeded.emailVerified,
      name: seeded.name,
      groups: seeded.groups,
    };
    const faults = userFaults(pool, seeded);
    for (const name of new Set(signInNames(pool, seeded).map(this.#fold))) {
      if (this.#bySignInName.has(name))
        faults.push(`the user pool already has somebody who signs in as '${name}'`);
      this.#bySignInName.set(name, user);
    }
    this.#bySub.set(sub, user);
    this.#digests.set(sub, this.#digest(seeded.password));
    return faults.map((fault) => `user '${seeded.username}': ${fault} (${pool.logicalId}).`);
  }
}

function signInNames(pool: UserPool, { username, email, emailVerified }: SeededUser): string[] {
  switch (pool.signIn.by) {
    case 'email':
      return [email];
    case 'username':
      return [username];
    case 'username-or-email':
      return emailVerified ? [username, email] : [username];
  }
}

function userFaults(pool: UserPool, user: SeededUser): string[] {
  const faults: string[] = [];
  const missing = passwordFaults(user.password, pool.passwordPolicy);
  if (missing.length > 0) faults.push(`the password policy asks for ${missing.join(', ')}`);
  if (pool.signIn.by === 'email' && user.username !== user.email) {
    faults.push(`people sign in by e-mail here, so username must be the e-mail address '${user.email}'`);
  }
  if (pool.signIn.by === 'username-or-email' && user.username.includes('@')) {
    faults.push('a user name cannot look like an e-mail address where e-mail addresses are aliases');
  }
  const unknown = user.groups.filter((group) => !pool.groups.includes(group));
  if (unknown.length > 0) faults.push(`the template has no group ${unknown.join(', ')}`);
  return faults;
}
