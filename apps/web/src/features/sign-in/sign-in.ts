import { CALLBACK_PATH, type RuntimeConfig } from '@spa-on-aws/shared-types';
import { loadChunk } from '../../shared/load-chunk';
import type { AuthGate } from './auth-gate';
import { tabsWithSession, thisBrowser } from './other-tabs';
import type { SessionManager } from './session-manager';

/** Sign-in for one stage. Its code is a fifth of the app's, and guests do without it until they log in. */
export interface SignIn {
  /** Loads the code, makes the one manager, and lets it join the session of other tabs; all once. */
  load(): Promise<LoadedSignIn>;
  /** A valid access token; nothing when nobody is signed in. */
  accessToken(): Promise<string | undefined>;
}

/** What it takes to sign in, and to know who is. */
export interface LoadedSignIn {
  AuthGate: typeof AuthGate;
  manager: SessionManager;
}

/** Prepares sign-in for the stage that `config` describes, at this site's `origin`. */
export function createSignIn(config: RuntimeConfig, origin: string): SignIn {
  let loaded: Promise<LoadedSignIn> | undefined;

  async function load(): Promise<LoadedSignIn> {
    const { AuthGate, SessionManager } = await loadChunk(() => import('./sign-in-parts'));
    const manager = new SessionManager(config, origin);
    await manager.join();
    return { AuthGate, manager };
  }

  const signIn: SignIn = {
    load: () =>
      (loaded ??= load().catch((error: unknown) => {
        loaded = undefined; // who asks again gets another try
        throw error;
      })),
    accessToken: async () => (sessionStored() ? (await signIn.load()).manager.accessToken() : undefined),
  };
  return signIn;
}

/**
 * Whether this page starts with a session, its own or another tab's, or with a login that comes back; else its
 * visitor is a guest. Never waits for other tabs: the browser knows whether one has a session.
 */
export async function signInExpected(): Promise<boolean> {
  if (sessionStored() || window.location.pathname === CALLBACK_PATH) return true;
  // Without a secure page there are no locks, and no login either.
  return window.isSecureContext && (await tabsWithSession(thisBrowser())) > 0;
}

/** Loads the code of sign-in ahead of time; who needs it then loads it again if this did not work. */
export function prefetchSignIn(): void {
  import('./sign-in-parts').catch(() => undefined);
}

/** Whether this tab has a session. The key is oidc-client-ts's own. */
export function sessionStored(): boolean {
  return Object.keys(window.sessionStorage).some((key) => key.startsWith('oidc.user:'));
}
