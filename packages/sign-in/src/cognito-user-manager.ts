import {
  ErrorResponse,
  type SigninRedirectArgs,
  type SigninSilentArgs,
  type SignoutRedirectArgs,
  User,
  UserManager,
  type UserManagerSettings,
  type UseRefreshTokenArgs,
  WebStorageStateStore,
} from 'oidc-client-ts';
import { InsecurePageError, NoRefreshTokenError, OfflineError, RenewalFailedError } from './errors';
import { startRenewalTimer } from './renewal-timer';
import { EndedLogins } from './ended-logins';
import { type EndedSession, SessionTabs, type SharedSession } from './session-tabs';
import { isNewer, NO_VERSION, type SessionVersion } from './session-version';
import { type TabBrowser, thisBrowser } from './tab-browser';

/** Do not return an access token that expires in fewer seconds; renew it first. */
const SEND_AHEAD_SECONDS = 5;

/** Settings that have only one right value with Cognito, or in many tabs. */
type FixedSetting =
  | 'automaticSilentRenew'
  | 'monitorSession'
  | 'response_type'
  | 'revokeTokenTypes'
  | 'silent_redirect_uri'
  | 'stateStore'
  | 'userStore';

/** Settings of {@link CognitoUserManager}: those of oidc-client-ts and the domain of the user pool. */
export interface CognitoUserManagerSettings extends Omit<UserManagerSettings, FixedSetting> {
  /** Issuer of the user pool: `https://cognito-idp.<region>.amazonaws.com/<user pool ID>`. */
  authority: string;
  /** Origin of managed login, such as `https://example.auth.eu-west-1.amazoncognito.com`. */
  cognitoDomain: string;
  /** Page of the app to which Cognito returns after logout: a sign-out URL of the app client. */
  post_logout_redirect_uri: string;
}

/**
 * A `UserManager` for Amazon Cognito that shares one session between all tabs: one tab renews the tokens, and a logout
 * signs out all tabs.
 *
 * Create it once, outside React: in a component, StrictMode would create two managers, and both would renew. Tokens are
 * in `sessionStorage`: a reload keeps the session, a new tab takes it over from other tabs, closing the last tab deletes it.
 *
 * @example
 * const userManager = new CognitoUserManager({
 *   authority: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example',
 *   cognitoDomain: 'https://example.auth.eu-west-1.amazoncognito.com',
 *   client_id: '1example23456789',
 *   redirect_uri: window.location.origin + '/callback',
 *   post_logout_redirect_uri: window.location.origin + '/',
 *   scope: 'openid profile',
 * });
 */
export class CognitoUserManager extends UserManager {
  readonly #cognitoDomain: string;
  readonly #storage: Storage;
  readonly #tabs: SessionTabs;
  readonly #endedLogins: EndedLogins;
  /** Key of this tab's session in `sessionStorage`, as oidc-client-ts names it. */
  readonly #userKey: string;
  /** Key of the version of this tab's session in `sessionStorage`. */
  readonly #versionKey: string;
  /** Key of a flag, set while a restarted login is in progress. If that login fails too, it is an error. */
  readonly #restartedKey: string;
  #renewal: Promise<User | null> | undefined;
  #stopTimer: (() => void) | undefined;

  /**
   * @param browser replaced in tests
   * @throws {StorageBlockedError} when the browser blocks storage for this site
   */
  constructor(settings: CognitoUserManagerSettings, browser: TabBrowser = thisBrowser()) {
    const store = new WebStorageStateStore({ store: browser.storage });
    super({
      requestTimeoutInSeconds: 15,
      ...settings,
      response_type: 'code',
      userStore: store,
      stateStore: store, // the default is localStorage
      automaticSilentRenew: false, // startSilentRenew is called below
      silent_redirect_uri: '', // no renewal in an iframe: Cognito does not allow it
      revokeTokenTypes: ['refresh_token'], // Cognito cannot revoke access tokens
    });
    // Increase the number when a message changes: old tabs may still be open.
    const name = `cognito-session.1 ${settings.authority} ${settings.client_id}`;
    this.#cognitoDomain = settings.cognitoDomain;
    this.#storage = browser.storage;
    this.#userKey = `oidc.${this._userStoreKey}`;
    this.#versionKey = `${name} version`;
    this.#restartedKey = `${name} restarted`;
    this.#endedLogins = new EndedLogins(browser.sharedStorage, `${name} ended`);
    this.#tabs = new SessionTabs(name, browser, {
      currentSession: () => this.#session,
      onSession: (session) => this.#adopt(session),
      onEnd: (session) => this.#onEnd(session),
    });
    if (this.#session) {
      this.#tabs.holdSessionLock();
      // A reloaded or restored tab may have an older session than the other tabs, or a newer one.
      void this.#tabs.requestSessions();
      this.#tabs.sendSession(this.#session);
    }
    this.startSilentRenew();
  }

  /**
   * Returns the user of this tab. Without one, takes over the session of the other tabs. Removes a session that was ended
   * in another tab, and renews an expired one.
   */
  override async getUser(raiseEvent = false): Promise<User | null> {
    await this.#renewIfDue(0);
    return super.getUser(raiseEvent);
  }

  /** Stores a new login, in all tabs. `null` removes the session of this tab. */
  override async storeUser(user: User | null): Promise<void> {
    if (!user) return this.#store(null, this.#version);
    const newest = Math.max(Date.now(), this.#version.login + 1, this.#endedLogins.last + 1);
    // The random part tells logins in two tabs in the same millisecond apart.
    this.#store(user, { login: newest + Math.random(), renewal: 0 });
    this.#sendSession();
  }

  /** Removes the tokens in all tabs. The session at Cognito stays; {@link signoutRedirect} ends it too. */
  override async removeUser(): Promise<void> {
    if (this.#user) {
      this.#endedLogins.add(this.#version.login);
      this.#tabs.sendEnd({ version: this.#version });
    }
    await super.removeUser();
  }

  /**
   * Opens Cognito's login page.
   *
   * @throws {InsecurePageError} on an `http:` page
   * @throws {OfflineError} when the browser is offline
   */
  override async signinRedirect(args?: SigninRedirectArgs): Promise<void> {
    if (!window.isSecureContext) throw new InsecurePageError(window.location.origin);
    if (!navigator.onLine) throw new OfflineError('The browser is offline. Sign in when it is online again.');
    await super.signinRedirect(args);
  }

  /**
   * Redeems the code in the callback URL. First removes the code from the address bar, so that a reload or the Back button
   * cannot redeem it again.
   *
   * If the code cannot be redeemed, keeps an existing session of this or another tab. Without one, restarts a stale login
   * once: a login that is already finished or was started in another tab.
   */
  override async signinCallback(url = window.location.href): Promise<User | undefined> {
    window.history.replaceState(null, '', new URL(url).pathname);
    try {
      const user = await super.signinCallback(url);
      this.#storage.removeItem(this.#restartedKey);
      return user;
    } catch (error) {
      const user = await this.getUser();
      if (user && !user.expired) return user;
      const callbackError = errorOfCallback(url);
      if (callbackError) throw callbackError;
      if (!isStale(error) || this.#storage.getItem(this.#restartedKey) !== null) {
        this.#storage.removeItem(this.#restartedKey);
        throw error;
      }
      this.#storage.setItem(this.#restartedKey, 'yes');
      await this.signinRedirect();
      return undefined;
    }
  }

  /**
   * Renews the tokens with the refresh token. Concurrent calls, in all tabs, share one renewal. Returns `null` when the
   * user is signed out.
   *
   * @throws {ErrorResponse} when Cognito rejects the renewal. The session has ended, in all tabs.
   * @throws {RenewalFailedError} after any other error. The session is kept, to try again later.
   * @throws {NoRefreshTokenError} when the session has no refresh token
   */
  override signinSilent(args?: SigninSilentArgs): Promise<User | null> {
    this.#renewal ??= this.#renew(args).finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /**
   * Returns a valid access token, renewed if necessary; `undefined` when the user is signed out.
   *
   * @throws as {@link signinSilent} does
   */
  async accessToken(): Promise<string | undefined> {
    await this.#removeEnded();
    let user = this.#user ?? (await this.getUser());
    // Twice, because a renewal that began before the machine was suspended may end with tokens of that time.
    for (let renewals = 0; renewals < 2; renewals += 1) {
      if (user?.refresh_token && expiresWithin(user, SEND_AHEAD_SECONDS)) user = await this.signinSilent();
    }
    return user?.access_token;
  }

  /**
   * Signs out: removes the tokens in all tabs, revokes the refresh token, and opens Cognito's `/logout`. Cognito does not
   * support the logout request of OpenID Connect. If the refresh token cannot be revoked, it stays valid until it expires.
   *
   * @throws {OfflineError} when the browser is offline. The user is signed out in all tabs, but not at Cognito.
   */
  override async signoutRedirect({
    redirectMethod,
    post_logout_redirect_uri = this.settings.post_logout_redirect_uri ?? '',
  }: SignoutRedirectArgs = {}): Promise<void> {
    const user = this.#user;
    await this.removeUser();
    if (!navigator.onLine) {
      throw new OfflineError('The browser is offline. The user is signed out here, but not at Cognito.');
    }
    if (user) await this.#revoke(user);
    const logout = new URL('/logout', this.#cognitoDomain);
    logout.searchParams.set('client_id', this.settings.client_id);
    logout.searchParams.set('logout_uri', post_logout_redirect_uri);
    const target = await this._redirectNavigator.prepare({ redirectMethod });
    await target.navigate({ url: logout.href });
  }

  /** Renews the tokens before they expire. Called by the constructor. */
  override startSilentRenew(): void {
    this.#stopTimer ??= startRenewalTimer(() => {
      void this.#renewIfDue(this.settings.accessTokenExpiringNotificationTimeInSeconds);
    });
  }

  /** Stops renewing the tokens before they expire. */
  override stopSilentRenew(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** Stops the renewal and the communication with other tabs. */
  close(): void {
    this.stopSilentRenew();
    this.#tabs.close();
  }

  /** Requests new tokens. Does not store them, because the session may have ended during the request. */
  protected override async _useRefreshToken(args: UseRefreshTokenArgs): Promise<User> {
    const response = await this._client.useRefreshToken({
      ...args,
      // UserManager would request without a timeout, and a request that hangs would block all tabs.
      timeoutInSeconds: args.timeoutInSeconds ?? this.settings.silentRequestTimeoutInSeconds,
    });
    return new User({ ...args.state, ...response });
  }

  /**
   * Renews the tokens if the access token expires within `seconds`. Reports a failure as an event. Without a session,
   * first takes over that of the other tabs.
   */
  async #renewIfDue(seconds: number): Promise<void> {
    await this.#removeEnded();
    if (!this.#user) await this.#tabs.requestSessions();
    const user = this.#user;
    if (!navigator.onLine || !user?.refresh_token || !expiresWithin(user, seconds)) return;
    try {
      await this.signinSilent();
    } catch (error) {
      if (error instanceof RenewalFailedError) await this.events._raiseSilentRenewError(error);
      else if (!isRejection(error)) throw error; // the event of a rejection is already raised
    }
  }

  async #renew(args?: SigninSilentArgs): Promise<User | null> {
    const before = this.#version;
    return this.#tabs.runExclusively(async () => {
      await this.#tabs.requestSessions();
      await this.#removeEnded();
      const [user, version] = [this.#user, this.#version];
      // Another tab renewed the tokens or logged out while this tab waited for the lock.
      if (!user || (isNewer(version, before) && !user.expired)) return user;
      if (!user.refresh_token) throw new NoRefreshTokenError();
      const result = await this.#requestRenewal(args);
      const isEnded = this.#version.login > version.login || this.#endedLogins.has(version.login);
      // The user logged out or logged in again during the request.
      if (isEnded && result instanceof User) await this.#revoke(result);
      // Or a late reply of another tab has arrived with newer tokens of this login.
      if (isEnded || isNewer(this.#version, version)) return this.#user;
      return result instanceof User ? this.#storeRenewed(result) : this.#endRejected(result);
    });
  }

  /** Returns the renewed user, or why Cognito rejected the renewal. */
  async #requestRenewal(args?: SigninSilentArgs): Promise<User | ErrorResponse> {
    try {
      return (await super.signinSilent(args)) as User;
    } catch (error) {
      if (isRejection(error)) return error;
      throw new RenewalFailedError(error);
    }
  }

  async #storeRenewed(user: User): Promise<User> {
    const { login, renewal } = this.#version;
    this.#store(user, { login, renewal: renewal + 1 });
    this.#sendSession();
    await this.events.load(user);
    return user;
  }

  /** Ends the session in all tabs, because Cognito has rejected its newest refresh token. */
  async #endRejected(rejection: ErrorResponse): Promise<never> {
    const { error, error_description } = rejection;
    this.#tabs.sendEnd({ version: this.#version, rejection: { error: error ?? '', error_description } });
    await super.removeUser();
    await this.events._raiseSilentRenewError(rejection);
    throw rejection;
  }

  async #revoke({ refresh_token }: User): Promise<void> {
    try {
      if (refresh_token) await this._client.revokeToken(refresh_token, 'refresh_token');
    } catch {
      // Continue: this tab has deleted the token, and /logout ends Cognito's session next.
    }
  }

  /** Takes over a session of another tab if it is newer. */
  async #adopt({ user, version }: SharedSession): Promise<void> {
    if (!isNewer(version, this.#version) || this.#endedLogins.has(version.login)) return;
    const theirs = User.fromStorageString(user);
    this.#store(theirs, version);
    await this.events.load(theirs);
  }

  async #onEnd({ version, rejection }: EndedSession): Promise<void> {
    if (!rejection) this.#endedLogins.addFromOtherTab(version.login);
    const user = this.#user;
    const isRenewed = isNewer(this.#version, version);
    if (!user || this.#version.login > version.login) return;
    if (!rejection) return this.#signedOutElsewhere(isRenewed ? user : undefined);
    if (isRenewed) return;
    await super.removeUser();
    await this.events._raiseSilentRenewError(new ErrorResponse(rejection));
  }

  /** Removes a session that the user has ended in another tab, if this tab has missed the message. */
  async #removeEnded(): Promise<void> {
    if (this.#user && this.#endedLogins.has(this.#version.login)) await this.#signedOutElsewhere();
  }

  /** @param newer has a newer refresh token than the other tab, which has revoked its own */
  async #signedOutElsewhere(newer?: User): Promise<void> {
    await super.removeUser();
    await this.events._raiseUserSignedOut();
    if (newer) await this.#revoke(newer);
  }

  /** Stores a session and its version. Without an `await`, so that a tab cannot store an older session in between. */
  #store(user: User | null, version: SessionVersion): void {
    this.#storage.setItem(this.#versionKey, JSON.stringify(version));
    if (user) {
      this.#storage.setItem(this.#userKey, user.toStorageString());
      this.#tabs.holdSessionLock();
    } else {
      this.#storage.removeItem(this.#userKey);
      this.#tabs.releaseSessionLock();
    }
  }

  #sendSession(): void {
    if (this.#session) this.#tabs.sendSession(this.#session);
  }

  get #session(): SharedSession | undefined {
    const user = this.#storage.getItem(this.#userKey);
    return user === null ? undefined : { user, version: this.#version };
  }

  get #user(): User | null {
    return this.#session ? User.fromStorageString(this.#session.user) : null;
  }

  /** Version of the newest session that this tab has had. */
  get #version(): SessionVersion {
    const stored = this.#storage.getItem(this.#versionKey);
    return stored === null ? NO_VERSION : (JSON.parse(stored) as SessionVersion);
  }
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
