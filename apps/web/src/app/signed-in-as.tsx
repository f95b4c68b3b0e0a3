import type { User } from 'oidc-client-ts';
import { displayName } from '../features/session/display-name';
import { frameText } from '../shared/strings';

/** Whose session it is, and the way out of it. */
export function SignedInAs({ user, onSignOut }: { user: User; onSignOut: () => void }) {
  return (
    <>
      <span className="signed-in-as">{displayName(user)}</span>
      <button type="button" className="button quiet" onClick={onSignOut}>
        {frameText.logout}
      </button>
    </>
  );
}
