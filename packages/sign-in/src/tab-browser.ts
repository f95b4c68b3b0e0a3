import { StorageBlockedError } from './errors';

/** The browser features that tabs use to share a session. */
export interface TabBrowser {
  /** `undefined` on an insecure page and in old browsers: then each tab has its own session. */
  readonly locks: Pick<LockManager, 'request' | 'query'> | undefined;
  /** Opens the channel to all tabs of this site. */
  readonly openChannel: (name: string) => BroadcastChannel;
  /** Storage of this tab. */
  readonly storage: Storage;
  /** Storage of all tabs. It must not contain tokens. */
  readonly sharedStorage: Storage;
}

/**
 * Returns the features of the current browser.
 *
 * @throws {StorageBlockedError} when the browser blocks storage for this site
 */
export function thisBrowser(): TabBrowser {
  try {
    return {
      locks: 'BroadcastChannel' in window ? navigator.locks : undefined,
      openChannel: (name) => new BroadcastChannel(name),
      storage: window.sessionStorage,
      sharedStorage: window.localStorage,
    };
  } catch (error) {
    throw new StorageBlockedError(error); // the browser's error is a SecurityError
  }
}
