import type { LoadedSignIn, SignIn } from '../features/sign-in/sign-in';
import { useLogin } from '../features/sign-in/use-login';
import { useSignOut } from '../features/sign-in/use-sign-out';
import type { Visitor } from '../features/sign-in/visitor';
import type { ApiAccess } from '../shared/api/api-client';
import { CurrentPage } from './current-page';
import { Waiting } from './waiting';

/** What the app works with. */
export interface AppProps {
  signIn: SignIn;
  /** Sign-in, when it takes that to know who is there; without it the visitor is a guest. */
  loaded: LoadedSignIn | undefined;
  api: ApiAccess;
}

/** The whole app, for the stage that its props belong to. */
export function App({ signIn, loaded, api }: AppProps) {
  const login = useLogin(signIn);
  const { signingOut, signOut } = useSignOut(signIn);
  const page = (visitor: Visitor) => <CurrentPage {...{ visitor, api, login, signOut }} />;

  if (signingOut) return <Waiting text="Signing out …" />;
  if (!loaded) return page({});
  const { AuthGate, manager } = loaded;
  return (
    <AuthGate manager={manager} waiting={<Waiting text="Checking who is signed in …" />}>
      {page}
    </AuthGate>
  );
}
