import { useAuth } from 'react-oidc-context';
import { groupsOf } from '../features/session/profile';
import { LoginButton } from '../shared/login-button';
import { accessText } from '../shared/strings';
import { Page } from './layout';
import type { NavigationPage as NavigationPageProps } from './pages';

/** Page with its content, if the user has access. Signed-out users see a "Log in" button, which returns them to this page. */
export function NavigationPage({ text, access, content: Content }: NavigationPageProps) {
  const { user } = useAuth();

  if (access !== 'public' && !user) {
    return (
      <Page title={text.title} lead={text.signedOutLead}>
        <LoginButton />
      </Page>
    );
  }
  if (typeof access === 'object' && user && !groupsOf(user).includes(access.group)) {
    return <Page title={accessText.notAllowedTitle} lead={accessText.notAllowed(access.group)} />;
  }
  return (
    <Page title={text.title} lead={text.lead}>
      <Content key={access === 'public' ? undefined : user?.profile.sub} />
    </Page>
  );
}
