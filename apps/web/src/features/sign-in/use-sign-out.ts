import { useState } from 'react';
import { signInText } from '../../shared/strings';
import type { SignIn } from './sign-in';

/** Signing out. */
export interface SignOut {
  /** The page is about to be left: in between nobody should be offered to log in. */
  leaving: boolean;
  /** What is left to know when it was not left. */
  notice: string | undefined;
  start: () => void;
}

/** Signs out here and in the other tabs, and at Cognito, by leaving for its logout page, if there is a network. */
export function useSignOut(signIn: SignIn): SignOut {
  const [leaving, setLeaving] = useState(false);
  const [notice, setNotice] = useState<string>();

  async function leave() {
    setLeaving(true);
    const { manager } = await signIn.load();
    await manager.signOut((url) => {
      if (navigator.onLine) return window.location.assign(url);
      setNotice(signInText.loggedOutOffline); // else the browser would show that it cannot load the logout page
      setLeaving(false);
    });
  }

  return { leaving, notice, start: () => void leave() };
}
