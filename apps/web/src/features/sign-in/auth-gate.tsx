import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { AuthProvider, useAuth } from 'react-oidc-context';
import type { User } from 'oidc-client-ts';
import { CALLBACK_PATH } from '@spa-on-aws/shared-types';
import { replacePath } from '../../shared/navigation/path';
import { signInText } from '../../shared/strings';
import { authState, type SessionEnd } from './auth-state';
import { readLoginState, type Restore } from './login-state';
import { renewInTime } from './renew-in-time';
import type { SessionManager } from './session-manager';
import { signInFailure } from './sign-in-failure';
import type { Visitor } from './visitor';

/** What {@link AuthGate} shows. */
export interface AuthGateProps {
  manager: SessionManager;
  /** Shown until it is known who is there. */
  waiting: ReactNode;
  /** Takes back what was kept through the login. */
  restore: Restore;
  /** Shown then. Stays in place when a session ends: what somebody typed is not lost. */
  children: (visitor: Visitor) => ReactNode;
}

/** The one place that turns the state of sign-in into what is shown. */
export function AuthGate({ manager, restore, ...gate }: AuthGateProps) {
  const returnAfterLogin = useCallback(
    (user: User | undefined) => {
      const { returnPath, kept } = readLoginState(user?.state, window.location.origin);
      replacePath(returnPath);
      restore(kept);
    },
    [restore],
  );

  return (
    <AuthProvider
      userManager={manager}
      onSigninCallback={returnAfterLogin}
      skipSigninCallback={window.location.pathname !== CALLBACK_PATH}
    >
      <Gate manager={manager} {...gate} />
    </AuthProvider>
  );
}

function Gate({ manager, waiting, children }: Omit<AuthGateProps, 'restore'>) {
  const auth = useAuth();
  const ended = useSessionEnd(auth.events);
  const renewalTroubled = useRenewal(manager);
  const renew = useCallback(async () => void (await manager.signinSilent()), [manager]);
  const state = authState(auth, ended);

  switch (state.kind) {
    case 'starting':
      return waiting;
    case 'failed':
      return children({ notice: signInFailure(state.error.innerError) });
    case 'signed-out':
      return children({ notice: state.ended && signInText[state.ended], ended: state.ended });
    case 'signed-in':
      return children({ user: state.user, session: { renew, renewalTroubled } });
  }
}

/** How the session ended that was there until now; nothing once there is another one. */
function useSessionEnd(events: ReturnType<typeof useAuth>['events']): SessionEnd | undefined {
  const [ended, setEnded] = useState<SessionEnd>();
  useEffect(() => {
    const ends = [
      events.addUserLoaded(() => setEnded(undefined)),
      events.addSilentRenewError(() => setEnded('expired')),
      events.addUserSignedOut(() => setEnded('elsewhere')),
    ];
    return () => ends.forEach((end) => end());
  }, [events]);
  return ended;
}

/** Renews in time, and tells whether that is not possible just now; renders again when the access token expires. */
function useRenewal(manager: SessionManager): boolean {
  const [troubled, setTroubled] = useState(false);
  const [, setExpirations] = useState(0);
  useEffect(() => renewInTime(manager, setTroubled), [manager]);
  useEffect(
    () => manager.events.addAccessTokenExpired(() => setExpirations((count) => count + 1)),
    [manager],
  );
  return troubled;
}
