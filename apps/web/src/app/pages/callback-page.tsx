import { useAuth } from 'react-oidc-context';
import { Redirect } from 'wouter';
import { LoginButton } from '../../shared/login-button';
import { signInText } from '../../shared/strings';
import { Page } from '../layout';

/** Page for a login that failed or was already finished. A signed-in user goes to the home page. */
export default function CallbackPage() {
  const { user } = useAuth();

  if (user) return <Redirect to="/" replace />;
  return (
    <Page title={signInText.unfinishedTitle} lead={signInText.unfinishedLead}>
      <LoginButton />
    </Page>
  );
}
