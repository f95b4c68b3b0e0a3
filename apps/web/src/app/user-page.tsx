import type { User } from 'oidc-client-ts';
import type { ReactNode } from 'react';
import { useAuth } from 'react-oidc-context';
import { LoginButton } from '../shared/login-button';
import { Page } from './layout';

interface UserPageProps {
  text: { title: string; lead: string; signedOutLead: string };
  children: (user: User) => ReactNode;
}

/** Page for signed-in users. Others see a "Log in" button, which returns them to this page. */
export function UserPage({ text, children }: UserPageProps) {
  const { user } = useAuth();

  return (
    <Page title={text.title} lead={user ? text.lead : text.signedOutLead}>
      {user ? children(user) : <LoginButton />}
    </Page>
  );
}
