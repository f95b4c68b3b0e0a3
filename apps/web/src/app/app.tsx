import { useCallback } from 'react';
import type { GreetingDesk } from '../features/greeting/greeting-desk';
import type { LoadedSignIn, SignIn } from '../features/sign-in/sign-in';
import { useLoadedSignIn } from '../features/sign-in/use-loaded-sign-in';
import { useLogin } from '../features/sign-in/use-login';
import { useSignOut } from '../features/sign-in/use-sign-out';
import type { Visitor } from '../features/sign-in/visitor';
import type { ApiAccess } from '../shared/api/api-client';
import { frameText } from '../shared/strings';
import { CurrentPage } from './current-page';
import { useOwner } from './use-owner';
import { Waiting } from './waiting';

/** What the app works with. */
export interface AppProps {
  signIn: SignIn;
  /** Sign-in, when it takes that to know who is there; without it the visitor is a guest. */
  fromStart: LoadedSignIn | undefined;
  api: ApiAccess;
  desk: GreetingDesk;
}

/** The whole app, for the stage that its props belong to. */
export function App({ signIn, fromStart, api, desk }: AppProps) {
  const loaded = useLoadedSignIn(signIn, fromStart);
  const keep = useCallback(() => ({ name: desk.state().name }), [desk]);
  const restore = useCallback((kept: unknown) => restoreName(desk, kept), [desk]);
  const login = useLogin(signIn, keep);
  const signOut = useSignOut(signIn);
  const page = (visitor: Visitor) => <OwnPage {...{ visitor, api, desk, login, signOut }} />;

  if (signOut.leaving) return <Waiting text={frameText.signingOut} />;
  if (!loaded) return page({});
  const { AuthGate, manager } = loaded;
  const waiting = fromStart ? <Waiting text={frameText.checking} /> : page({});
  return (
    <AuthGate manager={manager} waiting={waiting} restore={restore}>
      {page}
    </AuthGate>
  );
}

/** The page, with nothing on it that somebody else has fetched before. */
function OwnPage(props: Parameters<typeof CurrentPage>[0]) {
  useOwner(props.desk, props.visitor);
  return <CurrentPage {...props} />;
}

function restoreName(desk: GreetingDesk, kept: unknown): void {
  const { name } = (kept ?? {}) as { name?: unknown };
  if (typeof name === 'string') desk.type(name);
}
