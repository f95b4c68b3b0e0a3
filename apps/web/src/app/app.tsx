import { lazy, Suspense } from 'react';
import { loadSignInParts, type SignIn } from '../features/sign-in/sign-in';
import { useLogin } from '../features/sign-in/use-login';
import { useSignOut } from '../features/sign-in/use-sign-out';
import type { Visitor } from '../features/sign-in/visitor';
import type { ApiAccess } from '../shared/api/api-client';
import { CurrentPage } from './current-page';
import { Waiting } from './waiting';

const AuthGate = lazy(async () => ({ default: (await loadSignInParts()).AuthGate }));

/** The whole app, for the stage that `signIn` and `api` belong to. */
export function App({ signIn, api }: { signIn: SignIn; api: ApiAccess }) {
  const login = useLogin(signIn);
  const { signingOut, signOut } = useSignOut(signIn);
  const page = (visitor: Visitor) => <CurrentPage {...{ visitor, api, login, signOut }} />;

  if (signingOut) return <Waiting text="Signing out …" />;
  if (!signIn.expected) return page({});
  const waiting = <Waiting text="Checking who is signed in …" />;
  return (
    <Suspense fallback={waiting}>
      <AuthGate manager={signIn.manager()} waiting={waiting}>
        {page}
      </AuthGate>
    </Suspense>
  );
}
