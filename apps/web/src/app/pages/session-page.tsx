import { useAuth } from 'react-oidc-context';
import { SessionPanel } from '../../features/session/session-panel';
import { TokensPanel } from '../../features/session/tokens-panel';
import { LoginButton } from '../../shared/login-button';
import { sessionText } from '../../shared/strings';
import { Page } from '../layout';

/** Page with the session, all claims and the tokens of the signed-in user. */
export default function SessionPage() {
  const { user } = useAuth();

  return (
    <Page title={sessionText.title} lead={user ? sessionText.lead : sessionText.signedOutLead}>
      {user ? (
        <div className="columns">
          <SessionPanel user={user} allClaims />
          <TokensPanel user={user} />
        </div>
      ) : (
        <LoginButton />
      )}
    </Page>
  );
}
