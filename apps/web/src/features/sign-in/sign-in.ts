import { CALLBACK_PATH, type RuntimeConfig } from '@spa-on-aws/shared-types';
import { loadChunk } from '../../shared/lazy-module';
import type { SessionManager } from './session-manager';
import type { SessionProvider } from './session-provider';
import { tabsWithSession, thisBrowser } from './tab-channel';

/** Sign-in at the user pool of one stage. Its code is a fifth of the app, so it is loaded on demand. */
export interface SignIn {
  /** Loads the code, creates the session manager, and joins the session of other tabs. Does this once. */
  load(): Promise<LoadedSignIn>;
  /** Resolves with a valid access token, or with `undefined` when the user is signed out. */
  accessToken(): Promise<string | undefined>;
}

/** Sign-in, after its code is loaded. */
export interface LoadedSignIn {
  SessionProvider: typeof SessionProvider;
  manager: SessionManager;
}

/** Creates sign-in for the stage of `config`, on the site at `origin`. */
export function createSignIn(config: RuntimeConfig, origin: string): SignIn {
  let loaded: Promise<LoadedSignIn> | undefined;

  async function load(): Promise<LoadedSignIn> {
    const { SessionManager, SessionProvider } = await loadChunk(() => import('./sign-in-bundle'));
    const manager = new SessionManager(config, origin);
    await manager.join();
    return { SessionProvider, manager };
  }

  const signIn: SignIn = {
    load: () =>
      (loaded ??= load().catch((error: unknown) => {
        loaded = undefined; // the next call tries again
        throw error;
      })),
    accessToken: async () => (hasStoredSession() ? (await signIn.load()).manager.accessToken() : undefined),
  };
  return signIn;
}

/**
 * Returns true if the first render needs the sign-in code: this tab or another tab has a session, or the page is the
 * callback of a login. Does not wait for other tabs.
 */
export async function signInNeeded(): Promise<boolean> {
  if (hasStoredSession() || window.location.pathname === CALLBACK_PATH) return true;
  // Insecure pages have no Web Locks and cannot log in.
  return window.isSecureContext && (await tabsWithSession(thisBrowser())) > 0;
}

/** Loads the sign-in code ahead of time. Ignores errors, because `load()` tries again. */
export function prefetchSignIn(): void {
  import('./sign-in-bundle').catch(() => undefined);
}

/** Returns true if this tab has a session, stored by oidc-client-ts. */
export function hasStoredSession(): boolean {
  return Object.keys(window.sessionStorage).some((key) => key.startsWith('oidc.user:'));
}
