import { useAuth } from 'react-oidc-context';
import { Route, Switch } from 'wouter';
import { CALLBACK_PATH } from '@spa-on-aws/shared-types';
import { displayName } from '../features/session/profile';
import { LoginButton } from '../shared/login-button';
import { layoutText } from '../shared/strings';
import { pages } from './pages';

/** Pages that show their own "Log in" button to signed-out users. */
const pathsWithLoginButton = [
  CALLBACK_PATH,
  ...pages.filter(({ access }) => access !== 'public').map(({ path }) => path),
];

/** The signed-in user with a "Log out" button, or a "Log in" button. */
export function Account() {
  const auth = useAuth();

  if (!auth.user) {
    return (
      <Switch>
        {pathsWithLoginButton.map((path) => (
          <Route key={path} path={path} />
        ))}
        <Route component={LoginButton} />
      </Switch>
    );
  }
  return (
    <>
      <span className="signed-in-as">{displayName(auth.user)}</span>
      <button type="button" className="button secondary" onClick={() => void auth.signoutRedirect()}>
        {layoutText.logout}
      </button>
    </>
  );
}
