import type { User } from 'oidc-client-ts';
import { frameText, sessionText } from '../../shared/strings';
import { ClaimsTable } from './claims-table';
import { displayName } from './display-name';
import { RenewButton } from './renew-button';
import { timeLeft } from './time-left';
import { useNow } from './use-now';

/** What {@link SessionPanel} shows. */
export interface SessionPanelProps {
  user: User;
  control: {
    /** Renews the tokens now. */
    renew: () => Promise<void>;
    /** They should have been renewed by now, and could not be yet. */
    renewalTroubled: boolean;
  };
  onSignOut: () => void;
  /** Whether the claims are all shown at once. @default false: the first, and the rest when asked for */
  allClaims?: boolean;
}

/** Who is signed in, until when, and what the ID token says. */
export function SessionPanel({ user, control, onSignOut, allClaims = false }: SessionPanelProps) {
  const name = displayName(user);
  const renewable = Boolean(user.refresh_token);

  return (
    <section className="panel" aria-labelledby="session-heading">
      <h2 id="session-heading">{sessionText.panel}</h2>
      <div className="person">
        <span className="avatar" aria-hidden="true">
          {[...name][0]?.toUpperCase()}
        </span>
        <p>
          <strong>{name}</strong>
          {user.profile.email !== undefined && user.profile.email !== name && (
            <span>{user.profile.email}</span>
          )}
        </p>
      </div>
      {user.expires_at !== undefined && (
        <SessionEnd
          endsAt={user.expires_at}
          renewal={
            !renewable
              ? sessionText.byLogin
              : control.renewalTroubled
                ? sessionText.waiting
                : sessionText.automatic
          }
        />
      )}
      <div className="session-actions">
        {renewable && <RenewButton renew={control.renew} />}
        <button type="button" className="button quiet" onClick={onSignOut}>
          {frameText.logout}
        </button>
      </div>
      <ClaimsTable claims={user.profile} all={allClaims} />
    </section>
  );
}

/** Its own component, so that a second passing renders this line and nothing else. */
function SessionEnd({ endsAt, renewal }: { endsAt: number; renewal: string }) {
  const now = useNow();
  const end = new Date(endsAt * 1000);

  return (
    <dl className="session-end">
      <div>
        <dt>{sessionText.ends}</dt>
        <dd>
          <time dateTime={end.toISOString()}>{end.toLocaleTimeString()}</time>
        </dd>
      </div>
      <div>
        <dt>{sessionText.left}</dt>
        <dd>
          <span role="timer">{timeLeft(endsAt, now)}</span>
        </dd>
      </div>
      <div>
        <dt>{sessionText.renewal}</dt>
        <dd>{renewal}</dd>
      </div>
    </dl>
  );
}
