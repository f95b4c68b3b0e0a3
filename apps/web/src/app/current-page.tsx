import type { GreetingDesk } from '../features/greeting/greeting-desk';
import { LoginButton } from '../features/sign-in/login-button';
import type { Login } from '../features/sign-in/use-login';
import type { SignOut } from '../features/sign-in/use-sign-out';
import type { Visitor } from '../features/sign-in/visitor';
import type { ApiAccess } from '../shared/api/api-client';
import { Link } from '../shared/navigation/link';
import { usePath } from '../shared/navigation/path';
import { frameText } from '../shared/strings';
import { CallbackPage } from './callback-page';
import { Frame } from './frame';
import { GreetingsPage } from './greetings-page';
import { HomePage } from './home-page';
import { NotFoundPage } from './not-found-page';
import { routeOf } from './routes';
import { SessionPage } from './session-page';
import { SignedInAs } from './signed-in-as';

/** What a page has to do with. */
export interface CurrentPageProps {
  visitor: Visitor;
  api: ApiAccess;
  desk: GreetingDesk;
  login: Login;
  signOut: SignOut;
}

/** The page that the path asks for, in its frame. */
export function CurrentPage({ visitor, api, desk, login, signOut }: CurrentPageProps) {
  const { user } = visitor;
  const route = routeOf(usePath());
  const notice = login.failure ?? signOut.notice ?? visitor.notice;
  const wanted =
    login.failure === undefined && (signOut.notice !== undefined || visitor.ended === 'elsewhere');
  const loginButton = <LoginButton login={login} />;
  const pageHasLogin = route === 'callback' || ((route === 'session' || route === 'greetings') && !user);

  return (
    <Frame
      bar={
        <>
          <nav aria-label={frameText.pages}>
            <Link to="/">{frameText.home}</Link>
            <Link to="/greetings">{frameText.greetings}</Link>
            <Link to="/session">{frameText.session}</Link>
          </nav>
          <div className="account">
            {user ? <SignedInAs user={user} onSignOut={signOut.start} /> : !pageHasLogin && loginButton}
          </div>
        </>
      }
    >
      {notice !== undefined && (
        <p role="alert" className={wanted ? 'notice calm' : 'notice'}>
          {notice}
        </p>
      )}
      {route === 'home' && <HomePage {...{ visitor, desk, loginButton, onSignOut: signOut.start }} />}
      {route === 'greetings' && <GreetingsPage {...{ user, api, loginButton }} />}
      {route === 'session' && <SessionPage {...{ visitor, loginButton, onSignOut: signOut.start }} />}
      {route === 'callback' && <CallbackPage signedIn={user !== undefined} loginButton={loginButton} />}
      {route === 'not-found' && <NotFoundPage />}
    </Frame>
  );
}
