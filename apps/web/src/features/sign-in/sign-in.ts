import { CALLBACK_PATH, type RuntimeConfig } from '@spa-on-aws/shared-types';
import { loadChunk } from '../../shared/load-chunk';
import type { SessionManager } from './session-manager';

/** Sign-in for one stage. Its code is a fifth of the app's, and guests do without it until they log in. */
export interface SignIn {
  /** Whether this page starts with a session, or with a login that comes back; else its visitor is a guest. */
  readonly expected: boolean;
  /** The one manager, made when first asked for. */
  manager(): Promise<SessionManager>;
  /** A valid access token; nothing when nobody is signed in. */
  accessToken(): Promise<string | undefined>;
}

/** Prepares sign-in for the stage that `config` describes, at this site's `origin`. */
export function createSignIn(config: RuntimeConfig, origin: string): SignIn {
  let manager: Promise<SessionManager> | undefined;

  const signIn: SignIn = {
    expected: signInExpected(),
    manager: () => (manager ??= loadSignInParts().then((parts) => new parts.SessionManager(config, origin))),
    accessToken: async () => (sessionStored() ? (await signIn.manager()).accessToken() : undefined),
  };
  return signIn;
}

/** Whether this page needs the code of sign-in to say who its visitor is. */
export function signInExpected(): boolean {
  return sessionStored() || window.location.pathname === CALLBACK_PATH;
}

/** Loads the code of sign-in. */
export function loadSignInParts() {
  return loadChunk(() => import('./sign-in-parts'));
}

/** Loads the code of sign-in ahead of time; who needs it then loads it again if this did not work. */
export function prefetchSignInParts(): void {
  import('./sign-in-parts').catch(() => undefined);
}

/** The key is oidc-client-ts's own. */
function sessionStored(): boolean {
  return Object.keys(window.sessionStorage).some((key) => key.startsWith('oidc.user:'));
}
