import type { User } from 'oidc-client-ts';
import type { ReactNode } from 'react';
import { HeldTokens } from '../features/session/held-tokens';
import { SessionPanel } from '../features/session/session-panel';
import { Page } from './page';

/** Everything about the session; a link to here leads through login and back. */
export function SessionPage({ user, loginButton }: { user: User | undefined; loginButton: ReactNode }) {
  if (!user) {
    return (
      <Page title="Your session" lead="Nobody is signed in. Log in, and you come back to this page.">
        {loginButton}
      </Page>
    );
  }
  return (
    <Page title="Your session" lead="Who you are to this site, and what this tab holds to prove it.">
      <div className="columns">
        <SessionPanel user={user} />
        <HeldTokens user={user} />
      </div>
    </Page>
  );
}
