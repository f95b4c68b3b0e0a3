import type { User } from 'oidc-client-ts';

/** Who looks at the page: somebody signed in, or a guest. */
export interface Visitor {
  user?: User | undefined;
  /** What went wrong with signing in, when something did. */
  notice?: string | undefined;
}
