import { useEffect, useState } from 'react';
import { onLoginElsewhere } from './other-tabs';
import type { LoadedSignIn, SignIn } from './sign-in';

/** Sign-in, if it is loaded: from the start, or because somebody logs in in another tab. */
export function useLoadedSignIn(
  signIn: SignIn,
  fromStart: LoadedSignIn | undefined,
): LoadedSignIn | undefined {
  const [loaded, setLoaded] = useState(fromStart);
  useEffect(() => {
    if (loaded) return undefined;
    return onLoginElsewhere(() => void signIn.load().then(setLoaded, reportError));
  }, [loaded, signIn]);
  return loaded;
}
