import type { User } from 'oidc-client-ts';
import { FetchPanel } from '../features/greeting/fetch-panel';
import { SessionPanel } from '../features/session/session-panel';
import type { ApiAccess } from '../shared/api/api-client';
import { Page } from './page';

/** Fetch a greeting; signed in, see as whom. */
export function HomePage({ user, api }: { user: User | undefined; api: ApiAccess }) {
  return (
    <Page
      title="Say hello, safely"
      lead="The page is for everybody, the API behind it only for who is signed in. Fetch first to be refused; then log in, and fetch again."
    >
      <div className="columns">
        <FetchPanel api={api} signedIn={user !== undefined} />
        {user ? (
          <SessionPanel user={user} />
        ) : (
          <section className="panel ghost" aria-labelledby="guest-heading">
            <h2 id="guest-heading">Nobody is signed in</h2>
            <p>
              After login this is where you see who you are, what the ID token says, and how long the session
              lasts.
            </p>
          </section>
        )}
      </div>
    </Page>
  );
}
