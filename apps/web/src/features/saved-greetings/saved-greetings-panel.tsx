import { useEffect, useRef, useState } from 'react';
import type { SavedGreeting } from '@spa-on-aws/shared-types';
import { useApi } from '../../shared/api/api-context';
import { explainFailure, type Failure } from '../../shared/api/explain-failure';
import { FailureNotice } from '../../shared/api/failure-notice';
import { NameForm } from '../../shared/name-form';
import { deleteGreeting } from './delete-greeting';
import { GreetingRow } from './greeting-row';
import { listGreetings } from './list-greetings';
import { saveGreeting } from './save-greeting';
import './saved-greetings.css';
import { savedGreetingsText } from './text';

/** Lists the signed-in user's saved greetings, page by page. The user can save and delete greetings. */
export default function SavedGreetingsPanel() {
  const api = useApi();
  const [name, setName] = useState('');
  const [items, setItems] = useState<SavedGreeting[]>();
  const [next, setNext] = useState<string>();
  const [busy, setBusy] = useState(true);
  const [failure, setFailure] = useState<{ failure: Failure; retry: () => void }>();
  const [status, setStatus] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);

  /** Runs a call of the API. If it fails, shows why, with a button that runs it again. */
  async function run(call: () => Promise<void>) {
    setFailure(undefined);
    setBusy(true);
    try {
      await call();
    } catch (error) {
      setFailure({ failure: explainFailure(error, true), retry: () => void run(call) });
    }
    setBusy(false);
  }

  async function loadMore() {
    const page = await listGreetings(api, next);
    setItems((shown = []) => (next === undefined ? page.items : [...shown, ...page.items]));
    setNext(page.next);
  }

  async function save() {
    const greeting = await saveGreeting(api, name.trim());
    setItems((shown = []) => [greeting, ...shown]);
    setStatus(savedGreetingsText.saved(greeting.content));
    setName('');
  }

  async function remove({ id, content }: SavedGreeting) {
    await deleteGreeting(api, id);
    setItems((shown = []) => shown.filter((greeting) => greeting.id !== id));
    setStatus(savedGreetingsText.removed(content));
    heading.current?.focus(); // the focused button no longer exists
  }

  function runRetry(retry: () => void) {
    heading.current?.focus(); // the retry button disappears
    retry();
  }

  useEffect(() => {
    void run(loadMore);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- loads the first page once
  }, []);

  return (
    <section className="panel saved-greetings" aria-labelledby="greetings-heading" aria-busy={busy}>
      <h2 id="greetings-heading" ref={heading} tabIndex={-1}>
        {savedGreetingsText.list}
      </h2>
      <NameForm
        name={name}
        onNameChange={setName}
        onSubmit={() => void run(save)}
        busy={busy || !items}
        action={savedGreetingsText.save}
      />
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
            <GreetingRow
              key={greeting.id}
              greeting={greeting}
              busy={busy}
              onRemove={() => void run(() => remove(greeting))}
            />
          ))}
        </ul>
      )}
      {failure && <FailureNotice failure={failure.failure} onRetry={() => runRetry(failure.retry)} />}
      {items && next !== undefined && (
        <button
          type="button"
          className="button secondary"
          aria-disabled={busy}
          onClick={() => busy || void run(loadMore)}
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
