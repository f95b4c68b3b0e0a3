import { SessionPanel } from '../../features/session/session-panel';
import { sessionText } from '../../shared/strings';
import { UserPage } from '../user-page';

/** Page with the session and all claims of the signed-in user. */
export default function SessionPage() {
  return <UserPage text={sessionText}>{(user) => <SessionPanel user={user} allClaims />}</UserPage>;
}
