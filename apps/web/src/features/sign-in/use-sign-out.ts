import { useState } from 'react';
import type { SignIn } from './sign-in';

/** Signs out, and says so until the page is left: in between nobody should be offered to log in. */
export function useSignOut(signIn: SignIn): { signingOut: boolean; signOut: () => void } {
  const [signingOut, setSigningOut] = useState(false);

  async function leave() {
    setSigningOut(true);
    const { manager } = await signIn.load();
    await manager.signOut((url) => window.location.assign(url));
  }

  return { signingOut, signOut: () => void leave() };
}
