import { type RefObject, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import type { SavedGreeting } from '@spa-on-aws/shared-types';
import { useApi } from '../../shared/api/api-context';
import { explainFailure, type Failure } from '../../shared/api/explain-failure';
import { FailureNotice } from '../../shared/api/failure-notice';
import { greetingText, savedGreetingsText } from '../../shared/strings';
import { deleteGreeting } from './delete-greeting';
import { GreetingRow } from './greeting-row';
import { listGreetings } from './list-greetings';
import { saveGreeting } from './save-greeting';

/** Lists the signed-in user's saved greetings, page by page. The user can save and delete greetings. */
export function SavedGreetingsPanel() {
  const api = useApi();
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
      (signal) => listGreetings(api, next, signal),
      (page) => {
        setItems((shown = []) => [...shown, ...page.items]);
        setNext(page.next);
      },
      loadMore,
    );
  }

  function save(name: string) {
    void run(
      (signal) => saveGreeting(api, name, signal),
      (greeting) => {
        setItems((shown = []) => [greeting, ...shown]);
        setStatus(savedGreetingsText.saved(greeting.content));
      },
      () => save(name),
    );
  }

  function remove(greeting: SavedGreeting) {
    void run(
      (signal) => deleteGreeting(api, greeting.id, signal),
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
      <SaveForm busy={busy || !items} onSave={save} />
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
        </div>
      )}
      {items && items.length > 0 && (
        <ul className="rows">
          {items.map((greeting) => (
            <GreetingRow key={greeting.id} greeting={greeting} busy={busy} onRemove={remove} />
          ))}
        </ul>
      )}
      {failure && <FailureNotice failure={failure.failure} onRetry={() => runRetry(failure.retry)} />}
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

/** Form that saves a new greeting. */
function SaveForm({ busy, onSave }: { busy: boolean; onSave: (name: string) => void }) {
  const [name, setName] = useState('');

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (busy) return;
    onSave(name.trim());
    setName('');
  }

  return (
    <form className="name-form" onSubmit={submit}>
      <label htmlFor="save-name">{greetingText.name}</label>
      <input
        id="save-name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder={greetingText.placeholder}
        maxLength={100}
        autoComplete="off"
      />
      <button type="submit" className="button" aria-disabled={busy}>
        {savedGreetingsText.save}
      </button>
    </form>
  );
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
