import { CALLBACK_PATH, type RuntimeConfig, SIGNED_OUT_PATH } from '@spa-on-aws/shared-types';
import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';

/**
 * Signs in, renews and signs out at Cognito.
 *
 * Made once, outside React: a manager made inside a component is made twice by StrictMode, and both would renew.
 * Tokens live in `sessionStorage`: a reload keeps the session, another tab has its own, closing the tab drops it.
 */
export class SessionManager extends UserManager {
  readonly #config: RuntimeConfig;
  readonly #origin: string;
  #renewal: Promise<User | null> | undefined;

  constructor(config: RuntimeConfig, origin: string) {
    const store = new WebStorageStateStore({ store: window.sessionStorage });
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
      automaticSilentRenew: true,
      silent_redirect_uri: '', // no renewal in a hidden frame: Cognito denies it, and our own policy forbids frames
      revokeTokenTypes: ['refresh_token'], // Cognito refuses to revoke anything else
      requestTimeoutInSeconds: 15,
    });
    this.#config = config;
    this.#origin = origin;
  }

  /**
   * Redeems the code the address bar holds, after taking it out of there: a reload or Back finds no code to redeem a
   * second time. A callback that cannot be redeemed leaves a session that already exists alone.
   */
  override async signinCallback(url = window.location.href): Promise<User | undefined> {
    window.history.replaceState(null, '', CALLBACK_PATH);
    try {
      return await super.signinCallback(url);
    } catch (error) {
      const user = await this.getUser();
      if (user && !user.expired) return user;
      throw error;
    }
  }

  /** Renews by refresh token, once for everybody who asks at the same time. */
  override signinSilent(): Promise<User | null> {
    this.#renewal ??= super.signinSilent().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** An access token that is still valid, renewed first if need be; nothing when nobody is signed in. */
  async accessToken(): Promise<string | undefined> {
    let user = await this.getUser();
    if (user?.expired && user.refresh_token) user = await this.signinSilent();
    return user?.access_token;
  }

  /**
   * Ends the session: revokes the refresh token, drops all tokens, and leaves for Cognito's `/logout`, which ends
   * the session there and comes back. Cognito does not understand OpenID Connect's own logout request.
   *
   * Who wants to be signed out gets signed out: a refresh token that cannot be revoked just now is dropped all the
   * same, and lapses by itself.
   */
  async signOut(leave: (url: string) => void): Promise<void> {
    const logout = new URL('/logout', this.#config.cognitoDomain);
    logout.searchParams.set('client_id', this.#config.clientId);
    logout.searchParams.set('logout_uri', this.#origin + SIGNED_OUT_PATH);
    try {
      await this.revokeTokens(['refresh_token']);
    } catch {
      // Answered by what follows: without it the tokens would stay in this tab, and the session at Cognito.
    }
    await this.removeUser();
    leave(logout.href);
  }
}
