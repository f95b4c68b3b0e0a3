import { type ReactNode, useEffect, useState } from 'react';
import { AuthProvider, useAuth } from 'react-oidc-context';
import { CALLBACK_PATH } from '@spa-on-aws/shared-types';
import { authState, isRenewable } from './auth-state';
import { returnAfterLogin } from './return-after-login';
import type { SessionManager } from './session-manager';
import { signInFailure } from './sign-in-failure';
import type { Visitor } from './visitor';

/** What {@link AuthGate} shows. */
export interface AuthGateProps {
  manager: SessionManager;
  /** Shown until it is known who is there. */
  waiting: ReactNode;
  /** Shown then. Stays in place when a session ends: what somebody typed is not lost. */
  children: (visitor: Visitor) => ReactNode;
}

/** The one place that turns the state of sign-in into what is shown. */
export function AuthGate({ manager, ...gate }: AuthGateProps) {
  return (
    <AuthProvider
      userManager={manager}
      onSigninCallback={returnAfterLogin}
      skipSigninCallback={window.location.pathname !== CALLBACK_PATH}
    >
      <Gate {...gate} />
    </AuthProvider>
  );
}

function Gate({ waiting, children }: Omit<AuthGateProps, 'manager'>) {
  const auth = useAuth();
  useRenewal(auth);
  const state = authState(auth);

  switch (state.kind) {
    case 'starting':
      return waiting;
    case 'failed':
      return children({ notice: signInFailure(state.error.innerError) });
    case 'signed-out':
      return children({
        notice: state.sessionEnded ? 'Your session has ended. Log in again to go on.' : undefined,
      });
    case 'signed-in':
      return children({ user: state.user });
  }
}

/**
 * Renews tokens that have expired unnoticed, while the laptop slept or the tab was away, and renders again at the
 * moment they expire. Before that the library renews by itself, a minute ahead.
 */
function useRenewal(auth: ReturnType<typeof useAuth>): void {
  const { events, signinSilent } = auth;
  const [, setExpirations] = useState(0);
  useEffect(() => events.addAccessTokenExpired(() => setExpirations((count) => count + 1)), [events]);

  const due = auth.user?.expired === true && isRenewable(auth) && !auth.activeNavigator;
  useEffect(() => {
    if (due) void signinSilent();
  }, [due, signinSilent]);
}
