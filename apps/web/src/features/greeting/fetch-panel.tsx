import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import type { ApiAccess } from '../../shared/api/api-client';
import { fetchGreeting, type Outcome } from './fetch-greeting';
import { RequestPath } from './request-path-view';

/** Fetches a greeting on request, signed in or not, and shows it, or why there is none. */
export function FetchPanel({ api, signedIn }: { api: ApiAccess; signedIn: boolean }) {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (busy) return;
    const { signal } = (running.current = new AbortController());
    setBusy(true);
    setOutcome(undefined);
    const result = await fetchGreeting({ api, name, signedIn, signal });
    if (signal.aborted) return;
    setOutcome(result);
    setBusy(false);
  }

  return (
    <section className="panel fetch-panel" aria-labelledby="greeting-heading" aria-busy={busy}>
      <h2 id="greeting-heading">Greeting</h2>
      <form className="fetch" onSubmit={(event) => void submit(event)}>
        <label htmlFor="greeting-name">Name to greet</label>
        <input
          id="greeting-name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          placeholder="World"
          autoComplete="off"
          aria-describedby="greeting-name-hint"
          aria-invalid={outcome?.kind === 'bad-name'}
        />
        <button type="submit" className="button" aria-disabled={busy}>
          Fetch Data
        </button>
        <p id="greeting-name-hint" className="hint">
          {outcome?.kind === 'bad-name' ? outcome.why : 'Optional, up to 100 characters.'}
        </p>
      </form>
      <RequestPath busy={busy} outcome={outcome} />
      <div className="outcome">
        <div role="status">
          {busy && <p className="hint">Asking the API …</p>}
          {outcome?.kind === 'greeting' && (
            <>
              <p className="greeting">{outcome.greeting.content}</p>
              <p className="hint">Greeting no. {outcome.greeting.id}</p>
            </>
          )}
        </div>
        {outcome?.kind === 'failure' && (
          <p role="alert" className="notice">
            {outcome.why}
          </p>
        )}
        {!busy && !outcome && <p className="hint">Nothing fetched yet.</p>}
      </div>
    </section>
  );
}
