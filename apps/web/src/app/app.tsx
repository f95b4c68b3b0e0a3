import { lazy, Suspense, useDeferredValue } from 'react';
import { useAuth } from 'react-oidc-context';
import { Route, Switch, useLocation } from 'wouter';
import { CALLBACK_PATH } from '@spa-on-aws/shared-types';
import { GreetingProvider } from '../features/greeting/greeting-state';
import { groupsOf } from '../features/session/profile';
import { AuthNotice } from '../features/sign-in/auth-notice';
import { layoutText } from '../shared/strings';
import { Account } from './account';
import { Layout, LoadingPage, PageSkeleton } from './layout';
import { NavigationPage } from './navigation-page';
import { pages } from './pages';

const CallbackPage = lazy(() => import('./pages/callback-page'));
const NotFoundPage = lazy(() => import('./pages/not-found-page'));

/** The app: waits for the session, then shows the page of the current path. */
export function App() {
  const auth = useAuth();
  const [location] = useLocation();
  // Deferred, so that the current page stays until the code of the next one is loaded.
  const shownLocation = useDeferredValue(location);
  const isLoading = useDeferredValue(auth.isLoading && !auth.activeNavigator);

  if (auth.activeNavigator === 'signoutRedirect') return <LoadingPage text={layoutText.loggingOut} />;
  if (isLoading) return <LoadingPage text={layoutText.checkingSession} />;
  return (
    <Layout account={<Account />} groups={auth.user ? groupsOf(auth.user) : []}>
      <AuthNotice />
      <GreetingProvider>
        <Suspense fallback={<PageSkeleton text={layoutText.loading} />}>
          <Switch location={shownLocation}>
            {pages.map((page) => (
              <Route key={page.path} path={page.path}>
                <NavigationPage {...page} />
              </Route>
            ))}
            <Route path={CALLBACK_PATH} component={CallbackPage} />
            <Route component={NotFoundPage} />
          </Switch>
        </Suspense>
      </GreetingProvider>
    </Layout>
  );
}
