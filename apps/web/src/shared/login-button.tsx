import { useAuth } from 'react-oidc-context';
import { layoutText } from './strings';

/** Button that opens Cognito's login page. After login, the user returns to the current path. */
export function LoginButton() {
  const auth = useAuth();
  const busy = auth.activeNavigator === 'signinRedirect';

  function login() {
    if (busy) return;
    const { pathname, search, hash } = window.location;
    void auth.signinRedirect({ state: pathname + search + hash });
  }

  return (
    <button type="button" className="button" onClick={login} aria-disabled={busy}>
      {layoutText.login}
    </button>
  );
}
