import { useAuth } from 'react-oidc-context';
import { FetchPanel } from '../../features/greeting/fetch-panel';
import SessionPanel from '../../features/session/session-panel';
import { homeText } from '../../shared/strings';

/** Content of the home page: the greeting form, and the session of a signed-in user. */
export default function HomePage() {
  const { user } = useAuth();

  return (
    <div className="columns">
      <FetchPanel />
      {user ? (
        <SessionPanel maxClaims={6} />
      ) : (
        <section className="panel signed-out" aria-labelledby="signed-out-heading">
          <h2 id="signed-out-heading">{homeText.signedOutTitle}</h2>
          <p>{homeText.signedOut}</p>
        </section>
      )}
    </div>
  );
}
