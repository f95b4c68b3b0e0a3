import type { SessionVersion } from './session-version';
import type { TabBrowser } from './tab-browser';

/** A session as tabs send it. */
export interface SharedSession {
  /** The user, serialized by oidc-client-ts. */
  readonly user: string;
  readonly version: SessionVersion;
}

/** A session that has ended in one tab and must end in all. */
export interface EndedSession {
  readonly version: SessionVersion;
  /** Why Cognito rejected the renewal. Without it, the user has logged out. */
  readonly rejection?: { readonly error: string; readonly error_description: string | null } | undefined;
}

/** Message from one tab to all others. */
export type TabMessage =
  /** Asks for the sessions of the other tabs. */
  | { readonly kind: 'request'; readonly id: string }
  /** The session of the sending tab: a login, a renewal, or the reply to a request. */
  | ({ readonly kind: 'session'; readonly replyTo?: string } & SharedSession)
  | ({ readonly kind: 'end' } & EndedSession);

/** Handlers of messages from other tabs. */
export interface TabListener {
  /** Returns the session of this tab; `undefined` without a session. */
  currentSession: () => SharedSession | undefined;
  /** Another tab sent its session. */
  onSession: (session: SharedSession) => Promise<void>;
  /** A session ended in another tab. */
  onEnd: (session: EndedSession) => Promise<void>;
}

/** Shares one session between the tabs of a site: sends sessions and their ends, and locks renewals. */
export class SessionTabs {
  readonly #locks: TabBrowser['locks'];
  #channel: BroadcastChannel | undefined;
  readonly #replyListeners = new Map<string, () => void>();
  readonly #sessionLock: string;
  readonly #renewalLock: string;
  #releaseSessionLock: (() => void) | undefined;

  /**
   * @param name names the user pool and the app client: only tabs with this name share a session
   * @param replyTimeoutMs how long to wait for the reply of a tab with a session
   */
  constructor(
    name: string,
    browser: TabBrowser,
    listener: TabListener,
    private readonly replyTimeoutMs = 1000,
  ) {
    this.#sessionLock = `${name} session`;
    this.#renewalLock = `${name} renewal`;
    this.#locks = browser.locks;
    this.#channel = browser.locks && browser.openChannel(name);
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
      void this.#receive(data, listener);
    });
  }

  /** Runs `task` when no other tab runs one. */
  runExclusively<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#locks ? this.#locks.request(this.#renewalLock, task) : task();
  }

  /** Sends the session of this tab to the other tabs. */
  sendSession(session: SharedSession): void {
    this.#post({ kind: 'session', ...session });
  }

  /** Notifies the other tabs that a session has ended. */
  sendEnd(session: EndedSession): void {
    this.#post({ kind: 'end', ...session });
  }

  /** Asks the other tabs for their sessions. Resolves when all tabs with a session have replied, or after the timeout. */
  async requestSessions(): Promise<void> {
    let missing = await this.#otherTabsWithSession();
    if (missing <= 0) return;
    const id = crypto.randomUUID();
    let halves = 0;
    let timer: ReturnType<typeof setInterval> | undefined;
    await new Promise<void>((resolve) => {
      // In halves: when a suspended machine wakes up, a timer may be due before the messages arrive.
      timer = setInterval(() => {
        halves += 1;
        if (halves === 2) resolve();
      }, this.replyTimeoutMs / 2);
      this.#replyListeners.set(id, () => {
        missing -= 1;
        if (missing === 0) resolve();
      });
      this.#post({ kind: 'request', id });
    });
    clearInterval(timer);
    this.#replyListeners.delete(id);
  }

  /** Holds the session lock while this tab has a session, so that other tabs know that they can request it. */
  holdSessionLock(): void {
    if (this.#releaseSessionLock) return;
    const released = new Promise<void>((resolve) => (this.#releaseSessionLock = resolve));
    void this.#locks?.request(this.#sessionLock, { mode: 'shared' }, () => released);
  }

  releaseSessionLock(): void {
    this.#releaseSessionLock?.();
    this.#releaseSessionLock = undefined;
  }

  /** Releases the lock and closes the channel. */
  close(): void {
    this.releaseSessionLock();
    this.#channel?.close();
    this.#channel = undefined; // a renewal in progress may still send its result
  }

  async #otherTabsWithSession(): Promise<number> {
    const { held = [] } = (await this.#locks?.query()) ?? {};
    const all = held.filter(({ name }) => name === this.#sessionLock).length;
    return all - (this.#releaseSessionLock ? 1 : 0);
  }

  #post(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }

  async #receive(message: TabMessage, listener: TabListener): Promise<void> {
    switch (message.kind) {
      case 'request': {
        const session = listener.currentSession();
        if (session) this.#post({ kind: 'session', replyTo: message.id, ...session });
        return;
      }
      case 'end':
        return listener.onEnd(message);
      case 'session':
        await listener.onSession(message);
        if (message.replyTo !== undefined) this.#replyListeners.get(message.replyTo)?.();
    }
  }
}
