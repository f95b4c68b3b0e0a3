import { CALLBACK_PATH, type RuntimeConfig, SIGNED_OUT_PATH } from '@spa-on-aws/shared-types';
import { ErrorResponse, User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { EndedLogins } from './ended-logins';
import { type TabBrowser, thisBrowser } from './other-tabs';
import { SessionTabs } from './session-tabs';

/** Renewed is this long before the access token expires. */
const RENEW_AHEAD_SECONDS = 60;

/** A token that is sent has to be good for as long as that yet. */
const SEND_AHEAD_SECONDS = 5;

/** Set while a login that was started over is under way: the next one that fails is told instead. */
const RESTARTED = 'login-restarted';

/**
 * Signs in, renews and signs out at Cognito, for all tabs of the browser together: they share one session, one of
 * them renews it, and a logout ends it in all.
 *
 * Made once, outside React: a manager made inside a component is made twice by StrictMode, and both would renew.
 * Tokens live in `sessionStorage`: a reload keeps the session, a tab that is opened asks the others for it, the last
 * one that is closed drops it.
 */
export class SessionManager extends UserManager {
  readonly #config: RuntimeConfig;
  readonly #origin: string;
  readonly #storage: Storage;
  readonly #tabs: SessionTabs;
  #renewal: Promise<User | null> | undefined;
  readonly #over: EndedLogins;
  #adopting: Promise<unknown> = Promise.resolve();

  constructor(config: RuntimeConfig, origin: string, browser: TabBrowser = thisBrowser()) {
    const store = new WebStorageStateStore({ store: browser.storage });
    super({
      authority: config.issuer,
      client_id: config.clientId,
      redirect_uri: origin + CALLBACK_PATH,
      response_type: 'code',
      scope: config.scopes.join(' '),
      userStore: store,
      stateStore: store, // the library's own default is localStorage
      loadUserInfo: false,
      filterProtocolClaims: false, // the session panel shows every claim
      automaticSilentRenew: false, // a failure of the network would end it: see renewWhenDue
      silent_redirect_uri: '', // no renewal in a hidden frame: Cognito denies it, and our own policy forbids frames
      revokeTokenTypes: ['refresh_token'], // Cognito refuses to revoke anything else
      requestTimeoutInSeconds: 15,
    });
    this.#config = config;
    this.#origin = origin;
    this.#storage = browser.storage;
    this.#over = new EndedLogins(browser.sharedStorage);
    this.#tabs = new SessionTabs(`${config.issuer} ${config.clientId}`, browser, {
      held: async () => (await this.getUser())?.toStorageString() ?? null,
      onHeld: (user) => void this.#adopt(user),
      onEnded: (login) => void this.#endedElsewhere(login),
    });
  }

  /** Takes part in the session the other tabs have, if this tab has none, or one that was ended while it was away. */
  async join(): Promise<void> {
    const user = await this.getUser();
    if (user && this.#over.has(loginOf(user))) await this.removeUser();
    if (await this.getUser()) this.#tabs.hold();
    else for (const session of await this.#tabs.ask()) await this.#adopt(session);
  }

  /** Stores what this tab holds, and lets the others know whether there is something to ask it for. */
  override async storeUser(user: User | null): Promise<void> {
    await super.storeUser(user);
    if (user) this.#tabs.hold();
    else this.#tabs.release();
  }

  /**
   * Redeems the code the address bar holds, after taking it out of there: a reload or Back finds no code to redeem a
   * second time. A callback that cannot be redeemed leaves a session that already exists alone, here or in another
   * tab; without one, a login that is over already is started once more, by itself.
   */
  override async signinCallback(url = window.location.href): Promise<User | undefined> {
    window.history.replaceState(null, '', CALLBACK_PATH);
    try {
      const user = await super.signinCallback(url);
      this.#storage.removeItem(RESTARTED);
      if (user) this.#tabs.tell(user.toStorageString());
      return user;
    } catch (error) {
      await this.join();
      const user = await this.getUser();
      if (user && !user.expired) return user;
      const refusal = refusalIn(url);
      if (refusal) throw refusal;
      if (!isStale(error) || this.#storage.getItem(RESTARTED) !== null) {
        this.#storage.removeItem(RESTARTED);
        throw error;
      }
      this.#storage.setItem(RESTARTED, 'yes');
      await this.signinRedirect({ state: { returnPath: '/' } });
      return new Promise(() => {}); // the page is being left
    }
  }

  /**
   * Renews by refresh token, once for everybody who asks at the same time, in whichever tab: who comes second gets
   * what the first one got. Nothing is renewed that another tab has renewed already.
   *
   * A refusal ends the session; anything else that goes wrong leaves it as it is, to be tried again.
   */
  override signinSilent(): Promise<User | null> {
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** Renews if the access token is about to expire, or has while nobody looked. */
  async renewWhenDue(): Promise<void> {
    const user = await this.getUser();
    if (user?.refresh_token && endsWithin(user, RENEW_AHEAD_SECONDS)) await this.signinSilent();
  }

  /** An access token that is still valid, renewed first if need be; nothing when nobody is signed in. */
  async accessToken(): Promise<string | undefined> {
    let user = await this.getUser();
    if (user?.refresh_token && endsWithin(user, SEND_AHEAD_SECONDS)) user = await this.signinSilent();
    return user?.access_token;
  }

  /**
   * Ends the session: drops all tokens here and in the other tabs, revokes the refresh token, and leaves for
   * Cognito's `/logout`, which ends the session there and comes back. Cognito does not understand OpenID Connect's
   * own logout request.
   *
   * Who wants to be signed out gets signed out: a refresh token that cannot be revoked just now is dropped all the
   * same, and lapses by itself.
   */
  async signOut(leave: (url: string) => void): Promise<void> {
    const logout = new URL('/logout', this.#config.cognitoDomain);
    logout.searchParams.set('client_id', this.#config.clientId);
    logout.searchParams.set('logout_uri', this.#origin + SIGNED_OUT_PATH);
    const user = await this.getUser();
    if (user) {
      this.#over.add(loginOf(user));
      this.#tabs.tellEnded(loginOf(user));
      await this.removeUser();
      await this.#revoke(user);
    }
    leave(logout.href);
  }

  /** Hears no other tab any more. */
  close(): void {
    this.#tabs.close();
  }

  async #renew(): Promise<User | null> {
    const asked = await this.getUser();
    return this.#tabs.alone(async () => {
      for (const user of await this.#tabs.ask()) await this.#adopt(user);
      const held = await this.getUser();
      // Renewed elsewhere, or logged out, while this tab waited for its turn.
      if (!held || held.access_token !== asked?.access_token) return held;
      try {
        const renewed = await super.signinSilent();
        if (!renewed || this.#over.has(loginOf(renewed))) return await this.#dropLate(renewed);
        this.#tabs.tell(renewed.toStorageString());
        return renewed;
      } catch (error) {
        if (isRefusal(error)) await this.#end(error);
        throw error;
      }
    });
  }

  /** The person has logged out while these tokens were on their way. */
  async #dropLate(user: User | null): Promise<null> {
    await this.removeUser();
    if (user) await this.#revoke(user);
    return null;
  }

  async #revoke({ refresh_token }: User): Promise<void> {
    try {
      if (refresh_token !== undefined) await this._client.revokeToken(refresh_token, 'refresh_token');
    } catch {
      // Answered by what surrounds it: the tokens are dropped, and Cognito's own session ends next.
    }
  }

  /** The login service does not renew this session any more. */
  async #end(error: Error): Promise<void> {
    await this.removeUser();
    await this.events._raiseSilentRenewError(error);
  }

  /** Takes over what another tab has, if it is newer; one after the other, so that the newest stays. */
  #adopt(stored: string): Promise<unknown> {
    return (this.#adopting = this.#adopting.then(async () => {
      const theirs = User.fromStorageString(stored);
      const mine = await this.getUser();
      const newer = (theirs.expires_at ?? 0) > (mine?.expires_at ?? 0);
      if (!newer || this.#over.has(loginOf(theirs))) return;
      await this.storeUser(theirs);
      await this.events.load(theirs);
    }));
  }

  async #endedElsewhere(login: string): Promise<void> {
    this.#over.tell(login);
    const user = await this.getUser();
    if (!user || loginOf(user) !== login) return;
    await this.removeUser();
    await this.events._raiseUserSignedOut();
  }
}

/** What all tokens of one login have in common, through all renewals. */
function loginOf({ profile }: User): string {
  return String(profile['origin_jti'] ?? profile.auth_time);
}

function endsWithin(user: User, seconds: number): boolean {
  return user.expires_in !== undefined && user.expires_in <= seconds;
}

/** What Cognito answers when it will not renew this session, now or later. */
const REFUSALS = ['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_request'];

/** Whether the login service itself says no, rather than being out of reach or in trouble. */
function isRefusal(error: unknown): error is ErrorResponse {
  return error instanceof ErrorResponse && REFUSALS.includes(error.error ?? '');
}

/** Whether a callback belongs to a login that is over, or was started in another tab. */
function isStale(error: unknown): boolean {
  if (error instanceof ErrorResponse) return error.error === 'invalid_grant';
  return error instanceof Error && error.message.startsWith('No matching state');
}

/** What a callback says that was sent back without a code. */
function refusalIn(url: string): ErrorResponse | undefined {
  const { searchParams } = new URL(url);
  const error = searchParams.get('error');
  if (error === null) return undefined;
  return new ErrorResponse({ error, error_description: searchParams.get('error_description') });
}
