import { useEffect, useState } from 'react';
import { useAuth } from 'react-oidc-context';
import { signInText } from '../../shared/strings';
import { explainLoginError } from './explain-login-error';

/** Explains a failed login or logout, an expired session, and a logout in another tab. */
export function AuthNotice() {
  const { user, error, events } = useAuth();
  const [loggedOutElsewhere, setLoggedOutElsewhere] = useState(false);
  useEffect(() => events.addUserSignedOut(() => setLoggedOutElsewhere(true)), [events]);
  useEffect(() => events.addUserLoaded(() => setLoggedOutElsewhere(false)), [events]);

  if (user) return null; // the session panel shows failed renewals
  if (loggedOutElsewhere) return <Notice text={signInText.loggedOutElsewhere} info />;
  switch (error?.source) {
    case undefined:
      return null;
    case 'renewSilent':
    case 'signinSilent':
      return <Notice text={signInText.expired} />;
    case 'signoutRedirect':
      return <Notice text={signInText.loggedOutOffline} info />;
    default:
      return <Notice text={explainLoginError(error?.innerError)} />;
  }
}

function Notice({ text, info = false }: { text: string; info?: boolean }) {
  return (
    <p role="alert" className={info ? 'notice info' : 'notice'}>
      {text}
    </p>
  );
}
