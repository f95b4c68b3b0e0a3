// Communication between tabs of this site that works without the sign-in code: signed-out users load only this.

/** Name of the broadcast channel. Increase the number when a message changes: old tabs may still be open. */
export const CHANNEL = 'spa-on-aws.session.2';

/** Shared lock of every tab with a session. Querying it shows at once how many tabs have a session. */
export const SESSION_LOCK = `${CHANNEL}.held`;

/** Exclusive lock of the tab that renews the tokens. */
export const RENEWAL_LOCK = `${CHANNEL}.renewal`;

/** Message from one tab to all others. `key` names the user pool and the app client. */
export type TabMessage =
  /** Asks for the sessions of the other tabs. */
  | { readonly kind: 'request' }
  /** Serialized session of the sending tab: a reply, a login or a renewal. */
  | { readonly kind: 'session'; readonly key: string; readonly user: string }
  /** The user has ended this login. */
  | { readonly kind: 'logout'; readonly key: string; readonly login: string };

/** The browser features that tabs use to communicate. */
export interface TabBrowser {
  readonly locks: Pick<LockManager, 'request' | 'query'>;
  /** Opens the channel to all tabs of this site. */
  readonly openChannel: (name: string) => BroadcastChannel;
  /** Storage of this tab. */
  readonly storage: Storage;
  /** Storage of all tabs. It must not contain tokens. */
  readonly sharedStorage: Storage;
}

/** Returns the features of the current browser. */
export function thisBrowser(): TabBrowser {
  return {
    locks: navigator.locks,
    openChannel: (name) => new BroadcastChannel(name),
    storage: window.sessionStorage,
    sharedStorage: window.localStorage,
  };
}

/** Returns the number of tabs with a session, including this tab. */
export async function tabsWithSession({ locks }: Pick<TabBrowser, 'locks'>): Promise<number> {
  const { held = [] } = await locks.query();
  return held.filter(({ name }) => name === SESSION_LOCK).length;
}

/**
 * Calls `listener` when the user logs in in another tab.
 *
 * @returns a function that stops listening
 */
export function onLoginElsewhere(
  listener: () => void,
  { openChannel }: Pick<TabBrowser, 'openChannel'> = thisBrowser(),
): () => void {
  const channel = openChannel(CHANNEL);
  channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    if (data.kind === 'session') listener();
  });
  return () => channel.close();
}
