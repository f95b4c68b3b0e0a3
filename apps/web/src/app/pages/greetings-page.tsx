import { useAuth } from 'react-oidc-context';
import { SavedGreetingsPanel } from '../../features/greetings/saved-greetings-panel';
import { LoginButton } from '../../shared/login-button';
import { savedGreetingsText } from '../../shared/strings';
import { Page } from '../layout';

/** Page with the signed-in user's saved greetings. */
export default function GreetingsPage() {
  const { user } = useAuth();

  return (
    <Page
      title={savedGreetingsText.title}
      lead={user ? savedGreetingsText.lead : savedGreetingsText.signedOutLead}
    >
      {user ? <SavedGreetingsPanel key={user.profile.sub} /> : <LoginButton />}
    </Page>
  );
}
