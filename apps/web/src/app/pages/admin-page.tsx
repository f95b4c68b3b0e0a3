import { useAuth } from 'react-oidc-context';
import { ADMIN_GROUP } from '@spa-on-aws/shared-types';
import { StatisticsPanel } from '../../features/admin/statistics-panel';
import { groupsOf } from '../../features/session/profile';
import { adminText } from '../../shared/strings';
import { Page } from '../layout';
import { UserPage } from '../user-page';

/** Page for administrators. The API checks the group too: hiding the statistics protects nothing. */
export default function AdminPage() {
  const { user } = useAuth();

  if (user && !groupsOf(user).includes(ADMIN_GROUP)) {
    return <Page title={adminText.notAllowedTitle} lead={adminText.notAllowed(ADMIN_GROUP)} />;
  }
  return <UserPage text={adminText}>{({ profile }) => <StatisticsPanel key={profile.sub} />}</UserPage>;
}
