import { useAuth } from 'react-oidc-context';
import { FetchPanel } from '../../features/greetings/fetch-panel';
import type { GreetingStateProps } from '../../features/greetings/use-greeting-state';
import { SessionPanel } from '../../features/session/session-panel';
import { homeText } from '../../shared/strings';
import { Page } from '../layout';

/** Page with the greeting form, and the session of a signed-in user. */
export default function HomePage({ greeting }: { greeting: GreetingStateProps }) {
  const { user } = useAuth();

  return (
    <Page title={homeText.title} lead={homeText.lead}>
      <div className="columns">
        <FetchPanel {...greeting} />
        {user ? (
          <SessionPanel user={user} />
        ) : (
          <section className="panel signed-out" aria-labelledby="signed-out-heading">
            <h2 id="signed-out-heading">{homeText.signedOutTitle}</h2>
            <p>{homeText.signedOut}</p>
          </section>
        )}
      </div>
    </Page>
  );
}
