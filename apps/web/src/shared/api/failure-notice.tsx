import { type ReactNode, useEffect, useState } from 'react';
import { failureText } from '../strings';
import type { Failure } from './explain-failure';

/** What {@link FailureNotice} shows. */
export interface FailureNoticeProps {
  failure: Failure;
  /** Asks once more. */
  onRetry: () => void;
  /** Leads to the login page. */
  login?: ReactNode;
}

/** Why a request did not work, and the one thing that helps as a button. Mount anew for each failure. */
export function FailureNotice({ failure, onRetry, login }: FailureNoticeProps) {
  const { why, remedy, requestId, retryAfterSeconds = 0 } = failure;
  const wait = useCountdown(retryAfterSeconds);

  return (
    <div className="notice">
      <div role="alert">
        <p>{why}</p>
        {requestId !== undefined && (
          <p className="quote">
            {failureText.quote} <code>{requestId}</code>.
          </p>
        )}
      </div>
      {remedy === 'retry' && (
        <button
          type="button"
          className="button quiet"
          aria-disabled={wait > 0}
          onClick={() => wait > 0 || onRetry()}
        >
          {wait > 0 ? failureText.againIn(wait) : failureText.again}
        </button>
      )}
      {remedy === 'login' && login}
      {remedy === 'reload' && (
        <button type="button" className="button quiet" onClick={() => window.location.reload()}>
          {failureText.reload}
        </button>
      )}
    </div>
  );
}

/** Whole seconds left of so many, by the clock: a tab that slept has not stopped waiting. */
function useCountdown(seconds: number): number {
  const [end] = useState(() => Date.now() + seconds * 1000);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    if (seconds === 0) return undefined;
    const timer = setInterval(() => {
      const now = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setLeft(now);
      if (now === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [end, seconds]);
  return left;
}
