import { useState } from 'react';
import type { User } from 'oidc-client-ts';
import { useAuth } from 'react-oidc-context';
import { layoutText, sessionText } from '../../shared/strings';
import { describeClaims } from './claims';
import { DataTable } from './data-table';
import { displayName } from './profile';
import { useTimeLeft } from './time-left';

/** Number of claims that are always shown. The first claims are about the user, the others about the token. */
const ALWAYS_SHOWN = 6;

/** Props of {@link SessionPanel}. */
export interface SessionPanelProps {
  user: User;
  /** Shows all claims of the ID token. @default false: the user has to expand the list */
  allClaims?: boolean;
}

/** Panel with the signed-in user, the expiry of the access token and the claims of the ID token. */
export function SessionPanel({ user, allClaims = false }: SessionPanelProps) {
  const auth = useAuth();
  const name = displayName(user);
  const { email } = user.profile;
  const renewable = Boolean(user.refresh_token);

  return (
    <section className="panel" aria-labelledby="session-heading">
      <h2 id="session-heading">{sessionText.panel}</h2>
      <div className="user">
        <span className="avatar" aria-hidden="true">
          {[...name][0]?.toUpperCase()}
        </span>
        <p>
          <strong>{name}</strong>
          {email !== undefined && email !== name && <span>{email}</span>}
        </p>
      </div>
      {user.expires_at !== undefined && (
        <TokenExpiry
          expiresAt={user.expires_at}
          renewal={
            !renewable ? sessionText.byLogin : auth.error ? sessionText.waiting : sessionText.automatic
          }
        />
      )}
      <div className="session-actions">
        {renewable && <RenewButton />}
        <button type="button" className="button secondary" onClick={() => void auth.signoutRedirect()}>
          {layoutText.logout}
        </button>
      </div>
      <ClaimsTable claims={user.profile} expanded={allClaims} />
    </section>
  );
}

/** A component of its own, so that the timer re-renders only these lines. */
function TokenExpiry({ expiresAt, renewal }: { expiresAt: number; renewal: string }) {
  const timeLeft = useTimeLeft(expiresAt);
  const date = new Date(expiresAt * 1000);

  return (
    <dl className="token-expiry">
      <div>
        <dt>{sessionText.expires}</dt>
        <dd>
          <time dateTime={date.toISOString()}>{date.toLocaleTimeString()}</time>
        </dd>
      </div>
      <div>
        <dt>{sessionText.left}</dt>
        <dd>
          <span role="timer">{timeLeft}</span>
        </dd>
      </div>
      <div>
        <dt>{sessionText.renewal}</dt>
        <dd>{renewal}</dd>
      </div>
    </dl>
  );
}

/** The claims of a token. Claims after the first few are collapsed unless `expanded`. */
function ClaimsTable({ claims, expanded }: { claims: User['profile']; expanded: boolean }) {
  const rows = describeClaims(claims).map(({ name, description, value, date }) => ({
    key: name,
    name: <code>{name}</code>,
    description,
    value: date ? <time dateTime={date.toISOString()}>{date.toLocaleString()}</time> : value,
  }));
  const headers: [string, string] = [sessionText.claim, sessionText.value];
  const rest = rows.slice(ALWAYS_SHOWN);
  const restTitle = sessionText.moreClaims(rest.length);

  return (
    <div className="claims">
      <DataTable caption={sessionText.claims} headers={headers} rows={rows.slice(0, ALWAYS_SHOWN)} />
      {rest.length > 0 && (
        <details open={expanded}>
          <summary>{restTitle}</summary>
          <DataTable caption={restTitle} headers={headers} rows={rest} hidden="caption and headers" />
        </details>
      )}
    </div>
  );
}

/** Button that renews the tokens and shows whether it worked. */
function RenewButton() {
  const auth = useAuth();
  const [status, setStatus] = useState('');
  const busy = auth.activeNavigator === 'signinSilent';

  async function renew() {
    if (busy) return;
    setStatus(sessionText.renewing);
    const user = await auth.signinSilent(); // null after a failure
    setStatus(user ? sessionText.renewed(new Date().toLocaleTimeString()) : sessionText.renewalFailed);
  }

  return (
    <div className="renew">
      <button type="button" className="button secondary" aria-disabled={busy} onClick={() => void renew()}>
        {sessionText.renew}
      </button>
      <span role="status" className="hint">
        {status}
      </span>
    </div>
  );
}
