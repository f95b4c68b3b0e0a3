import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { deleteGreeting, listGreetings, type SavedGreeting } from '@spa-on-aws/shared-types';
import { type ApiAccess, callOperation } from '../../shared/api/api-client';
import { explainFailure, type Failure } from '../../shared/api/explain-failure';
import { FailureNotice } from '../../shared/api/failure-notice';
import { ApiStatusError } from '../../shared/errors';
import { Link } from '../../shared/navigation';
import { savedGreetingsText } from '../../shared/strings';
import { GreetingRow } from './greeting-row';

/** Props of {@link SavedGreetingsPanel}. */
export interface SavedGreetingsPanelProps {
  api: ApiAccess;
  /** The "Log in" button, shown when only a login helps. */
  loginButton?: ReactNode;
}

/** Lists the signed-in user's saved greetings, page by page. */
export function SavedGreetingsPanel({ api, loginButton }: SavedGreetingsPanelProps) {
  const [items, setItems] = useState<SavedGreeting[]>();
  const [next, setNext] = useState<string>();
  const [busy, setBusy] = useState(true);
  const [failure, setFailure] = useState<{ failure: Failure; retry: () => void }>();
  const [status, setStatus] = useState('');
  const unmount = useAbortOnUnmount();
  const heading = useRef<HTMLHeadingElement>(null);

  /** Calls the API and applies the response, or shows the failure with a retry button. */
  async function run<Result>(
    call: (signal: AbortSignal) => Promise<Result>,
    apply: (result: Result) => void,
    retry: () => void,
  ) {
    const { signal } = unmount.current;
    setFailure(undefined);
    setBusy(true);
    try {
      const result = await call(signal);
      if (signal.aborted) return;
      apply(result);
    } catch (error) {
      if (signal.aborted) return;
      setFailure({ failure: explainFailure(error, true), retry });
    }
    setBusy(false);
  }

  function loadMore() {
    void run(
      (signal) => callOperation(api, listGreetings, next === undefined ? {} : { query: { next } }, signal),
      (page) => {
        setItems((shown = []) => [...shown, ...page.items]);
        setNext(page.next);
      },
      loadMore,
    );
  }

  function remove(greeting: SavedGreeting) {
    void run(
      (signal) => removeGreeting(api, greeting.id, signal),
      () => {
        setItems((shown = []) => shown.filter(({ id }) => id !== greeting.id));
        setStatus(savedGreetingsText.removed(greeting.content));
        heading.current?.focus(); // the focused button no longer exists
      },
      () => remove(greeting),
    );
  }

  function runRetry(retry: () => void) {
    heading.current?.focus(); // the retry button disappears
    retry();
  }

  useEffect(() => {
    loadMore();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- loads the first page once
  }, []);

  return (
    <section className="panel saved-greetings" aria-labelledby="greetings-heading" aria-busy={busy}>
      <h2 id="greetings-heading" ref={heading} tabIndex={-1}>
        {savedGreetingsText.list}
      </h2>
      <p role="status" className="hint">
        {busy && !items ? savedGreetingsText.loading : status}
      </p>
      {!items && busy && (
        <div className="skeleton rows" aria-hidden="true">
          {[1, 2, 3].map((row) => (
            <span key={row} className="skeleton-line row" />
          ))}
        </div>
      )}
      {items?.length === 0 && next === undefined && (
        <div className="empty">
          <p>
            <strong>{savedGreetingsText.emptyTitle}</strong>
          </p>
          <p>{savedGreetingsText.empty}</p>
          <Link to="/">{savedGreetingsText.toHome}</Link>
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
        <FailureNotice
          failure={failure.failure}
          onRetry={() => runRetry(failure.retry)}
          loginButton={loginButton}
        />
      )}
      {items && next !== undefined && (
        <button
          type="button"
          className="button secondary"
          aria-disabled={busy}
          onClick={() => busy || loadMore()}
        >
          {busy ? savedGreetingsText.loadingMore : savedGreetingsText.more}
        </button>
      )}
      {items && items.length > 0 && next === undefined && (
        <p className="hint">{savedGreetingsText.all(items.length)}</p>
      )}
    </section>
  );
}

/** Deletes a greeting. Also succeeds when it is already deleted. */
async function removeGreeting(api: ApiAccess, id: number, signal: AbortSignal): Promise<void> {
  try {
    await callOperation(api, deleteGreeting, { params: { id } }, signal);
  } catch (error) {
    if (!(error instanceof ApiStatusError) || error.details.status !== 404) throw error;
  }
}

/** Returns an abort controller that aborts when the component unmounts. */
function useAbortOnUnmount(): RefObject<AbortController> {
  const controller = useRef(new AbortController());
  useEffect(() => {
    controller.current = new AbortController();
    return () => controller.current.abort();
  }, []);
  return controller;
}
