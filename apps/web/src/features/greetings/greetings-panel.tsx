import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import type { KeptGreeting } from '@spa-on-aws/shared-types';
import type { ApiAccess } from '../../shared/api/api-client';
import { explainFailure, type Failure } from '../../shared/api/explain-failure';
import { FailureNotice } from '../../shared/api/failure-notice';
import { Link } from '../../shared/navigation/link';
import { greetingsText } from '../../shared/strings';
import { GreetingRow } from './greeting-row';
import { readGreetings, removeGreeting } from './greetings-book';

/** What {@link GreetingsPanel} works with. */
export interface GreetingsPanelProps {
  api: ApiAccess;
  /** For when only a login helps. */
  login?: ReactNode;
}

/** The greetings of who is signed in, a page at a time. */
export function GreetingsPanel({ api, login }: GreetingsPanelProps) {
  const [items, setItems] = useState<KeptGreeting[]>();
  const [next, setNext] = useState<string>();
  const [busy, setBusy] = useState(true);
  const [failure, setFailure] = useState<{ failure: Failure; retry: () => void }>();
  const [removed, setRemoved] = useState('');
  const left = useLeft();
  const heading = useRef<HTMLHeadingElement>(null);

  /** Asks the API for something and applies the answer, or shows why there is none. */
  async function work<Answer>(
    ask: (signal: AbortSignal) => Promise<Answer>,
    apply: (answer: Answer) => void,
    retry: () => void,
  ) {
    const { signal } = left.current;
    setFailure(undefined);
    setBusy(true);
    try {
      const answer = await ask(signal);
      if (signal.aborted) return;
      apply(answer);
    } catch (error) {
      if (signal.aborted) return;
      setFailure({ failure: explainFailure(error, true), retry });
    }
    setBusy(false);
  }

  function more() {
    void work(
      (signal) => readGreetings(api, next, signal),
      (page) => {
        setItems((shown = []) => [...shown, ...page.items]);
        setNext(page.next);
      },
      more,
    );
  }

  function remove(greeting: KeptGreeting) {
    void work(
      (signal) => removeGreeting(api, greeting.id, signal),
      () => {
        setItems((shown = []) => shown.filter(({ id }) => id !== greeting.id));
        setRemoved(greetingsText.removed(greeting.content));
        heading.current?.focus(); // what had the focus is gone
      },
      () => remove(greeting),
    );
  }

  function retry(again: () => void) {
    heading.current?.focus(); // the button is gone while it is tried
    again();
  }

  useEffect(() => {
    more();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the first page, once
  }, []);

  return (
    <section className="panel greetings" aria-labelledby="greetings-heading" aria-busy={busy}>
      <h2 id="greetings-heading" ref={heading} tabIndex={-1}>
        {greetingsText.list}
      </h2>
      <p role="status" className="hint">
        {busy && !items ? greetingsText.loading : removed}
      </p>
      {!items && busy && <Bones />}
      {items?.length === 0 && next === undefined && (
        <div className="empty">
          <p>
            <strong>{greetingsText.emptyTitle}</strong>
          </p>
          <p>{greetingsText.empty}</p>
          <Link to="/">{greetingsText.toHome}</Link>
        </div>
      )}
      {items && items.length > 0 && (
        <ul className="rows">
          {items.map((greeting) => (
            <GreetingRow key={greeting.id} greeting={greeting} busy={busy} onRemove={remove} />
          ))}
        </ul>
      )}
      {failure && (
        <FailureNotice failure={failure.failure} onRetry={() => retry(failure.retry)} login={login} />
      )}
      {items && next !== undefined && (
        <button type="button" className="button quiet" aria-disabled={busy} onClick={() => busy || more()}>
          {busy ? greetingsText.loadingMore : greetingsText.more}
        </button>
      )}
      {items && items.length > 0 && next === undefined && (
        <p className="hint">{greetingsText.all(items.length)}</p>
      )}
    </section>
  );
}

function Bones() {
  return (
    <div className="skeleton rows" aria-hidden="true">
      {[1, 2, 3].map((row) => (
        <span key={row} className="bone row" />
      ))}
    </div>
  );
}

/** Aborts what is under way when the panel goes. */
function useLeft(): RefObject<AbortController> {
  const left = useRef(new AbortController());
  useEffect(() => {
    left.current = new AbortController();
    return () => left.current.abort();
  }, []);
  return left;
}
