import type { ReactNode } from 'react';
import { FetchPanel } from '../features/greeting/fetch-panel';
import type { GreetingDesk } from '../features/greeting/greeting-desk';
import type { Visitor } from '../features/sign-in/visitor';
import { homeText } from '../shared/strings';
import { Page } from './page';
import { OwnSessionPanel } from './own-session-panel';

/** What {@link HomePage} works with. */
export interface HomePageProps {
  visitor: Visitor;
  desk: GreetingDesk;
  loginButton: ReactNode;
  onSignOut: () => void;
}

/** Fetch a greeting; signed in, see as whom. */
export function HomePage({ visitor, desk, loginButton, onSignOut }: HomePageProps) {
  const signedIn = visitor.user !== undefined;

  return (
    <Page title={homeText.title} lead={homeText.lead}>
      <div className="columns">
        {/* A guest has the button at the top. */}
        <FetchPanel desk={desk} signedIn={signedIn} login={signedIn && loginButton} />
        {visitor.user ? (
          <OwnSessionPanel visitor={visitor} allClaims={false} onSignOut={onSignOut} />
        ) : (
          <section className="panel ghost" aria-labelledby="guest-heading">
            <h2 id="guest-heading">{homeText.guestTitle}</h2>
            <p>{homeText.guest}</p>
          </section>
        )}
      </div>
    </Page>
  );
}
