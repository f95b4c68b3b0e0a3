import { CALLBACK_PATH, type RuntimeConfig, SIGNED_OUT_PATH } from '@spa-on-aws/shared-types';
import { ErrorResponse, User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { EndedLogins } from './ended-logins';
import { SessionTabs } from './session-tabs';
import { type TabBrowser, thisBrowser } from './tab-channel';

/** Renew this many seconds before the access token expires. */
const RENEW_AHEAD_SECONDS = 60;

/** Do not send an access token that expires in fewer seconds; renew it first. */
const SEND_AHEAD_SECONDS = 5;

/** Storage key, set while a restarted login is in progress. If that login fails too, the user sees the error. */
const RESTARTED = 'login-restarted';

/**
 * A `UserManager` for Cognito that shares one session between all tabs: one tab renews the tokens, and a logout signs out
 * all tabs.
 *
 * Create it once, outside React: in a component, StrictMode would create two managers, and both would renew. Tokens are
 * in `sessionStorage`: a reload keeps the session, a new tab takes it over from other tabs, closing the last tab deletes it.
 */
export class SessionManager extends UserManager {
  readonly #config: RuntimeConfig;
  readonly #origin: string;
  readonly #storage: Storage;
  readonly #tabs: SessionTabs;
  readonly #endedLogins: EndedLogins;
  #renewal: Promise<User | null> | undefined;
  #adoption: Promise<unknown> = Promise.resolve();

  constructor(config: RuntimeConfig, origin: string, browser: TabBrowser = thisBrowser()) {
    const store = new WebStorageStateStore({ store: browser.storage });
    super({
      authority: config.issuer,
      client_id: config.clientId,
      redirect_uri: origin + CALLBACK_PATH,
      response_type: 'code',
      scope: config.scopes.join(' '),
      userStore: store,
      stateStore: store, // the default is localStorage
      loadUserInfo: false,
      filterProtocolClaims: false, // the session panel shows all claims
      automaticSilentRenew: false, // it would end the session after a network error; see renewIfDue
      silent_redirect_uri: '', // no renewal in an iframe: Cognito does not allow it, and our CSP forbids frames
      revokeTokenTypes: ['refresh_token'], // Cognito cannot revoke access tokens
      requestTimeoutInSeconds: 15,
    });
    this.#config = config;
    this.#origin = origin;
    this.#storage = browser.storage;
    this.#endedLogins = new EndedLogins(browser.sharedStorage);
    this.#tabs = new SessionTabs(`${config.issuer} ${config.clientId}`, browser, {
      currentSession: async () => (await this.getUser())?.toStorageString() ?? null,
      onSession: (user) => void this.#adopt(user),
      onLogout: (login) => void this.#onLogoutElsewhere(login),
    });
  }

  /** Takes over the session of the other tabs if this tab has none. Deletes a session that ended in another tab. */
  async join(): Promise<void> {
    const user = await this.getUser();
    if (user && this.#endedLogins.has(loginOf(user))) await this.removeUser();
    if (await this.getUser()) this.#tabs.holdSessionLock();
    else for (const session of await this.#tabs.requestSessions()) await this.#adopt(session);
  }

  /** Stores the session of this tab, and holds or releases the session lock. */
  override async storeUser(user: User | null): Promise<void> {
    await super.storeUser(user);
    if (user) this.#tabs.holdSessionLock();
    else this.#tabs.releaseSessionLock();
  }

  /**
   * Redeems the code in the callback URL. First removes the code from the address bar, so that a reload or the Back button
   * cannot redeem it again.
   *
   * If the code cannot be redeemed, keeps an existing session of this or another tab. Without one, restarts a stale login
   * once.
   */
  override async signinCallback(url = window.location.href): Promise<User | undefined> {
    window.history.replaceState(null, '', CALLBACK_PATH);
    try {
      const user = await super.signinCallback(url);
      this.#storage.removeItem(RESTARTED);
      if (user) this.#tabs.sendSession(user.toStorageString());
      return user;
    } catch (error) {
      await this.join();
      const user = await this.getUser();
      if (user && !user.expired) return user;
      const callbackError = errorOfCallback(url);
      if (callbackError) throw callbackError;
      if (!isStale(error) || this.#storage.getItem(RESTARTED) !== null) {
        this.#storage.removeItem(RESTARTED);
        throw error;
      }
      this.#storage.setItem(RESTARTED, 'yes');
      await this.signinRedirect({ state: { returnPath: '/' } });
      return new Promise(() => {}); // never resolves: the browser leaves the page
    }
  }

  /**
   * Renews the tokens with the refresh token. Concurrent calls, in all tabs, share one renewal.
   *
   * If Cognito rejects the renewal, the session ends. After any other error the session is kept, to try again later.
   */
  override signinSilent(): Promise<User | null> {
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** Renews the tokens if the access token has expired or expires soon. */
  async renewIfDue(): Promise<void> {
    const user = await this.getUser();
    if (user?.refresh_token && expiresWithin(user, RENEW_AHEAD_SECONDS)) await this.signinSilent();
  }

  /** Returns a valid access token, renewed if necessary; `undefined` when the user is signed out. */
  async accessToken(): Promise<string | undefined> {
    let user = await this.getUser();
    if (user?.refresh_token && expiresWithin(user, SEND_AHEAD_SECONDS)) user = await this.signinSilent();
    return user?.access_token;
  }

  /**
   * Signs out: deletes the tokens in all tabs, revokes the refresh token, and calls `leave` with the URL of Cognito's
   * `/logout`. Cognito does not support the logout request of OpenID Connect.
   *
   * Also signs out when the refresh token cannot be revoked. Then the deleted token stays valid until it expires.
   */
  async signOut(leave: (url: string) => void): Promise<void> {
    const logout = new URL('/logout', this.#config.cognitoDomain);
    logout.searchParams.set('client_id', this.#config.clientId);
    logout.searchParams.set('logout_uri', this.#origin + SIGNED_OUT_PATH);
    const user = await this.getUser();
    if (user) {
      this.#endedLogins.add(loginOf(user));
      this.#tabs.sendLogout(loginOf(user));
      await this.removeUser();
      await this.#revoke(user);
    }
    leave(logout.href);
  }

  /** Stops communicating with other tabs. */
  close(): void {
    this.#tabs.close();
  }

  async #renew(): Promise<User | null> {
    const before = await this.getUser();
    return this.#tabs.runExclusively(async () => {
      for (const session of await this.#tabs.requestSessions()) await this.#adopt(session);
      const current = await this.getUser();
      // Another tab renewed the tokens or logged out while this tab waited for the lock.
      if (!current || current.access_token !== before?.access_token) return current;
      try {
        const renewed = await super.signinSilent();
        if (!renewed || this.#endedLogins.has(loginOf(renewed))) return await this.#discard(renewed);
        this.#tabs.sendSession(renewed.toStorageString());
        return renewed;
      } catch (error) {
        if (isRejection(error)) {
          await this.removeUser();
          await this.events._raiseSilentRenewError(error);
        }
        throw error;
      }
    });
  }

  /** Discards tokens that arrive after a logout. */
  async #discard(user: User | null): Promise<null> {
    await this.removeUser();
    if (user) await this.#revoke(user);
    return null;
  }

  async #revoke({ refresh_token }: User): Promise<void> {
    try {
      if (refresh_token !== undefined) await this._client.revokeToken(refresh_token, 'refresh_token');
    } catch {
      // Continue: this tab has deleted the token, and /logout ends Cognito's session next.
    }
  }

  /** Takes over a session of another tab if it is newer. Runs one call at a time, so that the newest session wins. */
  #adopt(session: string): Promise<unknown> {
    return (this.#adoption = this.#adoption.then(async () => {
      const theirs = User.fromStorageString(session);
      const own = await this.getUser();
      const newer = (theirs.expires_at ?? 0) > (own?.expires_at ?? 0);
      if (!newer || this.#endedLogins.has(loginOf(theirs))) return;
      await this.storeUser(theirs);
      await this.events.load(theirs);
    }));
  }

  async #onLogoutElsewhere(login: string): Promise<void> {
    this.#endedLogins.addFromOtherTab(login);
    const user = await this.getUser();
    if (!user || loginOf(user) !== login) return;
    await this.removeUser();
    await this.events._raiseUserSignedOut();
  }
}

/** Returns the ID of the login. It stays the same after renewals. */
function loginOf({ profile }: User): string {
  return String(profile['origin_jti'] ?? profile.auth_time);
}

function expiresWithin(user: User, seconds: number): boolean {
  return user.expires_in !== undefined && user.expires_in <= seconds;
}

/** OAuth error codes after which a renewal cannot succeed. */
const REJECTIONS = ['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_request'];

/** Returns true if Cognito rejected the renewal, false for a network or server error. */
function isRejection(error: unknown): error is ErrorResponse {
  return error instanceof ErrorResponse && REJECTIONS.includes(error.error ?? '');
}

/** Returns true if the login of a callback is already finished or was started in another tab. */
function isStale(error: unknown): boolean {
  if (error instanceof ErrorResponse) return error.error === 'invalid_grant';
  return error instanceof Error && error.message.startsWith('No matching state');
}

/** Returns the OAuth error in the query of a callback URL. */
function errorOfCallback(url: string): ErrorResponse | undefined {
  const { searchParams } = new URL(url);
  const error = searchParams.get('error');
  if (error === null) return undefined;
  return new ErrorResponse({ error, error_description: searchParams.get('error_description') });
}
