import type { User } from 'oidc-client-ts';
import type { SessionEnd } from './auth-state';

/** Who looks at the page: somebody signed in, or a guest. */
export interface Visitor {
  user?: User | undefined;
  /** There when somebody is signed in. */
  session?: SessionControl;
  /** What went wrong with signing in, or how the session ended, when something did. */
  notice?: string | undefined;
  /** How the session ended that was there a moment ago. */
  ended?: SessionEnd | undefined;
}

/** What can be done with a session besides ending it. */
export interface SessionControl {
  /** Renews the tokens now; fails when the login service does not. */
  renew: () => Promise<void>;
  /** The tokens should have been renewed by now, and could not be yet. */
  renewalTroubled: boolean;
}
