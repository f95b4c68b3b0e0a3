import { type ReactNode, type SyntheticEvent, useRef } from 'react';
import { FailureNotice } from '../../shared/api/failure-notice';
import { greetingText } from '../../shared/strings';
import type { GreetingDesk, Outcome } from './greeting-desk';
import { GreetingHistory } from './greeting-history';
import { RequestPath } from './request-path-view';
import { useDesk } from './use-desk';
import { useSlow } from './use-slow';

/** What {@link FetchPanel} works with. */
export interface FetchPanelProps {
  desk: GreetingDesk;
  signedIn: boolean;
  /** For when only a login helps. */
  login?: ReactNode;
}

/** Fetches a greeting on request, signed in or not, and shows it, or why there is none. */
export function FetchPanel({ desk, signedIn, login }: FetchPanelProps) {
  const { name, busy, outcome, history } = useDesk(desk);
  const slow = useSlow(busy);
  const button = useRef<HTMLButtonElement>(null);
  const fetchGreeting = () => void desk.fetch(signedIn);

  /** Does what a button stands for that is gone then, and leaves the keyboard where it can go on. */
  function press(action: () => void) {
    button.current?.focus();
    action();
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    fetchGreeting();
  }

  return (
    <section className="panel fetch-panel" aria-labelledby="greeting-heading" aria-busy={busy}>
      <h2 id="greeting-heading">{greetingText.title}</h2>
      <form className="fetch" onSubmit={submit}>
        <label htmlFor="greeting-name">{greetingText.name}</label>
        <input
          id="greeting-name"
          value={name}
          onChange={(event) => desk.type(event.target.value)}
          placeholder={greetingText.placeholder}
          autoComplete="off"
          aria-describedby="greeting-name-hint"
          aria-invalid={outcome?.kind === 'bad-name'}
        />
        <button type="submit" className="button" ref={button} aria-disabled={busy}>
          {greetingText.fetch}
        </button>
        <p id="greeting-name-hint" className="hint">
          {outcome?.kind === 'bad-name' ? outcome.why : greetingText.hint}
        </p>
      </form>
      <RequestPath busy={busy} outcome={outcome} />
      <div className="outcome">
        <div role="status">
          {busy ? (
            <p className="hint">{slow ? greetingText.slow : greetingText.asking}</p>
          ) : (
            <OutcomeStatus outcome={outcome} />
          )}
        </div>
        {busy && slow && (
          <button type="button" className="button quiet" onClick={() => press(desk.cancel)}>
            {greetingText.cancel}
          </button>
        )}
        {outcome?.kind === 'failure' && (
          <FailureNotice failure={outcome.failure} onRetry={() => press(fetchGreeting)} login={login} />
        )}
        {!busy && !outcome && <p className="hint">{greetingText.nothingYet}</p>}
      </div>
      {history.length > 0 && <GreetingHistory history={history} />}
    </section>
  );
}

function OutcomeStatus({ outcome }: { outcome: Outcome | undefined }) {
  if (outcome?.kind === 'cancelled') return <p className="hint">{greetingText.cancelled}</p>;
  if (outcome?.kind !== 'greeting') return null;
  return (
    <>
      <p className="greeting">{outcome.greeting.content}</p>
      <p className="hint">{greetingText.number(outcome.greeting.id)}</p>
    </>
  );
}
