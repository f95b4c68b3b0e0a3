import {
  CHANNEL,
  RENEWAL_LOCK,
  SESSION_LOCK,
  type TabBrowser,
  type TabMessage,
  tabsWithSession,
} from './tab-channel';

/** Handlers of messages from other tabs. */
export interface TabListener {
  /** Returns the serialized session of this tab; `null` without a session. */
  currentSession: () => Promise<string | null>;
  /** Another tab sent its session. */
  onSession: (user: string) => void;
  /** The user ended this login in another tab. */
  onLogout: (login: string) => void;
}

/** Shares one session between the tabs of this site: sends sessions and logouts, and locks renewals. */
export class SessionTabs {
  readonly #channel: BroadcastChannel;
  readonly #replyListeners = new Set<(user: string) => void>();
  #releaseLock: (() => void) | undefined;

  /**
   * @param key names the user pool and the app client; messages with another key are ignored
   * @param replyTimeoutMs how long to wait for the reply of a tab with a session
   */
  constructor(
    readonly key: string,
    private readonly browser: TabBrowser,
    listener: TabListener,
    private readonly replyTimeoutMs = 1000,
  ) {
    this.#channel = browser.openChannel(CHANNEL);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
      void this.#receive(data, listener);
    });
  }

  /** Runs `task` when no other tab runs one. */
  runExclusively<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.browser.locks.request(RENEWAL_LOCK, task);
  }

  /** Sends the session of this tab to the other tabs. */
  sendSession(user: string): void {
    this.#post({ kind: 'session', key: this.key, user });
  }

  /** Notifies the other tabs that the user has ended this login. */
  sendLogout(login: string): void {
    this.#post({ kind: 'logout', key: this.key, login });
  }

  /** Returns the sessions of the other tabs. Waits until all tabs with a session have replied, or for the timeout. */
  async requestSessions(): Promise<string[]> {
    const others = (await tabsWithSession(this.browser)) - (this.#releaseLock ? 1 : 0);
    const sessions: string[] = [];
    if (others <= 0) return sessions;
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timeout);
        this.#replyListeners.delete(add);
        resolve();
      };
      const add = (user: string) => {
        if (sessions.push(user) === others) finish();
      };
      const timeout = setTimeout(finish, this.replyTimeoutMs);
      this.#replyListeners.add(add);
      this.#post({ kind: 'request' });
    });
    return sessions;
  }

  /** Holds the session lock while this tab has a session, so that other tabs know that they can request it. */
  holdSessionLock(): void {
    if (this.#releaseLock) return;
    const released = new Promise<void>((resolve) => (this.#releaseLock = resolve));
    void this.browser.locks.request(SESSION_LOCK, { mode: 'shared' }, () => released);
  }

  releaseSessionLock(): void {
    this.#releaseLock?.();
    this.#releaseLock = undefined;
  }

  /** Releases the lock and closes the channel. */
  close(): void {
    this.releaseSessionLock();
    this.#channel.close();
  }

  #post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  async #receive(message: TabMessage, listener: TabListener): Promise<void> {
    if (message.kind === 'request') {
      const user = await listener.currentSession();
      if (user !== null) this.sendSession(user);
      return;
    }
    if (message.key !== this.key) return;
    if (message.kind === 'logout') return listener.onLogout(message.login);
    this.#replyListeners.forEach((onReply) => onReply(message.user));
    listener.onSession(message.user);
  }
}
