import {
  CHANNEL,
  RENEWAL_LOCK,
  SESSION_LOCK,
  type TabBrowser,
  type TabMessage,
  tabsWithSession,
} from './other-tabs';

/** What a tab does when another one speaks. */
export interface TabListener {
  /** This tab's session as it is stored; `null` when it has none. */
  held: () => Promise<string | null>;
  /** Another tab has this session. */
  onHeld: (user: string) => void;
  /** The person has ended this login in another tab. */
  onEnded: (login: string) => void;
}

/** Keeps the tabs of this site on one session: who renews, what came of it, and when it is over. */
export class SessionTabs {
  readonly #channel: BroadcastChannel;
  readonly #answers = new Set<(user: string) => void>();
  #letGo: (() => void) | undefined;

  /**
   * @param key names the session's user pool and client: a tab of another one has nothing to say here
   * @param answerWithinMs how long a tab that has a session, and does not answer, is waited for
   */
  constructor(
    readonly key: string,
    private readonly browser: TabBrowser,
    listener: TabListener,
    private readonly answerWithinMs = 1000,
  ) {
    this.#channel = browser.openChannel(CHANNEL);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
      void this.#hear(data, listener);
    });
  }

  /** Runs `task` while no other tab does. */
  alone<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.browser.locks.request(RENEWAL_LOCK, task);
  }

  /** Tells the others what this tab has now. */
  tell(user: string): void {
    this.#post({ kind: 'held', key: this.key, user });
  }

  /** Tells the others that the person has ended this login. */
  tellEnded(login: string): void {
    this.#post({ kind: 'ended', key: this.key, login });
  }

  /** What the other tabs have: at once when there are none, else when all have answered, or it takes too long. */
  async ask(): Promise<string[]> {
    const others = (await tabsWithSession(this.browser)) - (this.#letGo ? 1 : 0);
    const answers: string[] = [];
    if (others <= 0) return answers;
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timeout);
        this.#answers.delete(add);
        resolve();
      };
      const add = (user: string) => {
        if (answers.push(user) === others) finish();
      };
      const timeout = setTimeout(finish, this.answerWithinMs);
      this.#answers.add(add);
      this.#post({ kind: 'ask' });
    });
    return answers;
  }

  /** Lets others know, for as long as this tab lives, that they can ask it. */
  hold(): void {
    if (this.#letGo) return;
    const held = new Promise<void>((resolve) => (this.#letGo = resolve));
    void this.browser.locks.request(SESSION_LOCK, { mode: 'shared' }, () => held);
  }

  /** This tab has no session any more. */
  release(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }

  /** Neither hears nor speaks any more. */
  close(): void {
    this.release();
    this.#channel.close();
  }

  #post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  async #hear(message: TabMessage, listener: TabListener): Promise<void> {
    if (message.kind === 'ask') {
      const user = await listener.held();
      if (user !== null) this.tell(user);
      return;
    }
    if (message.key !== this.key) return;
    if (message.kind === 'ended') return listener.onEnded(message.login);
    this.#answers.forEach((answer) => answer(message.user));
    listener.onHeld(message.user);
  }
}
