import { problemText } from '../shared/strings';

/** In the place of whatever broke. */
export function Broken() {
  return (
    <main className="problem">
      <h1>{problemText.brokenTitle}</h1>
      <p className="lead">{problemText.brokenLead}</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {problemText.reload}
      </button>
    </main>
  );
}
