import './app/styles/tokens.css';
import './app/styles/base.css';
import './app/styles/frame.css';
import './app/styles/panels.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { firstPage, Start } from './app/start';
import { prefetchSignInParts, signInExpected } from './features/sign-in/sign-in';

const element = document.getElementById('root');
if (!element) throw new Error('index.html has no element with id "root": the app has nowhere to go.');

// Back may bring up this page as it was left, before a login or a logout: then it is not true any more.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) window.location.reload();
});

if (signInExpected()) prefetchSignInParts();
createRoot(element).render(
  <StrictMode>
    <Start page={firstPage(window.fetch.bind(window), window.location.origin)} />
  </StrictMode>,
);
