import type { ReactNode } from 'react';
import type { Visitor } from '../features/sign-in/visitor';
import type { ApiAccess } from '../shared/api/api-client';
import { greetingsText } from '../shared/strings';
import { Page } from './page';
import { usePart } from './part';
import { signedIn } from './signed-in';
import { PanelSkeleton } from './skeleton';

/** What {@link GreetingsPage} works with. */
export interface GreetingsPageProps {
  user: Visitor['user'];
  api: ApiAccess;
  loginButton: ReactNode;
}

/** The greetings the API remembers of who is signed in; a link to here leads through login and back. */
export function GreetingsPage({ user, api, loginButton }: GreetingsPageProps) {
  if (!user) {
    return (
      <Page title={greetingsText.title} lead={greetingsText.guestLead}>
        {loginButton}
      </Page>
    );
  }
  return (
    <Page title={greetingsText.title} lead={greetingsText.lead}>
      <OwnGreetings key={user.profile.sub} api={api} login={loginButton} />
    </Page>
  );
}

function OwnGreetings(props: { api: ApiAccess; login: ReactNode }) {
  const parts = usePart(signedIn);
  return parts ? <parts.GreetingsPanel {...props} /> : <PanelSkeleton lines={5} />;
}
