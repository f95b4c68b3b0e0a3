import { CognitoUserManager, type CognitoUserManagerSettings } from '../../src/index';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AuthProvider, useAuth } from 'react-oidc-context';

declare global {
  interface Window {
    /** Set by the tests, because the local cloud has other URLs at each start. */
    settings: CognitoUserManagerSettings;
  }
}

const userManager = new CognitoUserManager(window.settings);

function App(): ReactNode {
  const auth = useAuth();
  if (auth.isLoading) return <p>Loading</p>;
  return (
    <>
      {auth.error && <p role="alert">{auth.error.message}</p>}
      {auth.isAuthenticated ? (
        <>
          <p>Signed in as {auth.user?.profile.email}</p>
          <button onClick={() => void auth.signinSilent()}>Renew</button>
          <button onClick={() => void auth.signoutRedirect()}>Log out</button>
        </>
      ) : (
        <>
          <p>Signed out</p>
          <button onClick={() => void auth.signinRedirect()}>Log in</button>
        </>
      )}
    </>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <AuthProvider userManager={userManager} onSigninCallback={() => window.history.replaceState({}, '', '/')}>
      <App />
    </AuthProvider>
  </StrictMode>,
);
