import './app/styles/tokens.css';
import './app/styles/base.css';
import './app/styles/layout.css';
import './app/styles/panels.css';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AuthProvider } from 'react-oidc-context';
import { navigate } from 'wouter/use-browser-location';
import { CognitoUserManager } from '@spa-on-aws/sign-in';
import { CALLBACK_PATH, SIGNED_OUT_PATH } from '@spa-on-aws/shared-types';
import { App } from './app/app';
import { ErrorBoundary } from './app/error-boundary';
import { StartErrorPage } from './app/error-pages';
import { LoadingPage } from './app/layout';
import { reloadOnMissingChunk } from './app/reload-on-missing-chunk';
import { returnPath } from './features/sign-in/return-path';
import { ApiContext } from './shared/api/api-context';
import { fetchConfigFile } from './shared/config-file';

const root = createRoot(document.getElementById('root') as HTMLElement);

function render(page: ReactNode): void {
  root.render(
    <StrictMode>
      <ErrorBoundary showError={import.meta.env.DEV}>{page}</ErrorBoundary>
    </StrictMode>,
  );
}

// The Back button can restore this page from the browser's cache with the state before a login or logout.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) window.location.reload();
});
reloadOnMissingChunk(() => {
  render(<LoadingPage />);
  window.location.reload();
});

/** Renders the app with the configuration of the stage. */
async function start(): Promise<void> {
  const { origin, pathname } = window.location;
  const [file, { parseRuntimeConfig }] = await Promise.all([
    fetchConfigFile(),
    import('./shared/runtime-config'), // loads zod while the file is fetched
  ]);
  const config = parseRuntimeConfig(file);
  // Created outside React: StrictMode would create two.
  const userManager = new CognitoUserManager({
    authority: config.issuer,
    client_id: config.clientId,
    scope: config.scopes.join(' '),
    cognitoDomain: config.cognitoDomain,
    redirect_uri: origin + CALLBACK_PATH,
    post_logout_redirect_uri: origin + SIGNED_OUT_PATH,
    filterProtocolClaims: false, // the session panel shows all claims
  });
  render(
    <AuthProvider
      userManager={userManager}
      skipSigninCallback={pathname !== CALLBACK_PATH}
      onSigninCallback={(user) => navigate(returnPath(user?.state, origin), { replace: true })}
    >
      <ApiContext value={userManager}>
        <App />
      </ApiContext>
    </AuthProvider>,
  );
}

render(<LoadingPage />);
start().catch((error: unknown) => render(<StartErrorPage error={error} />));
