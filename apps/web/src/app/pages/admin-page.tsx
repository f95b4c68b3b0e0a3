import { useAuth } from 'react-oidc-context';
import { ADMIN_GROUP } from '@spa-on-aws/shared-types';
import { StatisticsPanel } from '../../features/admin/statistics-panel';
import { groupsOf } from '../../features/session/profile';
import { LoginButton } from '../../shared/login-button';
import { adminText } from '../../shared/strings';
import { Page } from '../layout';

/** Page for administrators. The API checks the group too: hiding the page protects nothing. */
export default function AdminPage() {
  const { user } = useAuth();

  if (!user) {
    return (
      <Page title={adminText.title} lead={adminText.signedOutLead}>
        <LoginButton />
      </Page>
    );
  }
  if (!groupsOf(user).includes(ADMIN_GROUP)) {
    return <Page title={adminText.notAllowedTitle} lead={adminText.notAllowed(ADMIN_GROUP)} />;
  }
  return (
    <Page title={adminText.title} lead={adminText.lead}>
      <StatisticsPanel key={user.profile.sub} />
    </Page>
  );
}
