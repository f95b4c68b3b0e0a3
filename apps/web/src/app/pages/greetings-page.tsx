import { SavedGreetingsPanel } from '../../features/greetings/saved-greetings-panel';
import { savedGreetingsText } from '../../shared/strings';
import { UserPage } from '../user-page';

/** Page with the signed-in user's saved greetings. */
export default function GreetingsPage() {
  return (
    <UserPage text={savedGreetingsText}>
      {({ profile }) => <SavedGreetingsPanel key={profile.sub} />}
    </UserPage>
  );
}
