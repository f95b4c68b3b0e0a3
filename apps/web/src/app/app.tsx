import { useCallback } from 'react';
import { type GreetingForm, useClearOnUserChange } from '../features/greeting/greeting-form';
import { displayName } from '../features/session/claims';
import type { Session } from '../features/sign-in/auth-state';
import type { LoadedSignIn, SignIn } from '../features/sign-in/sign-in';
import {
  type Login,
  type Logout,
  useLoadedSignIn,
  useLogin,
  useLogout,
} from '../features/sign-in/use-sign-in';
import type { ApiAccess } from '../shared/api/api-client';
import { Link, usePath } from '../shared/navigation';
import { layoutText } from '../shared/strings';
import { Layout, LoadingPage } from './layout';
import { CallbackPage, GreetingsPage, HomePage, NotFoundPage, SessionPage } from './pages';
import { routeOf } from './routes';

/** Props of {@link App}. */
export interface AppProps {
  signIn: SignIn;
  /** Sign-in code, if it is needed for the first render; `undefined` for signed-out users. */
  initialSignIn: LoadedSignIn | undefined;
  api: ApiAccess;
  form: GreetingForm;
}

/** The app. A login keeps the typed name, and the page stays in place when the session ends. */
export function App({ signIn, initialSignIn, api, form }: AppProps) {
  const loaded = useLoadedSignIn(signIn, initialSignIn);
  const saveState = useCallback(() => ({ name: form.state().name }), [form]);
  const restoreState = useCallback((saved: unknown) => restoreName(form, saved), [form]);
  const login = useLogin(signIn, saveState);
  const logout = useLogout(signIn);
  const page = (session: Session) => <CurrentPage {...{ session, api, form, login, logout }} />;

  if (logout.leaving) return <LoadingPage text={layoutText.loggingOut} />;
  if (!loaded) return page({});
  const { SessionProvider, manager } = loaded;
  const loading = initialSignIn ? <LoadingPage text={layoutText.checkingSession} /> : page({});
  return (
    <SessionProvider manager={manager} loading={loading} restoreState={restoreState}>
      {page}
    </SessionProvider>
  );
}

function restoreName(form: GreetingForm, saved: unknown): void {
  const { name } = (saved ?? {}) as { name?: unknown };
  if (typeof name === 'string') form.setName(name);
}

interface CurrentPageProps extends Pick<AppProps, 'api' | 'form'> {
  session: Session;
  login: Login;
  logout: Logout;
}

/** The page of the current path, in the layout. */
function CurrentPage({ session, api, form, login, logout }: CurrentPageProps) {
  const { user } = session;
  const loggedOutElsewhere = session.ended === 'loggedOutElsewhere';
  useClearOnUserChange(form, user?.profile.sub, loggedOutElsewhere);
  const route = routeOf(usePath());
  const notice = login.failure ?? logout.notice ?? session.notice;
  const isLogoutNotice = login.failure === undefined && (logout.notice !== undefined || loggedOutElsewhere);
  const loginButton = (
    <button type="button" className="button" onClick={login.start} aria-disabled={login.leaving}>
      {layoutText.login}
    </button>
  );
  const pageHasLoginButton =
    route === 'callback' || ((route === 'session' || route === 'greetings') && !user);
  const onLogout = logout.start;
  const pageProps = { session, api, form, loginButton, onLogout };

  return (
    <Layout
      header={
        <>
          <nav aria-label={layoutText.pages}>
            <Link to="/">{layoutText.home}</Link>
            <Link to="/greetings">{layoutText.greetings}</Link>
            <Link to="/session">{layoutText.session}</Link>
          </nav>
          <div className="account">
            {user && (
              <>
                <span className="signed-in-as">{displayName(user)}</span>
                <button type="button" className="button secondary" onClick={onLogout}>
                  {layoutText.logout}
                </button>
              </>
            )}
            {!user && !pageHasLoginButton && loginButton}
          </div>
        </>
      }
    >
      {notice !== undefined && (
        <p role="alert" className={isLogoutNotice ? 'notice info' : 'notice'}>
          {notice}
        </p>
      )}
      {route === 'home' && <HomePage {...pageProps} />}
      {route === 'greetings' && <GreetingsPage {...pageProps} />}
      {route === 'session' && <SessionPage {...pageProps} />}
      {route === 'callback' && <CallbackPage {...pageProps} />}
      {route === 'not-found' && <NotFoundPage />}
    </Layout>
  );
}
