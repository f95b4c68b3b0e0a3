// What a tab can learn about the others without the code of sign-in: guests load nothing more than this.

/** What tabs of this site say to one another. Raised when a message changes: tabs may outlive a deployment. */
export const CHANNEL = 'spa-on-aws.session.1';

/** Held, shared, by every tab that has a session: asking for it tells at once whether there is somebody to ask. */
export const SESSION_LOCK = `${CHANNEL}.held`;

/** Held by the one tab that renews. */
export const RENEWAL_LOCK = `${CHANNEL}.renewal`;

/** One tab to all others of this site. */
export type TabMessage =
  /** Who has a session? */
  | { readonly kind: 'ask' }
  /** I have this one, as it is stored: an answer, a login, or a renewal. */
  | { readonly kind: 'held'; readonly key: string; readonly user: string }
  /** The person has ended this login. */
  | { readonly kind: 'ended'; readonly key: string; readonly login: string };

/** What tabs find one another by. */
export interface TabBrowser {
  readonly locks: Pick<LockManager, 'request' | 'query'>;
  /** Opens the channel that all tabs of this site listen to. */
  readonly openChannel: (name: string) => BroadcastChannel;
  /** This tab's own. */
  readonly storage: Storage;
  /** What all tabs can read, now and later: nothing that opens anything belongs there. */
  readonly sharedStorage: Storage;
}

/** The browser this page is in. */
export function thisBrowser(): TabBrowser {
  return {
    locks: navigator.locks,
    openChannel: (name) => new BroadcastChannel(name),
    storage: window.sessionStorage,
    sharedStorage: window.localStorage,
  };
}

/** How many tabs have a session, this one included when it has. */
export async function tabsWithSession({ locks }: Pick<TabBrowser, 'locks'>): Promise<number> {
  const { held = [] } = await locks.query();
  return held.filter(({ name }) => name === SESSION_LOCK).length;
}

/**
 * Calls `listener` when somebody logs in in another tab.
 *
 * @returns what ends that
 */
export function onLoginElsewhere(
  listener: () => void,
  { openChannel }: Pick<TabBrowser, 'openChannel'> = thisBrowser(),
): () => void {
  const channel = openChannel(CHANNEL);
  channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    if (data.kind === 'held') listener();
  });
  return () => channel.close();
}
