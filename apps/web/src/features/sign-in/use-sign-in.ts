import { useEffect, useState } from 'react';
import { signInText } from '../../shared/strings';
import { explainLoginError } from './login-error';
import type { SaveState } from './login-state';
import { type LoadedSignIn, prefetchSignIn, type SignIn } from './sign-in';
import { onLoginElsewhere } from './tab-channel';

/** Returns sign-in if it is loaded, and loads it when the user logs in in another tab. */
export function useLoadedSignIn(
  signIn: SignIn,
  initialSignIn: LoadedSignIn | undefined,
): LoadedSignIn | undefined {
  const [loaded, setLoaded] = useState(initialSignIn);
  useEffect(() => {
    if (loaded) return undefined;
    return onLoginElsewhere(() => void signIn.load().then(setLoaded, reportError));
  }, [loaded, signIn]);
  return loaded;
}

/** Login of the user. */
export interface Login {
  /** True while the browser goes to the login page. */
  leaving: boolean;
  /** Why the login could not start. */
  failure: string | undefined;
  start: () => void;
}

/** Starts logins: goes to Cognito's login page, which returns to the current path with the saved page state. */
export function useLogin(signIn: SignIn, saveState: SaveState): Login {
  const [leaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  useEffect(prefetchSignIn, []);

  async function login() {
    setLeaving(true);
    setFailure(undefined);
    if (!navigator.onLine) return fail(signInText.unreachable); // the browser could not load the login page
    const { pathname, search, hash } = window.location;
    try {
      const { manager } = await signIn.load();
      await manager.signinRedirect({ state: { returnPath: pathname + search + hash, saved: saveState() } });
    } catch (error) {
      fail(explainLoginError(error));
    }
  }

  function fail(message: string) {
    setFailure(message);
    setLeaving(false);
  }

  return { leaving, failure, start: () => void (leaving || login()) };
}

/** Logout of the user. */
export interface Logout {
  /** True while the browser goes to Cognito's logout page. */
  leaving: boolean;
  /** Message to the user after an offline logout. */
  notice: string | undefined;
  start: () => void;
}

/** Starts logouts: signs out in all tabs, then goes to Cognito's logout page. Offline, the page stays. */
export function useLogout(signIn: SignIn): Logout {
  const [leaving, setLeaving] = useState(false);
  const [notice, setNotice] = useState<string>();

  async function logout() {
    setLeaving(true);
    const { manager } = await signIn.load();
    await manager.signOut((url) => {
      if (navigator.onLine) return window.location.assign(url);
      setNotice(signInText.loggedOutOffline); // the browser could not load the logout page
      setLeaving(false);
    });
  }

  return { leaving, notice, start: () => void logout() };
}
