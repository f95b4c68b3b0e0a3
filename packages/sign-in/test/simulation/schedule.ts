import type { User } from 'oidc-client-ts';
import { CognitoUserManager } from '../../src/cognito-user-manager';
import { MemoryStorage } from '../memory-storage';
import { channelName, origin, settings } from '../settings';
import { storedUser } from '../stored-user';
import { SimulatedBrowser } from './browser';
import { type Clock, settle } from './clock';
import { type Fault, SimulatedUserPool } from './user-pool';

/** One step of a schedule. `tab` counts modulo the number of open tabs. */
export type Step =
  | { readonly kind: 'open' | 'restore' | 'offline' | 'online' | 'wake' }
  | { readonly kind: TabStep; readonly tab: number }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'wait' | 'sleep'; readonly ms: number };

type TabStep =
  'close' | 'reload' | 'duplicate' | 'login' | 'logout' | 'renew' | 'use' | 'get-user' | 'revoked-by-admin';

interface Tab {
  readonly id: number;
  readonly manager: CognitoUserManager;
  readonly storage: MemoryStorage;
  /** The user that the page shows, as react-oidc-context keeps it. */
  shown: User | undefined;
  /** Logins whose end this tab has seen. */
  readonly endedLogins: Set<string>;
}

const MAX_TABS = 5;

/** Runs the steps of one schedule with real managers, and collects violations of what must always hold. */
export class Schedule {
  readonly violations: string[] = [];
  /** Steps so far, for the report of a failure. */
  readonly log: string[] = [];
  readonly pool: SimulatedUserPool;
  readonly #browser: SimulatedBrowser;
  readonly #endedLogins = new Set<string>();
  /** Time of each login. A logout ends all logins before, too. */
  readonly #loginTimes = new Map<string, number>();
  /** The last ended login, and when it ended. */
  #lastLogout = { login: 0, at: 0 };
  #tabs: Tab[] = [];
  #closed: MemoryStorage | undefined;
  #lastId = 0;
  #logins = 0;

  constructor(
    private readonly clock: Clock,
    delay: () => number,
    rotation: { readonly graceSeconds: number } | undefined,
  ) {
    this.#browser = new SimulatedBrowser(clock, delay);
    this.pool = new SimulatedUserPool(clock, delay, rotation, {
      isOpen: (tab) => this.#tabs.some(({ id }) => id === tab),
      onReplacedToken: (tab, login, token) => this.#onReplacedToken(tab, login, token),
      onConcurrentRenewals: () => this.#violate('two renewals run at the same time'),
      onRevocation: (tab, login) => this.#onRevocation(tab, login),
    });
    this.#open(new MemoryStorage());
  }

  async run(step: Step): Promise<void> {
    this.log.push(`${this.clock.now} ${JSON.stringify(step)}`);
    await this.#run(step);
    await settle();
  }

  #run(step: Step): void | Promise<void> {
    switch (step.kind) {
      case 'wait':
        return this.clock.advance(step.ms);
      case 'sleep':
        this.clock.sleep(step.ms);
        return this.#wake();
      case 'open':
        return this.#open(new MemoryStorage());
      case 'restore':
        return this.#open(new MemoryStorage(this.#closed));
      case 'fault':
        return void this.pool.faults.push(step.fault);
      case 'offline':
      case 'online':
        Object.assign(navigator, { onLine: step.kind === 'online' });
        return this.#wake();
      case 'wake':
        return this.#wake();
      default: {
        const tab = this.#tabs[step.tab % this.#tabs.length];
        if (tab) this.#runIn(tab, step.kind);
      }
    }
  }

  /** Repairs the network, waits until nothing happens any more, and checks the end state. */
  async finish(): Promise<void> {
    this.pool.faults.length = 0;
    Object.assign(navigator, { onLine: true });
    this.#wake();
    await this.clock.advance(60_000);
    for (const { manager } of this.#tabs) manager.stopSilentRenew();
    await this.clock.advance(5_000); // ends renewals that have started
    const sessions = this.#tabs.map(storedUser);
    if (new Set(sessions.map((user) => user?.access_token)).size > 1) {
      this.#violate(
        `the tabs have different sessions: ${sessions.map((user) => user?.access_token).join(', ')}`,
      );
    }
    for (const tab of this.#tabs) {
      const user = storedUser(tab);
      if (user && this.#endedLogins.has(loginOf(user)))
        this.#violate(`tab ${tab.id} is signed in after a logout`);
      if (user?.expired) this.#violate(`tab ${tab.id} has an expired session after the faults`);
      if (tab.shown?.access_token !== user?.access_token) {
        this.#violate(`tab ${tab.id} shows ${tab.shown?.access_token} and stores ${user?.access_token}`);
      }
    }
    for (const tab of [...this.#tabs]) this.#close(tab);
  }

  #runIn(tab: Tab, kind: TabStep): void {
    const { manager } = tab;
    switch (kind) {
      case 'close':
        return this.#close(tab);
      case 'reload':
        this.#close(tab);
        return this.#open(new MemoryStorage(tab.storage));
      case 'duplicate':
        return this.#open(new MemoryStorage(tab.storage));
      case 'login':
        return this.#login(tab);
      case 'logout': {
        const user = storedUser(tab);
        if (user) {
          this.#endedLogins.add(loginOf(user));
          const login = Math.max(this.#lastLogout.login, loginTime(tab.storage));
          this.#lastLogout = { login, at: this.clock.now };
        }
        return this.#report(manager.signoutRedirect());
      }
      case 'renew':
        return this.#report(manager.signinSilent());
      case 'use':
        return this.#report(this.#use(tab));
      case 'get-user':
        return this.#report(manager.getUser());
      case 'revoked-by-admin': {
        const user = storedUser(tab);
        if (user) this.pool.revoke(loginOf(user));
      }
    }
  }

  #open(storage: MemoryStorage): void {
    if (this.#tabs.length === MAX_TABS) return;
    const id = (this.#lastId += 1);
    const manager = new CognitoUserManager(
      { ...settings, extraHeaders: { 'x-tab': String(id) } },
      this.#browser.openTab(id, storage),
    );
    const tab: Tab = { id, manager, storage, shown: undefined, endedLogins: new Set() };
    this.#tabs.push(tab);
    manager.events.addUserLoaded((user) => {
      this.log.push(`${this.clock.now} tab ${id} shows ${user.access_token}, ${user.refresh_token}`);
      tab.shown = user;
      this.#loginTimes.set(loginOf(user), loginTime(storage));
      const { login, at } = this.#lastLogout;
      if (loginTime(storage) <= login && this.clock.now > at + 1000) {
        this.#violate(`tab ${id} shows a user who logged out long ago`);
      }
      if (tab.endedLogins.has(loginOf(user))) this.#violate(`tab ${id} shows a user again after the logout`);
    });
    manager.events.addUserUnloaded(() => this.#onUnloaded(tab));
    manager.events.addSilentRenewError(({ message }) => {
      this.log.push(`${this.clock.now} tab ${id} renewal error: ${message}`);
    });
    this.#report(manager.getUser().then((user) => (tab.shown = user ?? undefined)));
  }

  #close(tab: Tab): void {
    this.#tabs = this.#tabs.filter((open) => open !== tab);
    this.#closed = new MemoryStorage(tab.storage);
    tab.manager.close();
    this.#browser.closeTab(tab.id);
  }

  #login({ manager, storage }: Tab): void {
    const login = `login-${(this.#logins += 1)}`;
    const { authority, client_id, redirect_uri, scope } = settings;
    const state = { id: login, created: 0, request_type: 'si:r', authority, client_id, redirect_uri, scope };
    storage.setItem(`oidc.${login}`, JSON.stringify(state));
    this.#report(manager.signinCallback(`${origin}/callback?code=${login}&state=${login}`));
  }

  async #use({ id, manager, storage }: Tab): Promise<void> {
    const calledAt = this.clock.now / 1000;
    const token = await manager.accessToken();
    const user = storedUser({ storage });
    if (token !== undefined && user?.access_token === token && (user.expires_at ?? 0) <= calledAt) {
      this.#violate(`tab ${id} uses an expired access token`);
    }
  }

  #onUnloaded(tab: Tab): void {
    this.log.push(`${this.clock.now} tab ${tab.id} shows no user`);
    const login = tab.shown && loginOf(tab.shown);
    tab.shown = undefined;
    if (login === undefined) return;
    if ((this.#loginTimes.get(login) ?? 0) <= this.#lastLogout.login) tab.endedLogins.add(login);
    else if (!this.pool.rejectedLogins.has(login))
      this.#violate(`tab ${tab.id} lost the session of ${login}`);
  }

  #onReplacedToken(tab: number, login: string, token: string): void {
    const newer = this.#tabs
      .map(storedUser)
      .find((user) => user && loginOf(user) === login && user.refresh_token !== token);
    if (newer) this.#violate(`tab ${tab} uses ${token}, although a tab has ${newer.refresh_token}`);
  }

  #onRevocation(tab: number, login: string): void {
    const [newest] = this.#tabs
      .filter(storedUser)
      .sort((a, b) => loginTime(b.storage) - loginTime(a.storage));
    if (!newest || loginTime(newest.storage) <= this.#lastLogout.login) return;
    const user = storedUser(newest);
    if (user && loginOf(user) === login) this.#violate(`tab ${tab} revokes the session of ${login}`);
  }

  #wake(): void {
    window.dispatchEvent(new Event('focus'));
  }

  /** Logs failures: a request may fail after a fault, and a renewal may be rejected. */
  #report(promise: Promise<unknown>): void {
    promise.catch((error: unknown) => this.log.push(`${this.clock.now} ${String(error)}`));
  }

  #violate(what: string): void {
    this.log.push(`${this.clock.now} VIOLATION ${what}`);
    this.violations.push(what);
  }
}

function loginOf({ profile }: User): string {
  return String(profile['origin_jti']);
}

/** Returns the time of the login of a tab's session, as the manager stores it. */
function loginTime(storage: Storage): number {
  const version = storage.getItem(`${channelName} version`) ?? '{"login":0}';
  return (JSON.parse(version) as { login: number }).login;
}
