import type { ReactNode } from 'react';
import type { Visitor } from '../features/sign-in/visitor';
import { sessionText } from '../shared/strings';
import { OwnSessionPanel } from './own-session-panel';
import { Page } from './page';
import { usePart } from './part';
import { signedIn } from './signed-in';
import { PanelSkeleton } from './skeleton';

/** Everything about the session; a link to here leads through login and back. */
export function SessionPage({
  visitor,
  loginButton,
  onSignOut,
}: {
  visitor: Visitor;
  loginButton: ReactNode;
  onSignOut: () => void;
}) {
  if (!visitor.user) {
    return (
      <Page title={sessionText.title} lead={sessionText.guestLead}>
        {loginButton}
      </Page>
    );
  }
  return (
    <Page title={sessionText.title} lead={sessionText.lead}>
      <div className="columns">
        <OwnSessionPanel visitor={visitor} allClaims onSignOut={onSignOut} />
        <OwnTokens user={visitor.user} />
      </div>
    </Page>
  );
}

function OwnTokens({ user }: { user: NonNullable<Visitor['user']> }) {
  const parts = usePart(signedIn);
  return parts ? <parts.HeldTokens user={user} /> : <PanelSkeleton lines={5} />;
}
