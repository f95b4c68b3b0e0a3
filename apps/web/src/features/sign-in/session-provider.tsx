import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { AuthProvider, useAuth } from 'react-oidc-context';
import type { User } from 'oidc-client-ts';
import { CALLBACK_PATH } from '@spa-on-aws/shared-types';
import { replacePath } from '../../shared/navigation';
import { signInText } from '../../shared/strings';
import { authState, type Session, type SessionEnd } from './auth-state';
import { readLoginState, type RestoreState } from './login-state';
import { startRenewalTimer } from './renewal-timer';
import type { SessionManager } from './session-manager';
import { explainLoginError } from './login-error';

/** Props of {@link SessionProvider}. */
export interface SessionProviderProps {
  manager: SessionManager;
  /** Shown until the state of sign-in is known. */
  loading: ReactNode;
  /** Restores the page state that was saved before the login. */
  restoreState: RestoreState;
  /** Renders the page. It stays mounted when the session ends, so that the user's input is not lost. */
  children: (session: Session) => ReactNode;
}

/** Completes logins, renews tokens in time, and renders the page with the current session. */
export function SessionProvider({ manager, restoreState, ...props }: SessionProviderProps) {
  const returnAfterLogin = useCallback(
    (user: User | undefined) => {
      const { returnPath, saved } = readLoginState(user?.state, window.location.origin);
      replacePath(returnPath);
      restoreState(saved);
    },
    [restoreState],
  );

  return (
    <AuthProvider
      userManager={manager}
      onSigninCallback={returnAfterLogin}
      skipSigninCallback={window.location.pathname !== CALLBACK_PATH}
    >
      <CurrentSession manager={manager} {...props} />
    </AuthProvider>
  );
}

function CurrentSession({ manager, loading, children }: Omit<SessionProviderProps, 'restoreState'>) {
  const auth = useAuth();
  const ended = useSessionEnd(auth.events);
  const failing = useRenewalTimer(manager);
  const renew = useCallback(async () => void (await manager.signinSilent()), [manager]);
  const state = authState(auth, ended);

  switch (state.kind) {
    case 'loading':
      return loading;
    case 'login-failed':
      return children({ notice: explainLoginError(state.error.innerError) });
    case 'signed-out':
      return children({ notice: state.ended && signInText[state.ended], ended: state.ended });
    case 'signed-in':
      return children({ user: state.user, renewal: { renew, failing } });
  }
}

/** Returns why the last session ended; `undefined` after a new login. */
function useSessionEnd(events: ReturnType<typeof useAuth>['events']): SessionEnd | undefined {
  const [ended, setEnded] = useState<SessionEnd>();
  useEffect(() => {
    const unsubscribe = [
      events.addUserLoaded(() => setEnded(undefined)),
      events.addSilentRenewError(() => setEnded('expired')),
      events.addUserSignedOut(() => setEnded('loggedOutElsewhere')),
    ];
    return () => unsubscribe.forEach((remove) => remove());
  }, [events]);
  return ended;
}

/** Renews the tokens in time. Returns true while renewal fails; re-renders when the access token expires. */
function useRenewalTimer(manager: SessionManager): boolean {
  const [failing, setFailing] = useState(false);
  const [, setExpirations] = useState(0);
  useEffect(() => startRenewalTimer(manager, setFailing), [manager]);
  useEffect(
    () => manager.events.addAccessTokenExpired(() => setExpirations((count) => count + 1)),
    [manager],
  );
  return failing;
}
