import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { derivedUuid } from '@spa-on-aws/cloudformation';
import type { SeededUser, SeededUsers, User } from './user-file';
import { InvalidUsersError } from '../errors';
import { attributeLabel, passwordFaults } from '../model/attributes';
import type { SignInState } from '../state';
import type { ContactAttribute, UserPool, UserPoolGroup } from '../model/user-pool';

export type Authentication =
  | { readonly outcome: 'password-right'; readonly user: User }
  | { readonly outcome: 'unknown-user' | 'wrong-password'; readonly failures: number }
  | { readonly outcome: 'locked'; readonly userExists: boolean }
  | { readonly outcome: 'disabled' | 'temporary-password-expired' };

type Attributes = User['attributes'];

interface DirectoryOptions {
  readonly state: Pick<SignInState, 'usersOf' | 'deletedUsers' | 'lockout' | 'seedKey'>;
  readonly now: () => number;
}

/**
 * The users of one pool.
 *
 * Users are in the state, which outlives a template. The users file creates them, and replaces a user whose entry changes.
 */
export class UserDirectory {
  readonly #pool: UserPool;
  readonly #file: readonly SeededUser[];
  readonly #options: DirectoryOptions;
  readonly #users: Map<string, User>;
  readonly #fileSubs: ReadonlySet<string>;
  readonly #subByName = new Map<string, string>();
  /** Why sample users are left out. */
  readonly warnings: readonly string[];

  /** @throws InvalidUsersError with all errors, when the pool does not accept a user; then no user has changed */
  constructor(pool: UserPool, file: SeededUsers, options: DirectoryOptions) {
    this.#pool = pool;
    this.#options = options;
    this.#users = options.state.usersOf(pool.id);
    const names = new Map<string, string>();
    const checked = file.users.map((given) => {
      const user = file.isSample === true ? adaptSample(pool, given) : given;
      return { user, faults: this.#faults(user, names) };
    });
    const faults = checked.flatMap((each) => each.faults);
    if (faults.length > 0 && file.isSample !== true) throw new InvalidUsersError(file.source, faults);
    this.warnings = faults;
    this.#file = checked.flatMap((each) => (each.faults.length > 0 ? [] : [each.user]));
    this.#fileSubs = new Set(this.#file.map((user) => this.#subOf(user)));
  }

  /** Creates the users whose entries in the file are new or changed, and updates the groups of the others. */
  seed(): void {
    for (const entry of this.#file) {
      const user = this.#userFrom(entry);
      const existing = this.#users.get(user.sub);
      if (this.#options.state.deletedUsers.has(user.sub)) continue;
      const isUnchanged = existing !== undefined && existing.seed === user.seed;
      const groups = existing?.groupsChanged === true ? existing.groups : user.groups;
      this.#users.set(user.sub, isUnchanged ? { ...existing, groups } : user);
    }
    for (const [sub, user] of this.#users) {
      const names = user.groups.map(({ name }) => name);
      this.#users.set(sub, { ...user, groups: groupsOf(this.#pool, { groups: names }) });
    }
    this.#index();
  }

  /** Recreates the users of the file, and deletes users who signed up. */
  reset(): void {
    for (const sub of this.#fileSubs) this.#options.state.deletedUsers.delete(sub);
    this.#users.clear();
    this.seed();
  }

  /** Lists the users, oldest first. */
  all(): User[] {
    return [...this.#users.values()].filter((user) => this.#isListed(user));
  }

  bySub(sub: string): User | undefined {
    const user = this.#users.get(sub);
    return user && this.#isListed(user) ? user : undefined;
  }

  /** @param signInName as the user typed it */
  byName(signInName: string): User | undefined {
    return this.bySub(this.#subByName.get(this.#fold(signInName.trim())) ?? '');
  }

  /** Finds a user as the user pools API does: by a name to sign in with, or the `sub`. */
  find(name: string): User | undefined {
    return this.byName(name) ?? this.bySub(name);
  }

  authenticate(signInName: string, password: string): Authentication {
    return this.authenticateBy(signInName, (user) => this.hasPassword(user, password));
  }

  /** Tells whether this is the password of the user. It takes the same time for an unknown user. */
  hasPassword(user: User | undefined, password: string): boolean {
    return timingSafeEqual(
      this.#digest(user?.username ?? '', password),
      user?.passwordDigest ?? randomBytes(DIGEST_BYTES),
    );
  }

  /**
   * Treats an unknown user like a wrong password, and locks both (row CG-LG-04).
   *
   * @param isRight checks the password; called with `undefined` for an unknown user, so that it takes the same time
   */
  authenticateBy(signInName: string, isRight: (user: User | undefined) => boolean): Authentication {
    const { state, now } = this.#options;
    const user = this.find(signInName);
    const key = this.#lockKey(user?.sub ?? this.#fold(signInName.trim()));
    if (state.lockout.isLocked(key, now())) return { outcome: 'locked', userExists: user !== undefined };
    const matches = isRight(user);
    if (!user || !matches) {
      const outcome = user ? 'wrong-password' : 'unknown-user';
      return { outcome, failures: state.lockout.failed(key, now()) };
    }
    state.lockout.succeeded(key);
    if (!user.enabled) return { outcome: 'disabled' };
    const validityMs = this.#pool.temporaryPasswordDays * 86_400_000;
    if (user.status === 'FORCE_CHANGE_PASSWORD' && now() >= user.passwordSetAtMs + validityMs) {
      return { outcome: 'temporary-password-expired' };
    }
    return { outcome: 'password-right', user };
  }

  missingAttributes({ attributes }: User): string[] {
    return this.#pool.requiredAttributes.filter((name) => attributes[name] === undefined);
  }

  /** Returns whether another user signs in with one of these attributes. */
  isTaken(attributes: Attributes, except?: User): boolean {
    const { usernameAttributes, aliasAttributes } = this.#pool.signIn;
    return [...usernameAttributes, ...aliasAttributes].some((name) => {
      const owner = attributes[name] === undefined ? undefined : this.byName(String(attributes[name]));
      return owner !== undefined && owner.sub !== except?.sub;
    });
  }

  /** Confirms a user who has chosen a password and filled in missing attributes (row CG-LG-02). */
  confirm(sub: string, password: string, attributes: Attributes): void {
    this.setPassword(sub, password, 'CONFIRMED');
    this.setAttributes(sub, attributes);
  }

  /** Creates an unconfirmed user; `undefined` when one with this name, or attribute to sign in with, exists. */
  signUp(
    username: string,
    password: string | undefined,
    attributes: Attributes,
    sub?: string,
  ): User | undefined {
    const unverified = {
      ...attributes,
      ...(attributes.email === undefined ? {} : { email_verified: false }),
      ...(attributes.phone_number === undefined ? {} : { phone_number_verified: false }),
    };
    return this.create(username, password, 'UNCONFIRMED', unverified, sub);
  }

  /** Creates a user; `undefined` when one with this name, or attribute to sign in with, exists. */
  create(
    username: string,
    password: string | undefined,
    status: User['status'],
    attributes: Attributes,
    sub: string = randomUUID(),
  ): User | undefined {
    if (this.find(username) || this.isTaken(attributes)) return undefined;
    const name = this.#pool.signIn.usernameAttributes.length > 0 ? sub : username;
    const now = this.#options.now();
    const user: User = {
      sub,
      username: name,
      groups: [],
      attributes,
      enabled: true,
      status,
      passwordDigest: password === undefined ? undefined : this.#digest(name, password),
      passwordSetAtMs: now,
      createdAtMs: now,
      modifiedAtMs: now,
      totp: undefined,
      seed: undefined,
    };
    this.#users.set(sub, user);
    this.#index();
    return user;
  }

  /** Confirms a user who signed up. @param verified attribute that the code was sent to */
  confirmSignUp(sub: string, verified?: ContactAttribute): void {
    this.#change(sub, ({ attributes }) => ({
      status: 'CONFIRMED',
      attributes: verified === undefined ? attributes : { ...attributes, [`${verified}_verified`]: true },
    }));
  }

  /** Sets a new password, and resets the count of wrong passwords. */
  setPassword(sub: string, password: string, status?: User['status']): void {
    this.#options.state.lockout.succeeded(this.#lockKey(sub));
    this.#change(sub, (user) => ({
      status: status ?? (user.status === 'RESET_REQUIRED' ? 'CONFIRMED' : user.status),
      passwordDigest: this.#digest(user.username, password),
      passwordSetAtMs: this.#options.now(),
    }));
  }

  setAttributes(sub: string, attributes: Attributes): void {
    this.#change(sub, (user) => ({ attributes: { ...user.attributes, ...attributes } }));
  }

  deleteAttributes(sub: string, names: readonly string[]): void {
    this.#change(sub, ({ attributes }) => ({
      attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name))),
    }));
  }

  /** Sets the groups of a user; they stay when a template changes, as far as it has them. */
  setGroups(sub: string, groups: readonly string[]): void {
    this.#change(sub, () => ({ groups: groupsOf(this.#pool, { groups }), groupsChanged: true }));
  }

  setEnabled(sub: string, enabled: boolean): void {
    this.#change(sub, () => ({ enabled }));
  }

  /** @param app `usedStep`: time step of the code that was accepted. `undefined`: removes the app */
  enrolApp(sub: string, app: User['totp']): void {
    this.#change(sub, () => ({ totp: app }));
  }

  delete(sub: string): void {
    this.#users.delete(sub);
    if (this.#fileSubs.has(sub)) this.#options.state.deletedUsers.add(sub);
    this.#index();
  }

  #change(sub: string, change: (user: User) => Partial<User>): void {
    const user = this.#users.get(sub);
    if (!user) return;
    this.#users.set(sub, { ...user, ...change(user), modifiedAtMs: this.#options.now() });
    this.#index();
  }

  #isListed({ seed, sub }: User): boolean {
    return seed === undefined || this.#fileSubs.has(sub);
  }

  /** Users of the file come first: their names cannot be taken. */
  #index(): void {
    this.#subByName.clear();
    const users = this.all();
    for (const user of [...users.filter(({ seed }) => seed !== undefined), ...users]) {
      for (const name of signInNames(this.#pool, user).map((each) => this.#fold(each))) {
        if (!this.#subByName.has(name)) this.#subByName.set(name, user.sub);
      }
    }
  }

  #lockKey(subOrName: string): string {
    return JSON.stringify([this.#pool.id, subOrName]);
  }

  /** The value that a client computes from the password for the Secure Remote Password protocol; the user's name in the pool salts it. */
  #digest(username: string, password: string): Buffer {
    return createHash('sha256')
      .update(`${poolName(this.#pool)}${username}:${password}`)
      .digest();
  }

  #fold(name: string): string {
    return this.#pool.signIn.caseSensitive ? name : name.toLowerCase();
  }

  #subOf(user: SeededUser): string {
    return derivedUuid(`${this.#pool.id}/${this.#fold(user.username)}`);
  }

  #faults(user: SeededUser, claimed: Map<string, string>): string[] {
    const faults = userFaults(this.#pool, user);
    const { username } = user;
    const names = signInNames(this.#pool, { username, attributes: attributesOf(user) });
    for (const name of new Set(names.map((each) => this.#fold(each)))) {
      if (claimed.has(name)) faults.push(`another user of the user pool signs in as '${name}'`);
      claimed.set(name, this.#subOf(user));
    }
    return faults.map((fault) => `user '${user.username}': ${fault} (${this.#pool.logicalId}).`);
  }

  #userFrom(user: SeededUser): User {
    const sub = this.#subOf(user);
    const username = this.#pool.signIn.usernameAttributes.length > 0 ? sub : user.username;
    const now = this.#options.now();
    return {
      sub,
      username,
      groups: groupsOf(this.#pool, user),
      attributes: attributesOf(user),
      enabled: true,
      status: user.temporaryPassword === true ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED',
      passwordDigest: this.#digest(username, user.password),
      passwordSetAtMs: now,
      createdAtMs: now,
      modifiedAtMs: now,
      totp:
        user.totpSecret === undefined
          ? undefined
          : { secret: user.totpSecret, usedStep: undefined, isPreferred: true },
      seed: createHmac('sha256', this.#options.state.seedKey)
        .update(JSON.stringify([username, user]))
        .digest('base64'),
    };
  }
}

const DIGEST_BYTES = 32;

/** Name of a pool in the Secure Remote Password protocol: its id without the region. */
export function poolName({ id }: Pick<UserPool, 'id'>): string {
  return id.slice(id.indexOf('_') + 1);
}

function attributesOf(user: SeededUser): Attributes {
  return {
    ...user.attributes,
    ...(user.attributes?.phone_number === undefined
      ? {}
      : { phone_number_verified: user.phoneNumberVerified ?? false }),
    ...(user.name === undefined ? {} : { name: user.name }),
    email: user.email,
    email_verified: user.emailVerified,
  };
}

function signInNames(
  { signIn: { usernameAttributes, aliasAttributes } }: UserPool,
  { username, attributes }: Pick<User, 'username' | 'attributes'>,
): string[] {
  const given = (name: string): string[] =>
    attributes[name] === undefined ? [] : [String(attributes[name])];
  if (usernameAttributes.length > 0) return usernameAttributes.flatMap(given);
  const isUsable = (name: string): boolean =>
    name === 'preferred_username' || attributes[`${name}_verified`] === true;
  return [username, ...aliasAttributes.filter(isUsable).flatMap(given)];
}

/** Returns the groups of a user, in the order of the template. */
export function groupsOf(pool: UserPool, { groups }: Pick<SeededUser, 'groups'>): readonly UserPoolGroup[] {
  return pool.groups.filter(({ name }) => groups === 'all' || groups.includes(name));
}

/** Values of required attributes that the sample users do not have. */
const SAMPLE_ATTRIBUTES: Readonly<Record<string, string>> = {
  birthdate: '2000-01-01',
  phone_number: '+15555550100',
  updated_at: '0',
  website: 'https://example.com',
};

/** Changes a user of the file that comes with the local cloud so that most pools accept it. */
function adaptSample({ signIn, requiredAttributes }: UserPool, user: SeededUser): SeededUser {
  const has = { ...user.attributes, email: user.email, name: user.name };
  const missing = requiredAttributes.filter((name) => !(name in has));
  const [localPart = user.username] = user.username.split('@');
  return {
    ...user,
    username: signIn.aliasAttributes.includes('email') ? localPart : user.username,
    attributes: {
      ...Object.fromEntries(missing.map((name) => [name, SAMPLE_ATTRIBUTES[name] ?? 'sample'])),
      ...user.attributes,
    },
  };
}

/** Returns why an attribute that users may sign in with cannot be a username, too. */
export function usernameFault({ signIn }: UserPool, username: string): string | undefined {
  const { aliasAttributes } = signIn;
  if (aliasAttributes.includes('email') && username.includes('@')) return 'an e-mail address';
  if (aliasAttributes.includes('phone_number') && /^\+\d+$/.test(username)) return 'a phone number';
  return undefined;
}

function userFaults(pool: UserPool, user: SeededUser): string[] {
  const faults: string[] = [];
  const missing = passwordFaults(user.password, pool.passwordPolicy);
  if (missing.length > 0) faults.push(`the password policy requires ${missing.join(', ')}`);
  const { usernameAttributes } = pool.signIn;
  const attributes = attributesOf(user);
  const names = usernameAttributes.flatMap((name) => attributes[name] ?? []);
  if (usernameAttributes.length > 0 && !names.includes(user.username)) {
    const labels = usernameAttributes.map((name) => attributeLabel(name).toLowerCase()).join(' or ');
    const remedy =
      names.length > 0 ? `so username must be '${names.join("' or '")}'` : 'which this user does not have';
    faults.push(`users of this pool sign in by ${labels}, ${remedy}`);
  }
  const like = usernameFault(pool, user.username);
  if (like !== undefined) {
    faults.push(`username cannot be ${like}, because AliasAttributes of the user pool has it`);
  }
  const groupNames = pool.groups.map(({ name }) => name);
  const unknown = user.groups === 'all' ? [] : user.groups.filter((group) => !groupNames.includes(group));
  if (unknown.length > 0) {
    faults.push(
      `the user pool has no group ${unknown.join(', ')}; its groups: ${groupNames.join(', ') || 'none'}`,
    );
  }
  if (user.temporaryPassword !== true) {
    const lacking = pool.requiredAttributes.filter((attribute) => attributes[attribute] === undefined);
    if (lacking.length > 0) {
      faults.push(`the user pool requires ${lacking.join(', ')} for users whose password is not temporary`);
    }
  }
  return faults;
}
