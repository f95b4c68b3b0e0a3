import { useState } from 'react';
import { useAuth } from 'react-oidc-context';
import { LoginButton } from '../login-button';
import { failureText } from '../strings';
import { useNow } from '../use-now';
import type { Failure } from './explain-failure';

/** Shows why an API call failed, with a button for the action that helps. Mount a new one for each failure. */
export function FailureNotice({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const auth = useAuth();
  const { message, action, requestId, loggedAs, retryAfterSeconds = 0 } = failure;
  const localConsole =
    import.meta.env.DEV && document.querySelector<HTMLMetaElement>('meta[name=local-console]');
  const [retryAt] = useState(() => Date.now() + retryAfterSeconds * 1000);
  const wait = Math.max(0, Math.ceil((retryAt - useNow(250)) / 1000));

  return (
    <div className="notice">
      <div role="alert">
        <p>{message}</p>
        {requestId !== undefined && (
          <p className="request-id">
            {failureText.support} <code>{requestId}</code>.
          </p>
        )}
        {localConsole && loggedAs !== undefined && (
          <p>
            <a
              href={`${localConsole.content}/?header=${encodeURIComponent(loggedAs)}`}
              target="_blank"
              rel="noreferrer"
            >
              {failureText.console}
            </a>
          </p>
        )}
      </div>
      {action === 'retry' && (
        <button
          type="button"
          className="button secondary"
          aria-disabled={wait > 0}
          onClick={() => wait > 0 || onRetry()}
        >
          {wait > 0 ? failureText.retryIn(wait) : failureText.retry}
        </button>
      )}
      {/* Signed-out users have the login button in the header. */}
      {action === 'login' && auth.user && <LoginButton />}
      {action === 'reload' && (
        <button type="button" className="button secondary" onClick={() => window.location.reload()}>
          {failureText.reload}
        </button>
      )}
    </div>
  );
}
