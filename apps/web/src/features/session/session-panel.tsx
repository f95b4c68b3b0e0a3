import { useState } from 'react';
import { useAuth } from 'react-oidc-context';
import { sessionText } from '../../shared/strings';
import { useNow } from '../../shared/use-now';
import { describeClaims } from './claims';
import { displayName } from './profile';
import { formatTimeLeft } from './time-left';

/**
 * Panel with the signed-in user, the expiry of the access token and the claims of the ID token.
 *
 * @param maxClaims number of claims, all by default. The first claims are about the user, the others about the token
 */
export default function SessionPanel({ maxClaims }: { maxClaims?: number }) {
  const { user, error } = useAuth();
  if (!user) return null;
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
          renewal={!renewable ? sessionText.byLogin : error ? sessionText.waiting : sessionText.automatic}
        />
      )}
      {renewable && <RenewButton />}
      <ClaimsTable claims={claims.slice(0, maxClaims)} />
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
