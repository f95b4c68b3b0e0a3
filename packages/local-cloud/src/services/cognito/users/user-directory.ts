import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { derivedUuid } from '@spa-on-aws/cloudformation';
import type { SeededUser, SeededUsers, User } from './user-file';
import { InvalidUsersError } from '../errors';
import { passwordFaults } from '../model/attributes';
import type { SignInState } from '../state';
import type { UserPool, UserPoolGroup } from '../model/user-pool';

export type Authentication =
  | { readonly outcome: 'password-right'; readonly user: User }
  | { readonly outcome: 'unknown-user' | 'wrong-password'; readonly failures: number }
  | { readonly outcome: 'locked'; readonly userExists: boolean }
  | { readonly outcome: 'temporary-password-expired' };

interface DirectoryOptions {
  readonly state: Pick<SignInState, 'usersOf' | 'lockout' | 'passwordKey'>;
  readonly now: () => number;
}

/**
 * The users of one pool.
 *
 * Users are in the state, which outlives a template. The users file creates them, and replaces a user whose entry changes.
 * Passwords are stored as keyed digests; the key lives as long as the process.
 */
export class UserDirectory {
  readonly #pool: UserPool;
  readonly #file: SeededUsers;
  readonly #options: DirectoryOptions;
  readonly #users: Map<string, User>;
  readonly #subByName = new Map<string, string>();
  readonly #subs: Set<string>;

  /** @throws InvalidUsersError with all errors, when the pool does not accept a user; then no user has changed */
  constructor(pool: UserPool, file: SeededUsers, options: DirectoryOptions) {
    this.#pool = pool;
    this.#file = file;
    this.#options = options;
    this.#users = options.state.usersOf(pool.id);
    const faults = file.users.flatMap((user) => this.#claimNames(user));
    if (faults.length > 0) throw new InvalidUsersError(file.source, faults);
    this.#subs = new Set(this.#subByName.values());
    for (const user of this.#users.values()) if (user.seed === undefined) this.#addNames(user);
  }

  /** Creates the users whose entries in the file are new or changed, and updates the groups of the others. */
  seed(): void {
    for (const entry of this.#file.users) {
      const user = this.#userFrom(entry);
      const existing = this.#users.get(user.sub);
      const isUnchanged = existing !== undefined && existing.seed === user.seed;
      this.#users.set(user.sub, isUnchanged ? { ...existing, groups: user.groups } : user);
    }
  }

  /** Recreates the users of the file, and deletes users who signed up. */
  reset(): void {
    for (const [sub, { seed }] of this.#users) if (seed === undefined) this.#subs.delete(sub);
    this.#users.clear();
    this.seed();
  }

  bySub(sub: string): User | undefined {
    return this.#subs.has(sub) ? this.#users.get(sub) : undefined;
  }

  /** @param signInName as the user typed it */
  byName(signInName: string): User | undefined {
    return this.bySub(this.#subByName.get(this.#fold(signInName.trim())) ?? '');
  }

  /** Takes the same time for an unknown user as for a wrong password, and locks both (row CG-LG-04). */
  authenticate(signInName: string, password: string): Authentication {
    const { state, now } = this.#options;
    const name = this.#fold(signInName.trim());
    const user = this.byName(signInName);
    const key = this.#lockKey(user?.sub ?? name);
    if (state.lockout.isLocked(key, now())) return { outcome: 'locked', userExists: user !== undefined };
    const expected = user?.passwordDigest ?? randomBytes(32);
    const matches = timingSafeEqual(this.#digest(password), expected);
    if (!user || !matches) {
      const outcome = user ? 'wrong-password' : 'unknown-user';
      return { outcome, failures: state.lockout.failed(key, now()) };
    }
    state.lockout.succeeded(key);
    const validityMs = this.#pool.temporaryPasswordDays * 86_400_000;
    if (user.status === 'FORCE_CHANGE_PASSWORD' && now() >= user.passwordSetAtMs + validityMs) {
      return { outcome: 'temporary-password-expired' };
    }
    return { outcome: 'password-right', user };
  }

  missingAttributes({ attributes }: User): string[] {
    return this.#pool.requiredAttributes.filter((name) => attributes[name] === undefined);
  }

  /** Confirms a user who has chosen a password and filled in missing attributes (row CG-LG-02). */
  confirm(sub: string, password: string, attributes: Readonly<Record<string, string>>): void {
    this.#change(sub, (user) => ({
      status: 'CONFIRMED',
      passwordDigest: this.#digest(password),
      passwordSetAtMs: this.#options.now(),
      attributes: { ...user.attributes, ...attributes },
    }));
  }

  /** Creates an unconfirmed user; `undefined` when one with this name, or e-mail address, exists. */
  signUp(username: string, password: string, attributes: Readonly<Record<string, string>>): User | undefined {
    const { email } = attributes;
    const emailIsName = email !== undefined && this.#pool.signIn.by !== 'username';
    if (this.byName(username) || (emailIsName && this.byName(email))) return undefined;
    const sub = randomUUID();
    const user: User = {
      sub,
      username: this.#pool.signIn.by === 'email' ? sub : username,
      groups: [],
      attributes: {
        ...attributes,
        ...(attributes.email === undefined ? {} : { email_verified: false }),
        ...(attributes.phone_number === undefined ? {} : { phone_number_verified: false }),
      },
      status: 'UNCONFIRMED',
      passwordDigest: this.#digest(password),
      passwordSetAtMs: this.#options.now(),
      totp: undefined,
      seed: undefined,
    };
    this.#users.set(sub, user);
    this.#addNames(user);
    return user;
  }

  /** Confirms a user who signed up, and verifies the e-mail address. */
  confirmSignUp(sub: string): void {
    this.#change(sub, ({ attributes }) => ({
      status: 'CONFIRMED',
      attributes: { ...attributes, email_verified: true },
    }));
    const user = this.bySub(sub);
    if (user) this.#addNames(user);
  }

  /** Sets a new password after recovery, and resets the count of wrong passwords. */
  setPassword(sub: string, password: string): void {
    this.#options.state.lockout.succeeded(this.#lockKey(sub));
    this.#change(sub, () => ({
      passwordDigest: this.#digest(password),
      passwordSetAtMs: this.#options.now(),
    }));
  }

  /** @param usedStep time step of the code that was accepted */
  enrolApp(sub: string, secret: string, usedStep: number): void {
    this.#change(sub, () => ({ totp: { secret, usedStep } }));
  }

  #change(sub: string, change: (user: User) => Partial<User>): void {
    const user = this.#users.get(sub);
    if (user) this.#users.set(sub, { ...user, ...change(user) });
  }

  #lockKey(subOrName: string): string {
    return JSON.stringify([this.#pool.id, subOrName]);
  }

  #digest(password: string): Buffer {
    return createHmac('sha256', this.#options.state.passwordKey).update(password).digest();
  }

  /** Adds the names of a user who signed up, except names that belong to a user of the file. */
  #addNames({ sub, username, attributes }: User): void {
    const email = String(attributes.email ?? '');
    const emailVerified = attributes.email_verified === true;
    for (const name of signInNames(this.#pool, { username, email, emailVerified })) {
      const folded = this.#fold(name);
      if (this.byName(name) === undefined) this.#subByName.set(folded, sub);
    }
    this.#subs.add(sub);
  }

  #fold(name: string): string {
    return this.#pool.signIn.caseSensitive ? name : name.toLowerCase();
  }

  #subOf(user: SeededUser): string {
    return derivedUuid(`${this.#pool.id}/${this.#fold(user.username)}`);
  }

  #claimNames(user: SeededUser): string[] {
    const faults = userFaults(this.#pool, user);
    for (const name of new Set(signInNames(this.#pool, user).map((each) => this.#fold(each)))) {
      if (this.#subByName.has(name)) faults.push(`another user of the user pool signs in as '${name}'`);
      this.#subByName.set(name, this.#subOf(user));
    }
    return faults.map((fault) => `user '${user.username}': ${fault} (${this.#pool.logicalId}).`);
  }

  #userFrom(user: SeededUser): User {
    const sub = this.#subOf(user);
    const username = this.#pool.signIn.by === 'email' ? sub : user.username;
    const attributes = {
      ...user.attributes,
      ...(user.attributes?.phone_number === undefined ? {} : { phone_number_verified: false }),
      ...(user.name === undefined ? {} : { name: user.name }),
      email: user.email,
      email_verified: user.emailVerified,
    };
    return {
      sub,
      username,
      groups: groupsOf(this.#pool, user),
      attributes,
      status: user.temporaryPassword === true ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED',
      passwordDigest: this.#digest(user.password),
      passwordSetAtMs: this.#options.now(),
      totp: user.totpSecret === undefined ? undefined : { secret: user.totpSecret, usedStep: undefined },
      seed: this.#digest(JSON.stringify([username, user])).toString('base64'),
    };
  }
}

function signInNames(
  pool: UserPool,
  { username, email, emailVerified }: Pick<SeededUser, 'username' | 'email' | 'emailVerified'>,
): string[] {
  const { by } = pool.signIn;
  if (by === 'email') return [email];
  return by === 'username-or-email' && emailVerified ? [username, email] : [username];
}

/** Returns the groups of a user, in the order of the template. */
export function groupsOf(pool: UserPool, { groups }: Pick<SeededUser, 'groups'>): readonly UserPoolGroup[] {
  return pool.groups.filter(({ name }) => groups === 'all' || groups.includes(name));
}

function userFaults(pool: UserPool, user: SeededUser): string[] {
  const faults: string[] = [];
  const missing = passwordFaults(user.password, pool.passwordPolicy);
  if (missing.length > 0) faults.push(`the password policy requires ${missing.join(', ')}`);
  if (pool.signIn.by === 'email' && user.username !== user.email) {
    faults.push(`users of this pool sign in by e-mail, so username must be '${user.email}'`);
  }
  if (pool.signIn.by === 'username-or-email' && user.username.includes('@')) {
    faults.push('username cannot be an e-mail address, because AliasAttributes of the user pool has email');
  }
  const names = pool.groups.map(({ name }) => name);
  const unknown = user.groups === 'all' ? [] : user.groups.filter((group) => !names.includes(group));
  if (unknown.length > 0) {
    faults.push(
      `the user pool has no group ${unknown.join(', ')}; its groups: ${names.join(', ') || 'none'}`,
    );
  }
  if (user.temporaryPassword !== true) {
    const { name, email, attributes } = user;
    const has: Readonly<Record<string, string | undefined>> = { ...attributes, name, email };
    const lacking = pool.requiredAttributes.filter((attribute) => has[attribute] === undefined);
    if (lacking.length > 0) {
      faults.push(`the user pool requires ${lacking.join(', ')} for users whose password is not temporary`);
    }
  }
  return faults;
}
