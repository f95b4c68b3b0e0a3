import { type ReactNode, useEffect } from 'react';
import { FetchPanel } from '../features/greeting/fetch-panel';
import type { GreetingForm } from '../features/greeting/greeting-form';
import type { Session } from '../features/sign-in/auth-state';
import type { ApiAccess } from '../shared/api/api-client';
import { lazyModule, useLazyModule } from '../shared/lazy-module';
import { Link, replacePath } from '../shared/navigation';
import { errorPageText, homeText, savedGreetingsText, sessionText, signInText } from '../shared/strings';
import { Page, PanelSkeleton } from './layout';
import type * as UserPanels from './user-panels';

/** Panels that only signed-in users see, loaded on demand. */
export const userPanels = lazyModule(() => import('./user-panels'));

/** Props of every page. */
export interface PageProps {
  session: Session;
  api: ApiAccess;
  form: GreetingForm;
  loginButton: ReactNode;
  onLogout: () => void;
}

/** Page with the greeting form, and the session of a signed-in user. */
export function HomePage({ session, form, loginButton, onLogout }: PageProps) {
  const signedIn = session.user !== undefined;

  return (
    <Page title={homeText.title} lead={homeText.lead}>
      <div className="columns">
        {/* Signed-out users have the login button in the header. */}
        <FetchPanel form={form} signedIn={signedIn} loginButton={signedIn && loginButton} />
        {signedIn ? (
          <UserSession session={session} allClaims={false} onLogout={onLogout} />
        ) : (
          <section className="panel signed-out" aria-labelledby="signed-out-heading">
            <h2 id="signed-out-heading">{homeText.signedOutTitle}</h2>
            <p>{homeText.signedOut}</p>
          </section>
        )}
      </div>
    </Page>
  );
}

/** Page with the signed-in user's saved greetings. */
export function GreetingsPage({ session: { user }, api, loginButton }: PageProps) {
  const lead = user ? savedGreetingsText.lead : savedGreetingsText.signedOutLead;
  return (
    <Page title={savedGreetingsText.title} lead={lead}>
      {user ? (
        <UserPanel lines={5}>
          {({ SavedGreetingsPanel }) => (
            <SavedGreetingsPanel key={user.profile.sub} api={api} loginButton={loginButton} />
          )}
        </UserPanel>
      ) : (
        loginButton
      )}
    </Page>
  );
}

/** Page with the session, all claims and the tokens of the signed-in user. */
export function SessionPage({ session, loginButton, onLogout }: PageProps) {
  const { user } = session;
  return (
    <Page title={sessionText.title} lead={user ? sessionText.lead : sessionText.signedOutLead}>
      {user ? (
        <div className="columns">
          <UserSession session={session} allClaims onLogout={onLogout} />
          <UserPanel lines={5}>{({ TokensPanel }) => <TokensPanel user={user} />}</UserPanel>
        </div>
      ) : (
        loginButton
      )}
    </Page>
  );
}

/** Page for a login that failed or was already finished. A signed-in user goes to the home page. */
export function CallbackPage({ session, loginButton }: PageProps) {
  const signedIn = session.user !== undefined;
  useEffect(() => {
    if (signedIn) replacePath('/');
  }, [signedIn]);
  if (signedIn) return null;

  return (
    <Page title={signInText.unfinishedTitle} lead={signInText.unfinishedLead}>
      {loginButton}
    </Page>
  );
}

/** Page for unknown paths. */
export function NotFoundPage() {
  return (
    <Page title={errorPageText.notFoundTitle} lead={errorPageText.notFoundLead}>
      <Link to="/">{errorPageText.toHome}</Link>
    </Page>
  );
}

/** The session panel, or a skeleton while it loads. */
function UserSession(props: { session: Session; allClaims: boolean; onLogout: () => void }) {
  const { user, renewal } = props.session;
  return (
    <UserPanel lines={8}>
      {({ SessionPanel }) =>
        user &&
        renewal && (
          <SessionPanel {...{ user, renewal }} allClaims={props.allClaims} onLogout={props.onLogout} />
        )
      }
    </UserPanel>
  );
}

/** Renders one of the {@link userPanels}, or a skeleton with this number of lines while they load. */
function UserPanel(props: { lines: number; children: (panels: typeof UserPanels) => ReactNode }) {
  const panels = useLazyModule(userPanels);
  return panels ? props.children(panels) : <PanelSkeleton lines={props.lines} />;
}
