import { useState } from 'react';
import type { User } from 'oidc-client-ts';
import { useAuth } from 'react-oidc-context';
import { layoutText, sessionText } from '../../shared/strings';
import { useNow } from '../../shared/use-now';
import { describeClaims } from './claims';
import { displayName } from './profile';
import { formatTimeLeft } from './time-left';

/** Number of claims without `allClaims`. The first claims are about the user, the others about the token. */
const SHOWN_CLAIMS = 6;

interface SessionPanelProps {
  user: User;
  /** Shows all claims of the ID token. @default false */
  allClaims?: boolean;
}

/** Panel with the signed-in user, the expiry of the access token and the claims of the ID token. */
export function SessionPanel({ user, allClaims = false }: SessionPanelProps) {
  const auth = useAuth();
  const name = displayName(user);
  const { email } = user.profile;
  const claims = describeClaims(user.profile);
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
      <ClaimsTable claims={allClaims ? claims : claims.slice(0, SHOWN_CLAIMS)} />
    </section>
  );
}

/** A component of its own, so that the timer re-renders only these lines. */
function TokenExpiry({ expiresAt, renewal }: { expiresAt: number; renewal: string }) {
  const now = useNow(1000);
  const date = new Date(expiresAt * 1000);

  return (
    <dl className="token-expiry">
      <dt>{sessionText.expires}</dt>
      <dd>
        <time dateTime={date.toISOString()}>{date.toLocaleTimeString()}</time>
      </dd>
      <dt>{sessionText.left}</dt>
      <dd>
        <span role="timer">{formatTimeLeft(expiresAt, now)}</span>
      </dd>
      <dt>{sessionText.renewal}</dt>
      <dd>{renewal}</dd>
    </dl>
  );
}

/** Table of claims with their descriptions. */
function ClaimsTable({ claims }: { claims: ReturnType<typeof describeClaims> }) {
  return (
    <table className="data-table">
      <caption>{sessionText.claims}</caption>
      <thead>
        <tr>
          <th scope="col">{sessionText.claim}</th>
          <th scope="col">{sessionText.value}</th>
        </tr>
      </thead>
      <tbody>
        {claims.map(({ name, description, value, date }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code> <span className="description">{description}</span>
            </th>
            <td>{date ? <time dateTime={date.toISOString()}>{date.toLocaleString()}</time> : value}</td>
          </tr>
        ))}
      </tbody>
    </table>
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
