import { lazy, Suspense, useDeferredValue } from 'react';
import { useAuth } from 'react-oidc-context';
import { Route, Switch, useLocation } from 'wouter';
import { ADMIN_GROUP, CALLBACK_PATH } from '@spa-on-aws/shared-types';
import { useGreetingState } from '../features/greetings/use-greeting-state';
import { groupsOf } from '../features/session/profile';
import { AuthNotice } from '../features/sign-in/auth-notice';
import { layoutText } from '../shared/strings';
import { Account } from './account';
import { Layout, LoadingPage, PageSkeleton } from './layout';

const homePage = import('./pages/home-page'); // loads while the configuration and the session load
const HomePage = lazy(() => homePage);
const GreetingsPage = lazy(() => import('./pages/greetings-page'));
const SessionPage = lazy(() => import('./pages/session-page'));
const AdminPage = lazy(() => import('./pages/admin-page'));
const CallbackPage = lazy(() => import('./pages/callback-page'));
const NotFoundPage = lazy(() => import('./pages/not-found-page'));

/** The app: waits for the session, then shows the page of the current path. */
export function App() {
  const auth = useAuth();
  const greeting = useGreetingState();
  const [location] = useLocation();
  // Deferred, so that the current page stays until the code of the next one is loaded.
  const page = useDeferredValue(location);
  const isLoading = useDeferredValue(auth.isLoading && !auth.activeNavigator);

  if (auth.activeNavigator === 'signoutRedirect') return <LoadingPage text={layoutText.loggingOut} />;
  if (isLoading) return <LoadingPage text={layoutText.checkingSession} />;
  const isAdmin = auth.user ? groupsOf(auth.user).includes(ADMIN_GROUP) : false;
  return (
    <Layout account={<Account />} admin={isAdmin}>
      <AuthNotice />
      <Suspense fallback={<PageSkeleton text={layoutText.loading} />}>
        <Switch location={page}>
          <Route path="/">
            <HomePage greeting={greeting} />
          </Route>
          <Route path="/greetings" component={GreetingsPage} />
          <Route path="/session" component={SessionPage} />
          <Route path="/admin" component={AdminPage} />
          <Route path={CALLBACK_PATH} component={CallbackPage} />
          <Route component={NotFoundPage} />
        </Switch>
      </Suspense>
    </Layout>
  );
}
