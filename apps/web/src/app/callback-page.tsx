import { type ReactNode, useEffect } from 'react';
import { replacePath } from '../shared/navigation/path';
import { signInText } from '../shared/strings';
import { Page } from './page';

/** Where a login ends that did not work, or was over before: it leads on, never in circles. */
export function CallbackPage({ signedIn, loginButton }: { signedIn: boolean; loginButton: ReactNode }) {
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
