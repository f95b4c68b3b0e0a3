import { LoginButton } from '../features/sign-in/login-button';
import type { Login } from '../features/sign-in/use-login';
import type { Visitor } from '../features/sign-in/visitor';
import type { ApiAccess } from '../shared/api/api-client';
import { Link } from '../shared/navigation/link';
import { usePath } from '../shared/navigation/path';
import { CallbackPage } from './callback-page';
import { Frame } from './frame';
import { HomePage } from './home-page';
import { NotFoundPage } from './not-found-page';
import { routeOf } from './routes';
import { SessionPage } from './session-page';
import { SignedInAs } from './signed-in-as';

/** What a page has to do with. */
export interface CurrentPageProps {
  visitor: Visitor;
  api: ApiAccess;
  login: Login;
  signOut: () => void;
}

/** The page that the path asks for, in its frame. */
export function CurrentPage({ visitor, api, login, signOut }: CurrentPageProps) {
  const { user } = visitor;
  const route = routeOf(usePath());
  const notice = login.failure ?? visitor.notice;
  const loginButton = <LoginButton login={login} />;
  const pageHasLogin = route === 'callback' || (route === 'session' && !user);

  return (
    <Frame
      bar={
        <>
          <nav aria-label="Pages">
            <Link to="/">Home</Link>
            <Link to="/session">Session</Link>
          </nav>
          <div className="account">
            {user ? <SignedInAs user={user} onSignOut={signOut} /> : !pageHasLogin && loginButton}
          </div>
        </>
      }
    >
      {notice !== undefined && (
        <p role="alert" className="notice">
          {notice}
        </p>
      )}
      {route === 'home' && <HomePage user={user} api={api} />}
      {route === 'session' && <SessionPage user={user} loginButton={loginButton} />}
      {route === 'callback' && <CallbackPage signedIn={user !== undefined} loginButton={loginButton} />}
      {route === 'not-found' && <NotFoundPage />}
    </Frame>
  );
}
