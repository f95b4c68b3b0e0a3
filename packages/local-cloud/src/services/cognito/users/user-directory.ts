import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { derivedUuid } from '@spa-on-aws/cloudformation';
import type { Account } from './user';
import { InvalidUsersError } from '../errors';
import { passwordFaults } from '../model/password-policy';
import type { SignInState } from '../state';
import type { UserPool } from '../model/user-pool';
import type { SeededUser, SeededUsers } from './user-file';

/** A person of a pool, as tokens and userInfo describe them. */
export type PoolUser = Pick<Account, 'sub' | 'username' | 'groups' | 'attributes'>;

/** What became of a user name and a password. */
export type Authentication =
  | { readonly outcome: 'password-right'; readonly account: Account }
  | { readonly outcome: 'unknown-user' | 'wrong-password'; readonly failures: number }
  | { readonly outcome: 'locked'; readonly known: boolean }
  | { readonly outcome: 'temporary-password-expired' };

/** What a directory needs beside the pool and its people. */
export interface DirectoryOptions {
  readonly state: Pick<SignInState, 'accounts' | 'lockout' | 'passwordKey'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The people of one pool.
 *
 * Accounts are in the state that outlives a template; the file of users makes them, and makes them anew when it says
 * something else about somebody. Passwords are kept as keyed digests, under a key that dies with the process.
 */
export class UserDirectory {
  readonly #pool: UserPool;
  readonly #seeds: SeededUsers;
  readonly #options: DirectoryOptions;
  readonly #accounts: Map<string, Account>;
  readonly #subByName = new Map<string, string>();
  readonly #subs: Set<string>;

  /** @throws InvalidUsersError when the pool would not take a user; names every fault, and changes no account */
  constructor(pool: UserPool, seeds: SeededUsers, options: DirectoryOptions) {
    this.#pool = pool;
    this.#seeds = seeds;
    this.#options = options;
    this.#accounts = options.state.accounts.of(pool.id);
    const faults = seeds.users.flatMap((user) => this.#claimNames(user));
    if (faults.length > 0) throw new InvalidUsersError(seeds.source, faults);
    this.#subs = new Set(this.#subByName.values());
    for (const account of this.#accounts.values()) if (account.seed === undefined) this.#admit(account);
  }

  /** Makes the accounts of people who are new, or of whom the file says something else. */
  seed(): void {
    for (const user of this.#seeds.users) {
      const account = this.#accountFrom(user);
      if (this.#accounts.get(account.sub)?.seed !== account.seed) this.#accounts.set(account.sub, account);
    }
  }

  /** Makes every account of the file anew; those that people made themselves are gone. */
  reset(): void {
    for (const [sub, { seed }] of this.#accounts) if (seed === undefined) this.#subs.delete(sub);
    this.#accounts.clear();
    this.seed();
  }

  bySub(sub: string): Account | undefined {
    return this.#subs.has(sub) ? this.#accounts.get(sub) : undefined;
  }

  /** @param signInName as somebody typed it */
  byName(signInName: string): Account | undefined {
    return this.bySub(this.#subByName.get(this.#fold(signInName.trim())) ?? '');
  }

  /** Takes as long for an unknown user as for a wrong password, and locks both alike (row CG-LG-04). */
  authenticate(signInName: string, password: string): Authentication {
    const { state, now } = this.#options;
    const name = this.#fold(signInName.trim());
    const account = this.byName(signInName);
    const key = this.#lockKey(account?.sub ?? name);
    if (state.lockout.isLocked(key, now())) return { outcome: 'locked', known: account !== undefined };
    const expected = account?.passwordDigest ?? randomBytes(32);
    const matches = timingSafeEqual(this.#digest(password), expected);
    if (!account || !matches) {
      const outcome = account ? 'wrong-password' : 'unknown-user';
      return { outcome, failures: state.lockout.failed(key, now()) };
    }
    state.lockout.succeeded(key);
    const validityMs = this.#pool.temporaryPasswordDays * 86_400_000;
    if (account.status === 'FORCE_CHANGE_PASSWORD' && now() >= account.passwordSetAtMs + validityMs) {
      return { outcome: 'temporary-password-expired' };
    }
    return { outcome: 'password-right', account };
  }

  /** Required attributes that somebody does not have. */
  missingAttributes({ attributes }: Account): string[] {
    return this.#pool.requiredAttributes.filter((name) => attributes[name] === undefined);
  }

  /** Somebody's own password, and attributes that were missing: the account is confirmed (row CG-LG-02). */
  confirm(sub: string, password: string, attributes: Readonly<Record<string, string>>): void {
    this.#change(sub, (account) => ({
      status: 'CONFIRMED',
      passwordDigest: this.#digest(password),
      passwordSetAtMs: this.#options.now(),
      attributes: { ...account.attributes, ...attributes },
    }));
  }

  /**
   * Makes an account that waits for its code.
   *
   * @param username the e-mail address where that is the name
   * @returns `undefined` when somebody has the name
   */
  signUp(
    username: string,
    password: string,
    attributes: Readonly<Record<string, string>>,
  ): Account | undefined {
    if (this.byName(username) || (attributes.email !== undefined && this.#emailIsName(attributes.email))) {
      return undefined;
    }
    const sub = randomUUID();
    const account: Account = {
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
    this.#accounts.set(sub, account);
    this.#admit(account);
    return account;
  }

  /** The code was right: the account is confirmed, and its e-mail address verified. */
  confirmSignUp(sub: string): void {
    this.#change(sub, ({ attributes }) => ({
      status: 'CONFIRMED',
      attributes: { ...attributes, email_verified: true },
    }));
    const account = this.bySub(sub);
    if (account) this.#admit(account);
  }

  /** A new password of somebody who forgot the old one; failures with that one are forgotten, too. */
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

  #change(sub: string, change: (account: Account) => Partial<Account>): void {
    const account = this.#accounts.get(sub);
    if (account) this.#accounts.set(sub, { ...account, ...change(account) });
  }

  #lockKey(subOrName: string): string {
    return JSON.stringify([this.#pool.id, subOrName]);
  }

  #digest(password: string): Buffer {
    return createHmac('sha256', this.#options.state.passwordKey).update(password).digest();
  }

  /** Lets somebody who signed up sign in with their names, unless the file gives them to somebody else. */
  #admit({ sub, username, attributes }: Account): void {
    const email = String(attributes.email ?? '');
    const emailVerified = attributes.email_verified === true;
    for (const name of signInNames(this.#pool, { username, email, emailVerified })) {
      const folded = this.#fold(name);
      if (this.byName(name) === undefined) this.#subByName.set(folded, sub);
    }
    this.#subs.add(sub);
  }

  #emailIsName(email: string): boolean {
    return this.#pool.signIn.by !== 'username' && this.byName(email) !== undefined;
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
      if (this.#subByName.has(name))
        faults.push(`the user pool already has somebody who signs in as '${name}'`);
      this.#subByName.set(name, this.#subOf(user));
    }
    return faults.map((fault) => `user '${user.username}': ${fault} (${this.#pool.logicalId}).`);
  }

  #accountFrom(user: SeededUser): Account {
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
      groups: user.groups,
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
  if (user.temporaryPassword !== true) {
    const { name, email, attributes } = user;
    const has: Readonly<Record<string, string | undefined>> = { ...attributes, name, email };
    const lacking = pool.requiredAttributes.filter((attribute) => has[attribute] === undefined);
    if (lacking.length > 0) {
      faults.push(
        `the user pool requires ${lacking.join(', ')} of everybody whose password is not temporary`,
      );
    }
  }
  return faults;
}
