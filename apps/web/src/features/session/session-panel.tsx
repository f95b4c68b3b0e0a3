import type { User } from 'oidc-client-ts';
import { ClaimsTable } from './claims-table';
import { displayName } from './display-name';
import { timeLeft } from './time-left';
import { useNow } from './use-now';

/** Who is signed in, until when, and what the ID token says. */
export function SessionPanel({ user }: { user: User }) {
  const name = displayName(user);

  return (
    <section className="panel" aria-labelledby="session-heading">
      <h2 id="session-heading">Session</h2>
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
        <SessionEnd endsAt={user.expires_at} renewable={Boolean(user.refresh_token)} />
      )}
      <ClaimsTable claims={user.profile} />
    </section>
  );
}

/** Its own component, so that a second passing renders this line and nothing else. */
function SessionEnd({ endsAt, renewable }: { endsAt: number; renewable: boolean }) {
  const now = useNow();
  const end = new Date(endsAt * 1000);

  return (
    <dl className="session-end">
      <div>
        <dt>Session ends</dt>
        <dd>
          <time dateTime={end.toISOString()}>{end.toLocaleTimeString()}</time>
        </dd>
      </div>
      <div>
        <dt>Time left</dt>
        <dd>
          <span role="timer">{timeLeft(endsAt, now)}</span>
        </dd>
      </div>
      <div>
        <dt>Renewal</dt>
        <dd>{renewable ? 'automatic' : 'by logging in'}</dd>
      </div>
    </dl>
  );
}
