import './app/styles/tokens.css';
import './app/styles/base.css';
import './app/styles/frame.css';
import './app/styles/panels.css';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from './app/error-boundary';
import { firstPage } from './app/first-page';
import { Waiting } from './app/waiting';
import { prefetchSignIn, sessionStored } from './features/sign-in/sign-in';
import { frameText } from './shared/strings';

const element = document.getElementById('root');
if (!element) throw new Error('index.html has no element with id "root": the app has nowhere to go.');
const root = createRoot(element);

function show(page: ReactNode): void {
  root.render(
    <StrictMode>
      <ErrorBoundary>{page}</ErrorBoundary>
    </StrictMode>,
  );
}

// Back may bring up this page as it was left, before a login or a logout: then it is not true any more.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) window.location.reload();
});

show(<Waiting text={frameText.loading} />);
if (sessionStored()) prefetchSignIn();
void firstPage(window.fetch.bind(window), window.location.origin).then(show);
