import { useEffect, useState } from 'react';
import { signInText } from '../../shared/strings';
import type { Keep } from './login-state';
import { prefetchSignIn, type SignIn } from './sign-in';
import { signInFailure } from './sign-in-failure';

/** Going to Cognito's login page. */
export interface Login {
  /** The page is about to be left. */
  leaving: boolean;
  /** Why it was not left after all. */
  failure: string | undefined;
  start: () => void;
}

/** Leaves for Cognito's login page; afterwards one is back where one was, with what `keep` gave. */
export function useLogin(signIn: SignIn, keep: Keep): Login {
  const [leaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  useEffect(prefetchSignIn, []);

  async function leave() {
    setLeaving(true);
    setFailure(undefined);
    if (!navigator.onLine) return fail(signInText.unreachable); // else the browser would leave for a page it cannot load
    const { pathname, search, hash } = window.location;
    try {
      const { manager } = await signIn.load();
      await manager.signinRedirect({ state: { returnPath: pathname + search + hash, kept: keep() } });
    } catch (error) {
      fail(signInFailure(error));
    }
  }

  function fail(why: string) {
    setFailure(why);
    setLeaving(false);
  }

  return { leaving, failure, start: () => void (leaving || leave()) };
}
