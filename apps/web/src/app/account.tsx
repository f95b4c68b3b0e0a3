import { useAuth } from 'react-oidc-context';
import { useRoute } from 'wouter';
import { displayName } from '../features/session/profile';
import { LoginButton } from '../shared/login-button';
import { layoutText } from '../shared/strings';

/** Pages that show their own "Log in" button to signed-out users. */
const pagesWithLoginButton = /^\/(greetings|session|admin|callback)\/?$/i;

/** The signed-in user with a "Log out" button, or a "Log in" button. */
export function Account() {
  const auth = useAuth();
  const [pageHasLoginButton] = useRoute(pagesWithLoginButton);

  if (!auth.user) return pageHasLoginButton ? null : <LoginButton />;
  return (
    <>
      <span className="signed-in-as">{displayName(auth.user)}</span>
      <button type="button" className="button secondary" onClick={() => void auth.signoutRedirect()}>
        {layoutText.logout}
      </button>
    </>
  );
}
