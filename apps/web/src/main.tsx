import './app/styles/tokens.css';
import './app/styles/base.css';
import './app/styles/layout.css';
import './app/styles/panels.css';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from './app/error-pages';
import { LoadingPage } from './app/layout';
import { loadApp } from './app/load-app';
import { hasStoredSession, prefetchSignIn } from './features/sign-in/sign-in';
import { layoutText } from './shared/strings';

const element = document.getElementById('root');
if (!element) throw new Error('index.html has no element with the ID "root". Add it.');
const root = createRoot(element);

function show(page: ReactNode): void {
  root.render(
    <StrictMode>
      <ErrorBoundary>{page}</ErrorBoundary>
    </StrictMode>,
  );
}

// The Back button can restore this page from the browser's cache with the state before a login or logout.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) window.location.reload();
});

show(<LoadingPage text={layoutText.loading} />);
if (hasStoredSession()) prefetchSignIn();
void loadApp(window.fetch.bind(window), window.location.origin).then(show);
