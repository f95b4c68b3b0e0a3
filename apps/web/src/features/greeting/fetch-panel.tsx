import { useEffect, useRef, useState } from 'react';
import { hops } from '../../shared/api/explain-failure';
import { FailureNotice } from '../../shared/api/failure-notice';
import { NameForm } from '../../shared/name-form';
import { type FetchResult, useGreetingState } from './greeting-state';
import { greetingText } from './text';
import { useFetchGreeting } from './use-fetch-greeting';

/** A request that takes longer shows a hint and a "Cancel" button. */
const SLOW_MS = 1500;

/** Panel with the greeting form. It shows the fetched greeting, or why the request failed. */
export function FetchPanel() {
  const { state, setState } = useGreetingState();
  const { name, request, result } = state;
  const { fetchGreeting, cancel } = useFetchGreeting();
  const busy = request !== undefined;
  const slow = useSlow(busy);
  const fetchButton = useRef<HTMLButtonElement>(null);

  /** Runs the action of a button that disappears, and first moves the keyboard focus to a button that stays. */
  function runAndKeepFocus(action: () => void) {
    fetchButton.current?.focus();
    action();
  }

  return (
    <section className="panel fetch-panel" aria-labelledby="greeting-heading" aria-busy={busy}>
      <h2 id="greeting-heading">{greetingText.title}</h2>
      <NameForm
        name={name}
        onNameChange={(typed) => setState((last) => ({ ...last, name: typed }))}
        onSubmit={() => void fetchGreeting()}
        busy={busy}
        action={greetingText.fetch}
        buttonRef={fetchButton}
      />
      <RequestPath busy={busy} result={result} />
      <div className="result">
        <div role="status">
          {busy ? (
            <p className="hint">{slow ? greetingText.slow : greetingText.fetching}</p>
          ) : (
            <ResultStatus result={result} />
          )}
        </div>
        {busy && slow && (
          <button type="button" className="button secondary" onClick={() => runAndKeepFocus(cancel)}>
            {greetingText.cancel}
          </button>
        )}
        {result?.kind === 'failure' && (
          <FailureNotice
            failure={result.failure}
            onRetry={() => runAndKeepFocus(() => void fetchGreeting())}
          />
        )}
        {!busy && !result && <p className="hint">{greetingText.nothingYet}</p>}
      </div>
    </section>
  );
}

function ResultStatus({ result }: { result: FetchResult | undefined }) {
  if (result?.kind === 'cancelled') return <p className="hint">{greetingText.cancelled}</p>;
  if (result?.kind !== 'greeting') return null;
  return (
    <>
      <p className="greeting">{result.greeting.content}</p>
      <p className="hint">{greetingText.number(result.greeting.id)}</p>
    </>
  );
}

const hopText = { passed: greetingText.passed, stopped: greetingText.stopped, idle: '' };

/** Shows how far the last request got on its path to the API. */
function RequestPath({ busy, result }: { busy: boolean; result: FetchResult | undefined }) {
  const stop = result?.kind === 'failure' ? hops.findIndex((hop) => hop === result.failure.stoppedAt) : -1;
  const passed = result?.kind === 'greeting' ? hops.length : stop;

  return (
    <ol className="request-path" aria-label={greetingText.path} data-busy={busy}>
      {hops.map((hop, index) => {
        const state = index < passed ? 'passed' : index === stop ? 'stopped' : 'idle';
        return (
          <li key={hop} data-state={state}>
            {hop}
            <span className="visually-hidden">{hopText[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}

function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [busy]);
  return busy && slow;
}
